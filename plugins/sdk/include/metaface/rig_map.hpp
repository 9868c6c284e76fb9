/// \file
/// Rig maps: which channel drives which morph target or joint of a character.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "character.hpp"
#include "clip.hpp"
#include "error.hpp"
#include "performance.hpp"

namespace metaface {

/// A driven morph target.
struct DrivenTarget {
    std::string target;
    /// The meshes that have it.
    std::vector<std::string> meshes;
    /// The channels that drive it, each with its gain.
    std::vector<std::pair<std::string, float>> channels;
};

/// A driven joint.
struct DrivenJoint {
    std::string joint;
    std::vector<std::string> channels;
};

/// A morph target that stays at rest.
struct UndrivenTarget {
    std::string target;
    std::vector<std::string> meshes;
    std::string reason;
};

/// A channel that drives no target or joint.
struct UndrivenChannel {
    std::string channel;
    std::string reason;
};

/// What a rig map drives on a character, and what it does not.
struct Report {
    std::vector<DrivenTarget> driven;
    std::vector<DrivenJoint> driven_joints;
    std::vector<UndrivenTarget> undriven_targets;
    std::vector<UndrivenChannel> undriven_channels;
    /// Warnings to read before writing, such as a mouth that no channel opens.
    std::vector<std::string> warnings;

    /// Whether at least one target or joint is driven.
    bool usable() const noexcept { return !driven.empty() || !driven_joints.empty(); }
};

/// A named curve, for rigs that are driven by curves.
struct Curve {
    std::string name;
    /// Frame by frame.
    std::vector<float> values;
};

/// Which channel drives which morph target or joint of a character.
class METAFACE_API RigMap {
public:
    /// A rig map by the names of the character's morph targets and joints.
    static Result<RigMap> try_discover(const Character& character);
    /// The curves of Unreal Engine's MetaHumans (`CTRL_expressions_...`), for try_curves.
    /// Errors: internal.
    static Result<RigMap> try_metahuman();
    /// Reads a JSON file (schema metaface.rigmap). Errors: read, file.
    static Result<RigMap> try_open(const std::filesystem::path& path);
    /// Parses JSON text. Errors: file.
    static Result<RigMap> try_from_json(const std::string& text);

    /// Writes the JSON file atomically. Errors: write.
    Result<std::filesystem::path> try_save(const std::filesystem::path& path) const;
    /// What the map drives on a character, and what it does not. Errors: internal, also for the
    /// following functions.
    Result<Report> try_report(const Character& character) const;
    /// The clip as one curve per target that is not restricted to a mesh, in the map's order: for
    /// rigs that are driven by curves instead of morph targets.
    Result<std::vector<Curve>> try_curves(const Clip& clip) const;
    /// The clip as the character plays it.
    Result<Performance> try_drive(const Character& character, const Clip& clip) const;
    /// The clip that a performance of the character shows: the inverse of try_drive. Errors:
    /// argument, for another character's performance.
    Result<Clip> try_recover(const Character& character, const Performance& performance) const;

#if METAFACE_EXCEPTIONS
    static RigMap discover(const Character& character) { return try_discover(character).value(); }
    static RigMap metahuman() { return try_metahuman().value(); }
    static RigMap open(const std::filesystem::path& path) { return try_open(path).value(); }
    static RigMap from_json(const std::string& text) { return try_from_json(text).value(); }
    void save(const std::filesystem::path& path) const { try_save(path).value(); }
    Report report(const Character& character) const { return try_report(character).value(); }
    std::vector<Curve> curves(const Clip& clip) const { return try_curves(clip).value(); }
    Performance drive(const Character& character, const Clip& clip) const {
        return try_drive(character, clip).value();
    }
    Clip recover(const Character& character, const Performance& performance) const {
        return try_recover(character, performance).value();
    }
#endif

    /// Names of the meshes that targets are restricted to, without duplicates. try_curves leaves
    /// out these targets.
    std::vector<std::string> meshes() const;
    /// The content of the JSON file.
    std::string to_json() const;

    /// Moving copies, so that a handle is never empty.
    RigMap(const RigMap&) noexcept = default;
    RigMap& operator=(const RigMap&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit RigMap(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
