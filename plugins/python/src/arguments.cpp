#include "arguments.hpp"

#include <cstdint>
#include <limits>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include "errors.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

[[noreturn]] void throw_type_error(const char* what, const char* expected, nb::handle value) {
    const std::string type = nb::cast<std::string>(nb::str(value.type().attr("__name__")));
    throw nb::type_error((std::string(what) + ": expected " + expected + ", got " + type).c_str());
}

// A ratio of integers as "30000/1001"; empty if the value has no ratio, or one out of range.
std::string ratio_of(nb::handle value) {
    std::string ratio;
    for (const char* part : {"numerator", "denominator"}) {
        nb::object number = nb::getattr(value, part, nb::none());
        if (!PyIndex_Check(number.ptr())) {
            return {};
        }
        const long long integer = PyNumber_AsSsize_t(number.ptr(), nullptr);
        if (integer == -1 && PyErr_Occurred() != nullptr) {
            throw nb::python_error();
        }
        if (integer < 0 || integer > std::numeric_limits<std::uint32_t>::max()) {
            return {};
        }
        ratio += (ratio.empty() ? "" : "/") + std::to_string(integer);
    }
    return ratio;
}

}  // namespace

double number_of(nb::handle value, const char* what) {
    if (nb::isinstance<nb::bool_>(value) || PyNumber_Check(value.ptr()) == 0) {
        throw_type_error(what, "a number", value);
    }
    const double number = PyFloat_AsDouble(value.ptr());
    if (number == -1.0 && PyErr_Occurred() != nullptr) {
        throw nb::python_error();
    }
    return number;
}

std::uint64_t integer_of(nb::handle value, const char* what) {
    std::uint64_t number = 0;
    if (!PyIndex_Check(value.ptr()) || nb::isinstance<nb::bool_>(value)) {
        throw_type_error(what, "an int", value);
    }
    if (!nb::try_cast(nb::handle(value), number)) {
        throw_type_error(what, "an int from 0 to 18446744073709551615", value);
    }
    return number;
}

bool bool_of(nb::handle value, const char* what) {
    if (!nb::isinstance<nb::bool_>(value)) {
        throw_type_error(what, "True or False", value);
    }
    return nb::cast<bool>(value);
}

std::string string_of(nb::handle value, const char* what) {
    std::string text;
    if (!nb::isinstance<nb::str>(value) || !nb::try_cast(value, text)) {
        throw_type_error(what, "a str", value);
    }
    return text;
}

void unexpected_argument(const char* function, const std::string& name) {
    const std::string message =
        std::string(function) + "() got an unexpected keyword argument " + quoted(name);
    throw nb::type_error(message.c_str());
}

bool is_path(nb::handle value) {
    return nb::isinstance<nb::str>(value) || nb::hasattr(value, "__fspath__");
}

std::filesystem::path path_of(nb::handle value, const char* what, const char* expected) {
    if (!is_path(value)) {
        throw_type_error(what, expected, value);
    }
    std::filesystem::path path;
    if (!nb::try_cast(value, path)) {
        throw_argument_error(std::string(what) + ": not a valid path; it may contain a zero byte");
    }
    return path;
}

std::filesystem::path optional_path_of(nb::handle value, const char* what) {
    return value.is_none() ? std::filesystem::path() : path_of(value, what);
}

FrameRate rate_of(nb::handle value) {
    if (nb::isinstance<nb::str>(value)) {
        return FrameRate::parse(string_of(value, "fps"));
    }
    if (nb::isinstance<nb::bool_>(value)) {
        throw_type_error("fps", "an int, a float, a str or a Fraction", value);
    }
    if (const std::string ratio = ratio_of(value); !ratio.empty()) {
        return FrameRate::parse(ratio);
    }
    const double number = PyFloat_AsDouble(value.ptr());
    if (number == -1.0 && PyErr_Occurred() != nullptr) {
        nb::python_error error;
        if (error.matches(PyExc_TypeError)) {
            throw_type_error("fps", "an int, a float, a str or a Fraction", value);
        }
        if (!error.matches(PyExc_OverflowError)) {
            throw error;
        }
        throw_argument_error("fps: expected 1 to 1000 frames per second");
    }
    return FrameRate::nearest(number);
}

nb::object fraction_of(FrameRate rate) {
    return nb::module_::import_("fractions").attr("Fraction")(rate.numerator, rate.denominator);
}

std::map<std::string, std::string> metadata_of(nb::handle value) {
    std::map<std::string, std::string> metadata;
    if (value.is_none()) {
        return metadata;
    }
    if (!nb::hasattr(value, "items")) {
        throw_type_error("metadata", "a mapping of str to str", value);
    }
    for (nb::handle item : value.attr("items")()) {
        nb::tuple pair(item);
        metadata[string_of(pair[0], "metadata")] = string_of(pair[1], "metadata");
    }
    return metadata;
}

std::string quoted(const std::string& text) {
    return nb::cast<std::string>(nb::repr(nb::cast(text)));
}

}  // namespace metaface::python
