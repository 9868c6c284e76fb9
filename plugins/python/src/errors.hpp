// metaface::Error becomes metaface.Error.
#pragma once

#include <string>

#include <metaface/error.hpp>

namespace metaface::python {

/// A value out of its range: metaface.Error with kind "argument".
[[noreturn]] inline void refuse(std::string message) {
    throw Error(ErrorKind::argument, std::move(message));
}

}  // namespace metaface::python
