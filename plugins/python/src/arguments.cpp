#include "arguments.hpp"

#include <cstdint>
#include <limits>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include "errors.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

[[noreturn]] void mistyped(const char* what, const char* wanted, nb::handle value) {
    const std::string type = nb::cast<std::string>(nb::str(value.type().attr("__name__")));
    throw nb::type_error((std::string(what) + ": " + wanted + " is needed, not " + type).c_str());
}

std::string text_of(nb::handle value, const char* what) {
    std::string text;
    if (!nb::isinstance<nb::str>(value) || !nb::try_cast(value, text)) {
        mistyped(what, "text", value);
    }
    return text;
}

// A ratio of whole numbers as "30000/1001"; empty where there is none, or none that fits.
std::string ratio_of(nb::handle value) {
    std::string ratio;
    for (const char* part : {"numerator", "denominator"}) {
        nb::object number = nb::getattr(value, part, nb::none());
        if (!PyIndex_Check(number.ptr())) {
            return {};
        }
        const long long whole = PyNumber_AsSsize_t(number.ptr(), nullptr);
        if (whole == -1 && PyErr_Occurred() != nullptr) {
            throw nb::python_error();
        }
        if (whole < 0 || whole > std::numeric_limits<std::uint32_t>::max()) {
            return {};
        }
        ratio += (ratio.empty() ? "" : "/") + std::to_string(whole);
    }
    return ratio;
}

}  // namespace

bool is_path(nb::handle value) {
    return nb::isinstance<nb::str>(value) || nb::hasattr(value, "__fspath__");
}

std::filesystem::path path_of(nb::handle value, const char* what, const char* wanted) {
    if (!is_path(value)) {
        mistyped(what, wanted, value);
    }
    std::filesystem::path path;
    if (!nb::try_cast(value, path)) {
        refuse(std::string(what) + ": not a path, such as one with a zero in it");
    }
    return path;
}

std::filesystem::path optional_path_of(nb::handle value, const char* what) {
    return value.is_none() ? std::filesystem::path() : path_of(value, what);
}

FrameRate rate_of(nb::handle value) {
    if (nb::isinstance<nb::str>(value)) {
        return FrameRate::parse(text_of(value, "fps"));
    }
    if (nb::isinstance<nb::bool_>(value)) {
        mistyped("fps", "an int, a float, a str or a Fraction", value);
    }
    if (const std::string ratio = ratio_of(value); !ratio.empty()) {
        return FrameRate::parse(ratio);
    }
    const double number = PyFloat_AsDouble(value.ptr());
    if (number == -1.0 && PyErr_Occurred() != nullptr) {
        nb::python_error error;
        if (error.matches(PyExc_TypeError)) {
            mistyped("fps", "an int, a float, a str or a Fraction", value);
        }
        if (!error.matches(PyExc_OverflowError)) {
            throw error;
        }
        refuse("fps: 1 to 1000 frames per second");
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
        mistyped("metadata", "a mapping of texts by texts", value);
    }
    for (nb::handle item : value.attr("items")()) {
        nb::tuple pair(item);
        metadata[text_of(pair[0], "metadata")] = text_of(pair[1], "metadata");
    }
    return metadata;
}

std::string quoted(const std::string& text) {
    return nb::cast<std::string>(nb::repr(nb::cast(text)));
}

}  // namespace metaface::python
