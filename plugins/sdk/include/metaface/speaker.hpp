/// \file
/// A person's way of moving while talking.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "error.hpp"

namespace metaface {

/// What was learned of a person from about ten seconds of them: Animator::learn.
class METAFACE_API Speaker {
public:
    /// Errors: read, speaker.
    static Result<Speaker> try_open(const std::filesystem::path& path);
    /// Between two speakers of the same base model: `share` 0 is `a`, 1 is `b`. Errors:
    /// speaker; argument for the share or the name.
    static Result<Speaker> try_blend(const Speaker& a, const Speaker& b, float share,
                                     const std::string& name);
    /// Writes the file, whole or not at all, and returns its size in bytes. Errors: write,
    /// speaker.
    Result<std::size_t> try_save(const std::filesystem::path& path) const;

#if METAFACE_EXCEPTIONS
    static Speaker open(const std::filesystem::path& path) { return try_open(path).value(); }
    static Speaker blend(const Speaker& a, const Speaker& b, float share, const std::string& name) {
        return try_blend(a, b, share, name).value();
    }
    std::size_t save(const std::filesystem::path& path) const { return try_save(path).value(); }
#endif

    const std::string& name() const noexcept;
    /// The SHA-256 of the base model that it belongs to, in hexadecimal.
    const std::string& base_model() const noexcept;
    /// Where it comes from, as the file's JSON has it: takes, notes, consent, licence.
    const std::string& about_json() const noexcept;

    /// Moving copies, so that no handle is ever empty.
    Speaker(const Speaker&) noexcept = default;
    Speaker& operator=(const Speaker&) noexcept = default;

private:
    friend struct Access;
    struct METAFACE_LOCAL Impl;
    METAFACE_LOCAL explicit Speaker(std::shared_ptr<const Impl> impl) noexcept;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace metaface
