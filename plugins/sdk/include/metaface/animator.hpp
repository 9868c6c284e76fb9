/// \file
/// From sound to motion.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "clip.hpp"
#include "error.hpp"
#include "frame_rate.hpp"
#include "sound.hpp"
#include "speaker.hpp"
#include "stream.hpp"

namespace metaface {

/// Where the network runs.
enum class Device {
    automatic,  ///< CUDA where it works, the processor otherwise.
    cpu,        ///< The processor.
    cuda,       ///< The first NVIDIA GPU, or an error.
};

/// How a line is animated.
struct Options {
    /// Of the clip; a Stream has its own.
    FrameRate rate;
    /// Brows, head and eyes follow from it; the same seed gives the same clip.
    std::uint64_t seed = 7;
    /// Factor on all motion, 0 to 2.
    float strength = 1.0f;
    /// Factor on brows, head and gaze, 0 to 2; at 0 only the mouth moves.
    float liveliness = 1.0f;
    /// Gains and offsets per channel or group, as the command line writes them:
    /// "JawOpen=1.2,HeadPitch+=0.05,brows=1.3".
    std::string gains;
    /// Extra smoothing that keeps lip closures, 0 to 1; has no part in a Stream.
    std::optional<double> smoothing;
    /// Whether the head moves at all.
    bool head = true;
    /// Whether there are blinks and gaze.
    bool eyes = true;
    /// The clip's name; the sound file's without its ending where empty.
    std::string name;
};

/// A sound and what a face did during it, to learn from: files, or what is in memory.
struct Take {
    std::variant<std::filesystem::path, Sound> sound;
    /// Its first frame belongs to the start of the sound.
    std::variant<std::filesystem::path, Clip> curves;
};

/// How a speaker is learned, and what is said about them.
struct LearnOptions {
    /// A short name.
    std::string name;
    /// From the neural process alone, without gradient steps: a second instead of several.
    bool instant = false;
    /// The performer's consent, as you state it.
    std::string consent;
    /// The licence under which the speaker may be used, as you state it.
    std::string licence;
};

/// A base model on a device, perhaps speaking as a person.
class METAFACE_API Animator {
public:
    /// The base model that the library carries, or one from a file. Errors: device, file, read.
    static Result<Animator> try_open(Device device = Device::automatic,
                                     const std::filesystem::path& base_model = {});

    /// The same with a speaker's way of moving: `strength` 0 is the average speaker, 1 this one,
    /// up to 2 exaggerates. Errors: speaker, for one of another base model; argument.
    Result<Animator> try_speaking_as(const Speaker& speaker, float strength = 1.0f) const;

    /// Animates a sound file of any length without holding it. Errors: read, file, argument,
    /// cancelled.
    Result<Clip> try_animate(const std::filesystem::path& sound, const Options& options = {},
                             const Progress& progress = {}) const;
    /// Animates a sound in memory. Errors: argument, cancelled.
    Result<Clip> try_animate(const Sound& sound, const Options& options = {},
                             const Progress& progress = {}) const;

    /// Animates sound as it arrives. Errors: argument.
    Result<Stream> try_stream(const Options& options = {}) const;

    /// Learns how a person moves from about ten seconds of them. Errors: read, file, speaker,
    /// cancelled.
    Result<Speaker> try_learn(const std::vector<Take>& takes, const LearnOptions& options,
                              const Progress& progress = {}) const;

#if METAFACE_EXCEPTIONS
    static Animator open(Device device = Device::automatic,
                         const std::filesystem::path& base_model = {}) {
        return try_open(device, base_model).value();
    }
    Animator speaking_as(const Speaker& speaker, float strength = 1.0f) const {
        return try_speaking_as(speaker, strength).value();
    }
    Clip animate(const std::filesystem::path& sound, const Options& options = {},
                 const Progress& progress = {}) const {
        return try_animate(sound, options, progress).value();
    }
    Clip animate(const Sound& sound, const Options& options = {},
                 const Progress& progress = {}) const {
        return try_animate(sound, options, progress).value();
    }
    Stream stream(const Options& options = {}) const { return try_stream(options).value(); }
    Speaker learn(const std::vector<Take>& takes, const LearnOptions& options,
                  const Progress& progress = {}) const {
        return try_learn(takes, options, progress).value();
    }
#endif

    /// The device in use: Device::cpu or Device::cuda.
    Device device() const noexcept;
    /// The base model's SHA-256, in hexadecimal.
    const std::string& base_model() const noexcept;

    /// Moving copies, so that no handle is ever empty.
    Animator(const Animator&) noexcept = default;
    Animator& operator=(const Animator&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Animator(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
