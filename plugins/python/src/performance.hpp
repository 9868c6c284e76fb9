// Performances, driven by a rig map or recorded by a host program.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaface/performance.hpp>

namespace metaface::python {

/// A mesh's weights or a joint's rotations, with shared ownership of the memory.
struct OwnedTrack {
    std::size_t index = 0;
    std::string name;
    std::size_t frames = 0;
    std::size_t width = 0;
    const float* values = nullptr;
    std::vector<std::size_t> undriven;
    std::shared_ptr<const void> owner;
};

struct MeshTrack : OwnedTrack {};
struct JointTrack : OwnedTrack {};

/// A driven or recorded performance. C++ needs the character to make a performance; Python gives it
/// to RigMap.recover, so a recorded performance stores its tracks until then.
struct AnyPerformance {
    FrameRate rate;
    std::size_t frames = 0;
    std::vector<MeshTrack> meshes;
    std::vector<JointTrack> joints;
    /// Empty for a recorded performance.
    std::optional<Performance> driven;

    explicit AnyPerformance(Performance performance);
    AnyPerformance() = default;

    /// The performance of this character. Throws Error if tracks and character do not match.
    Performance for_character(const Character& character) const;
};

}  // namespace metaface::python
