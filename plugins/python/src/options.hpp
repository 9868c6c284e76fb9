// Animation options as keyword arguments. options.cpp is generated from the option table.
#pragma once

#include <metaface/options.hpp>
#include <nanobind/nanobind.h>

namespace metaface::python {

/// The options of `animate` and of `stream` as part of a signature; end with a comma and a space.
extern const char* const animate_arguments;
extern const char* const stream_arguments;

/// The help of the options of `animate`, one line each.
extern const char* const animate_options_doc;

/// Options from keyword arguments. TypeError for an argument that `function` does not accept;
/// `is_stream` excludes the options that streams do not support.
Options options_of(const char* function, const nanobind::kwargs& arguments, bool is_stream);

}  // namespace metaface::python
