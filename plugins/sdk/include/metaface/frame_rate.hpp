/// \file
/// Exact frame rates.
#pragma once

#include <cstdint>
#include <string>

#include "error.hpp"

namespace metaface {

/// Frames per second as an exact fraction, such as 24000/1001; 1 to 1000.
struct FrameRate {
    std::uint32_t numerator = 30;
    std::uint32_t denominator = 1;

    double as_double() const noexcept { return double(numerator) / double(denominator); }

    /// Parses "30", "23.976" (which means 24000/1001) or "24000/1001".
    METAFACE_API static Result<FrameRate> try_parse(const std::string& text);
    /// The common rate nearest to a number: 23.976 is 24000/1001.
    METAFACE_API static Result<FrameRate> try_nearest(double frames_per_second);

#if METAFACE_EXCEPTIONS
    static FrameRate parse(const std::string& text) { return try_parse(text).value(); }
    static FrameRate nearest(double frames_per_second) {
        return try_nearest(frames_per_second).value();
    }
#endif

    friend bool operator==(FrameRate a, FrameRate b) noexcept {
        return a.numerator == b.numerator && a.denominator == b.denominator;
    }
    friend bool operator!=(FrameRate a, FrameRate b) noexcept { return !(a == b); }
};

}  // namespace metaface
