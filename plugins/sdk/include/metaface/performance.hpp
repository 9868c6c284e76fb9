/// \file
/// Performances: a clip as one character plays it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "error.hpp"
#include "frame_rate.hpp"

namespace metaface {

class Character;

/// A mesh or joint over time; the caller owns the values.
struct TrackDescription {
    /// Index in Character::meshes() or Character::joints().
    std::size_t index = 0;
    /// Frame by frame: one weight per target of a mesh, or the quaternion x y z w of a joint.
    const float* values = nullptr;
};

/// The weights of a mesh's targets, or a joint's rotation, over time; owned by its performance.
struct Track {
    /// Index in Character::meshes() or Character::joints().
    std::size_t index;
    std::string name;
    /// `width` values per frame: one weight per target of a mesh (undriven targets at rest), or the
    /// local rotation of a joint, including its rest rotation, as a quaternion x y z w.
    const float* values;
    std::size_t width;
    /// Indices of a mesh's targets that are not driven, ascending.
    std::vector<std::size_t> undriven;
};

/// Weights of a character's morph targets and rotations of its joints over time.
class METAFACE_API Performance {
public:
    /// A performance of recorded tracks, each of `frames` frames. Errors: argument.
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
    /// Meshes that have a driven target.
    const std::vector<Track>& meshes() const noexcept;
    /// Joints that rotate.
    const std::vector<Track>& joints() const noexcept;

    /// Moving copies, so that a handle is never empty.
    Performance(const Performance&) noexcept = default;
    Performance& operator=(const Performance&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Performance(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
