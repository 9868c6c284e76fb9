// Conversion of Python arguments: paths, frame rates, numbers and strings.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <metaface/frame_rate.hpp>
#include <nanobind/nanobind.h>

namespace metaface::python {

/// Whether a value is a str or an os.PathLike.
bool is_path(nanobind::handle value);

/// A path. For other types, TypeError: "`what`: expected `expected`".
std::filesystem::path path_of(nanobind::handle value, const char* what,
                              const char* expected = "a path (str or os.PathLike)");

/// A path; empty for None.
std::filesystem::path optional_path_of(nanobind::handle value, const char* what);

/// A frame rate from an int, a float, a str or a Fraction.
FrameRate rate_of(nanobind::handle value);

/// A number, an integer from 0, a bool or a str. For other types, TypeError names `what`.
double number_of(nanobind::handle value, const char* what);
std::uint64_t integer_of(nanobind::handle value, const char* what);
bool bool_of(nanobind::handle value, const char* what);
std::string string_of(nanobind::handle value, const char* what);

/// Throws the TypeError of Python for unknown keyword arguments.
[[noreturn]] void unexpected_argument(const char* function, const std::string& name);

/// A frame rate as Python's fractions.Fraction.
nanobind::object fraction_of(FrameRate rate);

/// A mapping of str to str; empty for None.
std::map<std::string, std::string> metadata_of(nanobind::handle value);

/// A string quoted like Python's repr().
std::string quoted(const std::string& text);

}  // namespace metaface::python
