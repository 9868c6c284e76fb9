/// \file
/// Animating sound in chunks.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "error.hpp"

namespace metaface {

/// Takes sound in chunks of any size and returns frames; made by Animator::stream. Use it from one
/// thread at a time. A Live does this in a separate thread, and accepts sound of any rate.
class METAFACE_API Stream {
public:
    /// Frames per second of the returned frames.
    static constexpr unsigned rate = 50;

    /// Takes 16 kHz mono samples and returns the frames that are final, as rows of channel_count
    /// values. A frame is returned at most 200 ms after its sound. NaN and infinite samples count
    /// as silence. Errors: argument, after try_finish or a move.
    Result<std::vector<float>> try_push(const float* samples, std::size_t count);
    /// Returns the last frames and ends the stream. Errors: argument, after try_finish or a move.
    Result<std::vector<float>> try_finish();

#if METAFACE_EXCEPTIONS
    std::vector<float> push(const float* samples, std::size_t count) {
        return try_push(samples, count).value();
    }
    std::vector<float> finish() { return try_finish().value(); }
#endif

    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Stream(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

}  // namespace metaface
