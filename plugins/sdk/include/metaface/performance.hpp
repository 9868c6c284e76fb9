/// \file
/// What a character's own shapes and joints do over time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "error.hpp"
#include "frame_rate.hpp"

namespace metaface {

class Character;

/// A mesh or joint over time, as values that the caller owns.
struct TrackDescription {
    /// Index in Character::meshes() or Character::joints().
    std::size_t index = 0;
    /// Frame by frame: of a mesh, one weight per target; of a joint, a quaternion x y z w.
    const float* values = nullptr;
};

/// The weights of a mesh's targets, or a joint's rotation, over time; owned by its performance.
struct Track {
    /// Index in Character::meshes() or Character::joints().
    std::size_t index;
    std::string name;
    /// Frame by frame, `width` values each: of a mesh, one weight per target (undriven ones at
    /// rest); of a joint, its whole local rotation, rest included, as a quaternion x y z w.
    const float* values;
    std::size_t width;
    /// Of a mesh: the targets that nothing drives, ascending.
    std::vector<std::size_t> undriven;
};

/// A clip after the rig map.
class METAFACE_API Performance {
public:
    /// From what a character did, every track of `frames` frames. Errors: argument.
    static Result<Performance> try_of(const Character& character, FrameRate rate,
                                      std::size_t frames,
                                      const std::vector<TrackDescription>& meshes,
                                      const std::vector<TrackDescription>& joints = {});

#if METAFACE_EXCEPTIONS
    static Performance of(const Character& character, FrameRate rate, std::size_t frames,
                          const std::vector<TrackDescription>& meshes,
                          const std::vector<TrackDescription>& joints = {}) {
        return try_of(character, rate, frames, meshes, joints).value();
    }
#endif

    std::size_t frame_count() const noexcept;
    FrameRate rate() const noexcept;
    /// The meshes that have a driven target.
    const std::vector<Track>& meshes() const noexcept;
    /// The joints that are turned.
    const std::vector<Track>& joints() const noexcept;

    /// Moving copies, so that no handle is ever empty.
    Performance(const Performance&) noexcept = default;
    Performance& operator=(const Performance&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Performance(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
