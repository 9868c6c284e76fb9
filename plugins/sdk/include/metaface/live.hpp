/// \file
/// The face of sound as it arrives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "channel.hpp"
#include "error.hpp"

namespace metaface {

/// Whether a live face moves.
enum class LiveState {
    waiting,  ///< There is no frame yet; the face is neutral.
    moving,   ///< There are later frames.
    paused,   ///< This is the newest frame.
    ended,    ///< This is the last frame of a sound that was closed.
};

/// The face of a live sound at a time.
struct LiveFace {
    /// The channels, in the order of Channel.
    std::array<float, channel_count> values;
    LiveState state;
    /// Seconds since the arrival of its sound; empty if there is no new frame.
    std::optional<double> latency;

    float at(Channel channel) const noexcept { return values[static_cast<std::size_t>(channel)]; }
};

/// Animates sound as it arrives, in a thread of the library; made by Animator::live. One thread
/// pushes the sound, and any thread asks for the face at any time, at its own rate. When the sound
/// stops for 0.3 s, silence is inserted, so that the mouth closes.
///
/// The destructor waits for the library's thread, for at most the animation of a second of sound.
/// Destroying and moving are not thread-safe.
class METAFACE_API Live {
public:
    /// Adds `frames` interleaved samples of each channel, which arrive now. Full scale is 1; NaN and
    /// infinite samples count as silence. `rate` in Hz, from 1000 to 768000; it may change.
    ///
    /// For the audio thread: takes no lock, allocates nothing and never waits; wakes the library's
    /// thread, which is one system call. Returns whether all samples were taken: sound is dropped if
    /// 10 s at 48 kHz are waiting, if another thread is pushing, after close(), and for other rates
    /// or no channels.
    bool push(const float* samples, std::size_t frames, std::uint32_t rate,
              std::uint16_t channels = 1) noexcept;
    /// Ends the sound; the last frames follow.
    void close() noexcept;

    /// Seconds since this object was made, on a clock that never goes back.
    double now() const noexcept;
    /// The face to show at this time of now(), about 0.23 s after its sound. Times that never
    /// decrease give motion that never goes back. May wait for the library's thread for some
    /// microseconds. Errors: argument, for NaN, infinity and after a move; internal.
    Result<LiveFace> try_face_at(double seconds) const;

    /// Seconds of sound that were dropped because too much was waiting, or two threads pushed.
    double lost_seconds() const noexcept;

#if METAFACE_EXCEPTIONS
    LiveFace face_at(double seconds) const { return try_face_at(seconds).value(); }
#endif

    Live(Live&&) noexcept;
    Live& operator=(Live&&) noexcept;
    ~Live();

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Live(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

/// The position in a sound that the host plays, for a face that follows it. The host's frames advance
/// it evenly; the positions that the host's player reports now and then correct the drift, and a jump
/// (a hitch, a seek) is followed at once.
class METAFACE_API PlaybackClock {
public:
    /// Starts at a position in seconds.
    explicit PlaybackClock(double position = 0.0) noexcept : position_(position) {}

    /// Advances by seconds of the host's time.
    void advance(double seconds) noexcept;
    /// Takes a position that the player reports, in seconds. Ignores NaN and infinity.
    void synchronise(double reported) noexcept;
    /// In seconds.
    double position() const noexcept { return position_; }

private:
    double position_;
};

}  // namespace metaface
