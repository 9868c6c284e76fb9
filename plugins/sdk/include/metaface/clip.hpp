/// \file
/// Clips: reading, making and writing facial animation.
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
    /// Resamples to this rate; keeps the file's rate if empty.
    std::optional<FrameRate> rate;
    /// The rig map that reads the morph targets of a glTF or USD take; matched by name if empty.
    std::filesystem::path rig_map;
    /// Name of the animation in a glTF file; the last one that MetaFace wrote if empty.
    std::string animation;
};

/// How a clip is written to a file.
struct SaveOptions {
    /// The character that plays it in glTF and USD; defaults to the sample head. The content of a
    /// user's glTF file is kept and the animation added; over a user's USD file, a layer is
    /// written.
    std::shared_ptr<const Character> character;
    /// The rig map of the character; discovered by name if null.
    std::shared_ptr<const RigMap> rig_map;
    /// The format as an extension without a dot ("glb", "a2f.json"); the path's extension if empty.
    std::string format;
    /// Key reduction: the largest error on the lips in millimetres; keeps all keys if empty.
    std::optional<float> reduce;
    /// Weights in glTF as integers of 8 or 16 bits; 0 keeps floats.
    unsigned quantise = 0;
};

/// The files that a clip was written to.
struct Saved {
    /// Every file written.
    std::vector<std::filesystem::path> files;
    /// Warnings, such as why keys could not be reduced.
    std::vector<std::string> warnings;
};

/// A clip without its values.
struct ClipInfo {
    FrameRate rate;
    std::string name;
    /// The time code of the first frame, in frames at the clip's rate.
    double start_frame = 0.0;
    /// Written to the formats that support metadata.
    std::map<std::string, std::string> metadata;
};

/// The 61 channels of a face, sampled at an exact frame rate.
class METAFACE_API Clip {
public:
    /// Reads Live Link Face CSV, Audio2Face JSON, glTF or USD. Errors: read, file; argument for a
    /// rate out of range.
    static Result<Clip> try_open(const std::filesystem::path& path, const ReadOptions& options = {});

    /// A clip of `frames` rows of channel_count values. Errors: argument, for values that are not
    /// finite.
    static Result<Clip> try_from_values(const float* values, std::size_t frames,
                                        const ClipInfo& info);

    /// Writes .glb .gltf .usdc .usda .usdz .usd .csv .a2f.json .cues.json .tsv or .dat atomically.
    /// Errors: argument, write, file.
    Result<Saved> try_save(const std::filesystem::path& path,
                           const SaveOptions& options = {}) const;

    /// The clip with the name, start frame and metadata of `info`. Values, rate, sound and warnings
    /// stay. Errors: argument.
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
    /// One value; `frame` must be less than frame_count().
    float at(std::size_t frame, Channel channel) const noexcept;

    const ClipInfo& info() const noexcept;
    const std::string& name() const noexcept { return info().name; }
    FrameRate rate() const noexcept { return info().rate; }
    double start_frame() const noexcept { return info().start_frame; }
    /// In seconds.
    double duration() const noexcept;
    /// Repairs that were made on reading, and warnings about the sound.
    const std::vector<std::string>& warnings() const noexcept;

    /// The same motion at another rate; lips still close. Errors: argument.
    Result<Clip> try_resampled(FrameRate rate) const;

    /// Moving copies, so that a handle is never empty.
    Clip(const Clip&) noexcept = default;
    Clip& operator=(const Clip&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Clip(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
