/// \file
/// Speakers and their files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "error.hpp"

namespace metaface {

/// A person's way of moving while talking, made by Animator::learn.
class METAFACE_API Speaker {
public:
    /// Reads a speaker file. Errors: read, speaker.
    static Result<Speaker> try_open(const std::filesystem::path& path);
    /// From the bytes of a speaker file, for hosts that store them in their own assets. Errors:
    /// speaker.
    static Result<Speaker> try_from_bytes(const std::uint8_t* bytes, std::size_t count);
    /// A blend of two speakers of the same base model: `share` 0 is `a`, 1 is `b`. Errors: speaker;
    /// argument for the share or the name.
    static Result<Speaker> try_blend(const Speaker& a, const Speaker& b, float share,
                                     const std::string& name);
    /// Writes the file atomically and returns its size in bytes. Errors: write, speaker.
    Result<std::size_t> try_save(const std::filesystem::path& path) const;
    /// The bytes that try_save writes. Errors: speaker.
    Result<std::vector<std::uint8_t>> try_to_bytes() const;

#if METAFACE_EXCEPTIONS
    static Speaker open(const std::filesystem::path& path) { return try_open(path).value(); }
    static Speaker from_bytes(const std::uint8_t* bytes, std::size_t count) {
        return try_from_bytes(bytes, count).value();
    }
    static Speaker blend(const Speaker& a, const Speaker& b, float share, const std::string& name) {
        return try_blend(a, b, share, name).value();
    }
    std::size_t save(const std::filesystem::path& path) const { return try_save(path).value(); }
    std::vector<std::uint8_t> to_bytes() const { return try_to_bytes().value(); }
#endif

    const std::string& name() const noexcept;
    /// SHA-256 of the base model that the speaker belongs to, in hexadecimal.
    const std::string& base_model() const noexcept;
    /// How it was learned: "instant", "fitted" or "blended".
    const std::string& learning() const noexcept;
    /// The person's consent, as stated when the speaker was learned.
    const std::string& consent() const noexcept;
    /// The licence of the speaker, as stated when it was learned.
    const std::string& licence() const noexcept;
    /// All metadata of the file as JSON, with takes and notes.
    const std::string& about_json() const noexcept;

    /// Moving copies, so that a handle is never empty.
    Speaker(const Speaker&) noexcept = default;
    Speaker& operator=(const Speaker&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Speaker(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
