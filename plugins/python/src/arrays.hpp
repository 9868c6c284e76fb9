// NumPy arrays in and out, without copies if possible.
#pragma once

#include <cstddef>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace metaface::python {

/// Numbers from Python in C order; the caller's memory if it is float32 in C order, else a copy.
using Floats = nanobind::ndarray<const float, nanobind::c_contig, nanobind::device::cpu>;

/// The floats of a value that numpy.asarray accepts. TypeError if they are not real numbers.
Floats floats_of(nanobind::handle value, const char* what);

/// The floats of a sound: int8, int16, int32 and uint8 are scaled so that full scale is 1.
/// TypeError for other integers, and for objects, which may be integers.
Floats samples_of(nanobind::handle value);

/// The number of frames of an array (frames, columns); metaface.Error for any other shape.
std::size_t rows_of(const Floats& values, std::size_t columns, const char* what);

/// A read-only array (rows, columns) over memory that lives as long as `owner`.
nanobind::object rows_view(const float* values, std::size_t rows, std::size_t columns,
                           nanobind::handle owner);

/// A read-only array (count,) over every `stride`-th value.
nanobind::object values_view(const float* values, std::size_t count, std::size_t stride,
                             nanobind::handle owner);

/// An array (count,) that owns its memory.
nanobind::object values_array(std::vector<float> values);

/// An array (rows, columns) that owns its memory.
nanobind::object rows_array(std::vector<float> values, std::size_t columns);

}  // namespace metaface::python
