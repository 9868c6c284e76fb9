// Reading and writing clips.
#pragma once

#include <metaface/clip.hpp>
#include <nanobind/nanobind.h>

namespace metaface::python {

void bind_clip_files(nanobind::class_<Clip>& clip);

}  // namespace metaface::python
