/// \file
/// Characters: a user's file, or what a host program shows.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"

namespace metaface {

/// A mesh of a host's character: its shapes by name.
struct MeshDescription {
    std::string name;
    /// The blendshapes, without the basis.
    std::vector<std::string> targets;
    /// Their weights at rest; empty for 0.
    std::vector<float> rest;
    /// The joint that the whole mesh hangs on, by index, if any.
    std::optional<std::size_t> joint;
    /// Pairs of target and joint: the target moves at least one vertex that follows the joint (by
    /// 5 % of its weight or more). So a shape and a joint never make the same movement twice.
    std::vector<std::pair<std::size_t, std::size_t>> carried;
};

/// A joint of a host's character.
struct JointDescription {
    std::string name;
    std::optional<std::size_t> parent;
    /// Rest transform relative to the parent, metres; the character has Y up.
    std::array<float, 3> translation{0.0f, 0.0f, 0.0f};
    /// A unit quaternion, x y z w.
    std::array<float, 4> rotation{0.0f, 0.0f, 0.0f, 1.0f};
};

/// Meshes with blendshapes, and joints.
class METAFACE_API Character {
public:
    /// glTF 2.0, VRM or USD. Errors: read, file.
    static Result<Character> try_open(const std::filesystem::path& path);

    /// What a host program shows. It drives and is driven, but has no geometry to be written.
    /// Errors: argument, for indices out of range and joints that are their own ancestors.
    static Result<Character> try_describe(const std::string& name,
                                          const std::vector<MeshDescription>& meshes,
                                          const std::vector<JointDescription>& joints = {});

    /// The sample head that comes with MetaFace: all 52 shapes, head and eye joints.
    static Result<Character> try_sample_head();

#if METAFACE_EXCEPTIONS
    static Character open(const std::filesystem::path& path) { return try_open(path).value(); }
    static Character describe(const std::string& name, const std::vector<MeshDescription>& meshes,
                              const std::vector<JointDescription>& joints = {}) {
        return try_describe(name, meshes, joints).value();
    }
    static Character sample_head() { return try_sample_head().value(); }
#endif

    const std::string& name() const noexcept;
    /// Names, in the order to which indices refer.
    const std::vector<std::string>& meshes() const noexcept;
    const std::vector<std::string>& joints() const noexcept;
    /// The blendshapes of a mesh; `mesh` below meshes().size().
    const std::vector<std::string>& targets(std::size_t mesh) const noexcept;
    /// What its user should know about the file.
    const std::vector<std::string>& warnings() const noexcept;

    /// Moving copies, so that no handle is ever empty.
    Character(const Character&) noexcept = default;
    Character& operator=(const Character&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Character(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
