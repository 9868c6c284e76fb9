/// \file
/// Facial animation: clips, read and written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "channel.hpp"
#include "error.hpp"
#include "frame_rate.hpp"

namespace metaface {

class Character;
class RigMap;

/// How a clip is read from a file.
struct ReadOptions {
    /// Resampled to this rate; as in the file without one.
    std::optional<FrameRate> rate;
    /// The rig map by which the shapes of a glTF or USD take are read; by name without one.
    std::filesystem::path rig_map;
    /// The animation of this name in a glTF file; the last that MetaFace wrote without one.
    std::string animation;
};

/// How a clip is written to a file.
struct SaveOptions {
    /// The character that plays it in glTF and USD; the sample head without one. A user's own
    /// glTF file comes back whole with the animation in it; over a user's own USD file, a layer
    /// is written.
    std::shared_ptr<const Character> character;
    /// What drives the character; found by name without one.
    std::shared_ptr<const RigMap> rig_map;
    /// The format by its ending without a dot ("glb", "a2f.json"); the file's ending without one.
    std::string format;
    /// Leaves out keys, up to so many millimetres of error on the lips.
    std::optional<float> reduce;
    /// Weights in glTF as integers of 8 or 16 bits; 0 keeps floats.
    unsigned quantise = 0;
};

/// What a clip was written to.
struct Saved {
    /// Every file written.
    std::vector<std::filesystem::path> files;
    /// What its user should know, such as why no keys were left out.
    std::vector<std::string> warnings;
};

/// What a clip is made of.
struct ClipInfo {
    FrameRate rate;
    std::string name;
    /// The time code of the first frame, in frames at the clip's rate.
    double start_frame = 0.0;
    /// Kept in the files that can hold it.
    std::map<std::string, std::string> metadata;
};

/// The 61 channels of a face, sampled at an exact frame rate.
class METAFACE_API Clip {
public:
    /// Live Link Face CSV, Audio2Face JSON, glTF or USD. Errors: read, file; argument for a
    /// rate that cannot be.
    static Result<Clip> try_open(const std::filesystem::path& path, const ReadOptions& options = {});

    /// From `frames` rows of channel_count values. Errors: argument, for values that are not
    /// finite.
    static Result<Clip> try_from_values(const float* values, std::size_t frames,
                                        const ClipInfo& info);

    /// Writes .glb .gltf .usda .usdc .usdz .csv .a2f.json .cues.json .tsv or .dat, whole or not at
    /// all. Errors: argument, write, file.
    Result<Saved> try_save(const std::filesystem::path& path,
                           const SaveOptions& options = {}) const;

    /// The same values, sound and warnings under another name, start or metadata; the rate stays.
    /// Errors: argument.
    Result<Clip> try_with_info(const ClipInfo& info) const;

#if METAFACE_EXCEPTIONS
    static Clip open(const std::filesystem::path& path, const ReadOptions& options = {}) {
        return try_open(path, options).value();
    }
    static Clip from_values(const float* values, std::size_t frames, const ClipInfo& info) {
        return try_from_values(values, frames, info).value();
    }
    Saved save(const std::filesystem::path& path, const SaveOptions& options = {}) const {
        return try_save(path, options).value();
    }
    Clip with_info(const ClipInfo& info) const { return try_with_info(info).value(); }
    Clip resampled(FrameRate rate) const { return try_resampled(rate).value(); }
#endif

    /// Rows of channel_count values, frame by frame, owned by the clip and its copies.
    const float* values() const noexcept;
    std::size_t frame_count() const noexcept;
    /// One value; `frame` below frame_count().
    float at(std::size_t frame, Channel channel) const noexcept;

    const ClipInfo& info() const noexcept;
    const std::string& name() const noexcept { return info().name; }
    FrameRate rate() const noexcept { return info().rate; }
    double start_frame() const noexcept { return info().start_frame; }
    /// Seconds.
    double duration() const noexcept;
    /// What was mended on reading it, or is odd in its sound.
    const std::vector<std::string>& warnings() const noexcept;

    /// The same motion at another rate; lips still close. Errors: argument.
    Result<Clip> try_resampled(FrameRate rate) const;

    /// Moving copies, so that no handle is ever empty.
    Clip(const Clip&) noexcept = default;
    Clip& operator=(const Clip&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Clip(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
