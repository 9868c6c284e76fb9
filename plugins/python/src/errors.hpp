// metaface::Error becomes metaface.Error.
#pragma once

#include <string>

#include <metaface/error.hpp>

namespace metaface::python {

/// Throws metaface.Error of the kind "argument".
[[noreturn]] inline void throw_argument_error(std::string message) {
    throw Error(ErrorKind::argument, std::move(message));
}

}  // namespace metaface::python
