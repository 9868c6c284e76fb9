/// \file
/// Characters from files, or as a host program describes them.
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

/// A mesh of a host program's character: its morph targets by name.
struct MeshDescription {
    std::string name;
    /// The morph targets, without the basis.
    std::vector<std::string> targets;
    /// Their rest weights; empty if all are 0.
    std::vector<float> rest;
    /// Index of the joint that the whole mesh is parented to, if any.
    std::optional<std::size_t> joint;
    /// Pairs of target and joint: the target moves at least one vertex that is skinned to the joint
    /// (by 5 % of its weight or more). Rig maps use it to avoid that a target and a joint both
    /// make the same movement.
    std::vector<std::pair<std::size_t, std::size_t>> carried;
};

/// A joint of a host program's character.
struct JointDescription {
    std::string name;
    /// Index of the parent; empty for a root.
    std::optional<std::size_t> parent;
    /// Rest translation relative to the parent in metres; the character has Y up.
    std::array<float, 3> translation{0.0f, 0.0f, 0.0f};
    /// Rest rotation relative to the parent: a unit quaternion, x y z w.
    std::array<float, 4> rotation{0.0f, 0.0f, 0.0f, 1.0f};
};

/// Meshes with morph targets, and joints.
class METAFACE_API Character {
public:
    /// Reads glTF 2.0, VRM or USD. Errors: read, file.
    static Result<Character> try_open(const std::filesystem::path& path);

    /// A character of a host program. Rig maps work with it, but it has no geometry to write.
    /// Errors: argument, for indices out of range and joints that are their own ancestors.
    static Result<Character> try_describe(const std::string& name,
                                          const std::vector<MeshDescription>& meshes,
                                          const std::vector<JointDescription>& joints = {});

    /// The sample head that comes with MetaFace: all 52 blendshapes, head and eye joints.
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
    /// Names of the meshes, by index.
    const std::vector<std::string>& meshes() const noexcept;
    /// Names of the joints, by index.
    const std::vector<std::string>& joints() const noexcept;
    /// Names of a mesh's morph targets; `mesh` must be less than meshes().size().
    const std::vector<std::string>& targets(std::size_t mesh) const noexcept;
    /// Warnings about the file.
    const std::vector<std::string>& warnings() const noexcept;

    /// Moving copies, so that a handle is never empty.
    Character(const Character&) noexcept = default;
    Character& operator=(const Character&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Character(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
