// Python values that mean paths, frame rates and texts.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <metaface/frame_rate.hpp>
#include <nanobind/nanobind.h>

namespace metaface::python {

/// Whether a value is a str or an os.PathLike.
bool is_path(nanobind::handle value);

/// A path; for anything that is none, TypeError says that `what` needs to be `wanted`.
std::filesystem::path path_of(nanobind::handle value, const char* what,
                              const char* wanted = "a path (str or os.PathLike)");

/// The same, empty for None.
std::filesystem::path optional_path_of(nanobind::handle value, const char* what);

/// A frame rate from an int, a float, a str or a Fraction.
FrameRate rate_of(nanobind::handle value);

/// A frame rate as Python's fractions.Fraction.
nanobind::object fraction_of(FrameRate rate);

/// Strings by strings, from any mapping; none from None.
std::map<std::string, std::string> metadata_of(nanobind::handle value);

/// Text for people, as Python's repr() quotes it.
std::string quoted(const std::string& text);

}  // namespace metaface::python
