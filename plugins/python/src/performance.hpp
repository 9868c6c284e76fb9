// What a character's own shapes and joints do, by MetaFace or as a host program recorded it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaface/performance.hpp>

namespace metaface::python {

/// A mesh's weights or a joint's rotations; what they lie in is kept alive.
struct KeptTrack {
    std::size_t index = 0;
    std::string name;
    std::size_t frames = 0;
    std::size_t width = 0;
    const float* values = nullptr;
    std::vector<std::size_t> undriven;
    std::shared_ptr<const void> kept;
};

struct MeshTrack : KeptTrack {};
struct JointTrack : KeptTrack {};

/// C++ wants the character before the recording, Python first at RigMap.recover: a recording
/// waits here until then.
struct AnyPerformance {
    FrameRate rate;
    std::size_t frames = 0;
    std::vector<MeshTrack> meshes;
    std::vector<JointTrack> joints;
    /// None for a recording.
    std::optional<Performance> driven;

    explicit AnyPerformance(Performance performance);
    AnyPerformance() = default;

    /// The performance as `character` gives it. Throws Error where the two do not go together.
    Performance of(const Character& character) const;
};

}  // namespace metaface::python
