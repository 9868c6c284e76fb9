/// \file
/// Animating sound.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "clip.hpp"
#include "error.hpp"
#include "live.hpp"
#include "options.hpp"
#include "sound.hpp"
#include "speaker.hpp"
#include "stream.hpp"

namespace metaface {

/// Where the network runs.
enum class Device {
    automatic,  ///< CUDA if it works, the CPU otherwise.
    cpu,        ///< The CPU.
    cuda,       ///< The first NVIDIA GPU; an error if it cannot be used.
};

/// A sound and the facial animation captured with it: files or data in memory.
struct Take {
    std::variant<std::filesystem::path, Sound> sound;
    /// The first frame is at the start of the sound.
    std::variant<std::filesystem::path, Clip> curves;
};

/// How a speaker is learned, and metadata of the speaker file.
struct LearnOptions {
    /// A short name.
    std::string name;
    /// Without gradient steps, by the neural process alone: takes a second instead of several.
    bool instant = false;
    /// The performer's consent, as you state it.
    std::string consent;
    /// The licence under which the speaker may be used, as you state it.
    std::string licence;
};

/// A base model on a device, conditioned on a speaker or on none.
class METAFACE_API Animator {
public:
    /// Loads a base model from a file; an empty path loads the embedded one. Errors: device, file,
    /// read.
    static Result<Animator> try_open(Device device = Device::automatic,
                                     const std::filesystem::path& base_model = {});

    /// The same base model conditioned on a speaker at this style strength: 0 is the average
    /// speaker, 1 the speaker, up to 2 exaggerates. Errors: speaker, for a speaker of another base
    /// model; argument.
    Result<Animator> try_with_speaker(const Speaker& speaker, float style_strength = 1.0f) const;

    /// Animates a sound file of any length without loading it into memory. Errors: read, file,
    /// argument, cancelled.
    Result<Clip> try_animate(const std::filesystem::path& sound, const Options& options = {},
                             const Progress& progress = {}) const;
    /// Animates a sound in memory. Errors: argument, cancelled.
    Result<Clip> try_animate(const Sound& sound, const Options& options = {},
                             const Progress& progress = {}) const;

    /// Animates sound in chunks, frame by frame. Errors: argument.
    Result<Stream> try_stream(const Options& options = {}) const;

    /// Animates sound as it arrives, in a thread of the library. Options::fps and
    /// Options::smoothing have no effect. Errors: argument, internal.
    Result<Live> try_live(const Options& options = {}) const;

    /// Learns a speaker from takes of about ten seconds in all. Errors: read, file, speaker,
    /// cancelled.
    Result<Speaker> try_learn(const std::vector<Take>& takes, const LearnOptions& options,
                              const Progress& progress = {}) const;

#if METAFACE_EXCEPTIONS
    static Animator open(Device device = Device::automatic,
                         const std::filesystem::path& base_model = {}) {
        return try_open(device, base_model).value();
    }
    Animator with_speaker(const Speaker& speaker, float style_strength = 1.0f) const {
        return try_with_speaker(speaker, style_strength).value();
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
    Live live(const Options& options = {}) const { return try_live(options).value(); }
    Speaker learn(const std::vector<Take>& takes, const LearnOptions& options,
                  const Progress& progress = {}) const {
        return try_learn(takes, options, progress).value();
    }
#endif

    /// The device in use: Device::cpu or Device::cuda.
    Device device() const noexcept;
    /// The base model's SHA-256, in hexadecimal.
    const std::string& base_model() const noexcept;

    /// Moving copies, so that a handle is never empty.
    Animator(const Animator&) noexcept = default;
    Animator& operator=(const Animator&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Animator(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
