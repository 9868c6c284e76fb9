/// \file
/// Sounds in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "error.hpp"

namespace metaface {

/// A sound in memory, converted to 16 kHz mono. Animator::animate also takes sound files of any
/// length and does not load them into memory.
class METAFACE_API Sound {
public:
    /// Reads WAV, FLAC, MP3, Ogg Vorbis, Opus, AAC/M4A, ALAC, AIFF, AU or CAF, detected by content;
    /// up to four hours. Errors: read, file.
    static Result<Sound> try_open(const std::filesystem::path& path);

    /// From `count` interleaved samples of all channels, where 1 is full scale; `rate` in Hz per
    /// channel. Errors: argument.
    static Result<Sound> try_from_samples(const float* samples, std::size_t count,
                                          std::uint32_t rate, std::uint16_t channels = 1);

    /// From `count` bytes of interleaved 16-bit samples, little-endian, such as those of an imported
    /// asset. Errors: argument.
    static Result<Sound> try_from_pcm16(const void* bytes, std::size_t count, std::uint32_t rate,
                                        std::uint16_t channels = 1);

#if METAFACE_EXCEPTIONS
    static Sound open(const std::filesystem::path& path) { return try_open(path).value(); }
    static Sound from_samples(const float* samples, std::size_t count, std::uint32_t rate,
                              std::uint16_t channels = 1) {
        return try_from_samples(samples, count, rate, channels).value();
    }
    static Sound from_pcm16(const void* bytes, std::size_t count, std::uint32_t rate,
                            std::uint16_t channels = 1) {
        return try_from_pcm16(bytes, count, rate, channels).value();
    }
#endif

    /// Samples per second.
    static constexpr std::uint32_t rate = 16000;

    /// The samples, owned by the sound and its copies.
    const float* samples() const noexcept;
    std::size_t size() const noexcept;
    /// In seconds.
    double duration() const noexcept;
    /// Warnings about the sound, such as clipping.
    const std::vector<std::string>& warnings() const noexcept;

    /// Moving copies, so that a handle is never empty.
    Sound(const Sound&) noexcept = default;
    Sound& operator=(const Sound&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Sound(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
