/// \file
/// The rig map: which channel drives which of a character's shapes and joints.
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

/// A shape that is driven.
struct DrivenTarget {
    std::string target;
    /// The meshes that have it.
    std::vector<std::string> meshes;
    /// The channels that drive it, each with its gain.
    std::vector<std::pair<std::string, float>> channels;
};

/// A joint that is turned.
struct DrivenJoint {
    std::string joint;
    std::vector<std::string> channels;
};

/// A shape that stays at rest.
struct UndrivenTarget {
    std::string target;
    std::vector<std::string> meshes;
    std::string reason;
};

/// A channel that moves nothing.
struct UndrivenChannel {
    std::string channel;
    std::string reason;
};

/// What a rig map does with a character, and what it leaves alone.
struct Report {
    std::vector<DrivenTarget> driven;
    std::vector<DrivenJoint> driven_joints;
    std::vector<UndrivenTarget> undriven_targets;
    std::vector<UndrivenChannel> undriven_channels;
    /// What the user should know before anything is written, such as a mouth that nothing opens.
    std::vector<std::string> warnings;

    /// Whether anything moves at all.
    bool usable() const noexcept { return !driven.empty() || !driven_joints.empty(); }
};

/// A named curve of a rig that is driven by curves.
struct Curve {
    std::string name;
    /// Frame by frame.
    std::vector<float> values;
};

/// Which channel drives which of a character's shapes and joints.
class METAFACE_API RigMap {
public:
    /// What the character's names ask for.
    static Result<RigMap> try_discover(const Character& character);
    /// The curves of Unreal Engine's MetaHumans (`CTRL_expressions_...`), for try_curves.
    /// Errors: internal.
    static Result<RigMap> try_metahuman();
    /// From a JSON file (schema metaface.rigmap). Errors: read, file.
    static Result<RigMap> try_open(const std::filesystem::path& path);
    /// From JSON text. Errors: file.
    static Result<RigMap> try_from_json(const std::string& text);

    /// Writes the JSON file, whole or not at all. Errors: write.
    Result<std::filesystem::path> try_save(const std::filesystem::path& path) const;
    /// What it does with a character. Errors: internal, as for all that follows.
    Result<Report> try_report(const Character& character) const;
    /// A clip as one curve for each target that is not restricted to a mesh, in the map's order:
    /// for rigs that are no meshes with shapes.
    Result<std::vector<Curve>> try_curves(const Clip& clip) const;
    /// What the character does to play a clip.
    Result<Performance> try_drive(const Character& character, const Clip& clip) const;
    /// The clip that a performance of the character shows: the way back. Errors: argument, for
    /// another character's performance.
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

    /// The meshes that targets are restricted to, each once; those targets are not among the
    /// curves of try_curves.
    std::vector<std::string> meshes() const;
    /// As the JSON file has it.
    std::string to_json() const;

    /// Moving copies, so that no handle is ever empty.
    RigMap(const RigMap&) noexcept = default;
    RigMap& operator=(const RigMap&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit RigMap(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
