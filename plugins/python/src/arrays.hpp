// NumPy arrays, in and out, without copies where that can be.
#pragma once

#include <cstddef>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace metaface::python {

/// Numbers from Python in C order; the caller's own memory where that holds float32 in C order.
using Floats = nanobind::ndarray<const float, nanobind::c_contig, nanobind::device::cpu>;

/// An array, or what numpy.asarray makes one of. TypeError for what are no real numbers.
Floats floats_of(nanobind::handle value, const char* what);

/// The same for sound: int8, int16, int32 and uint8 are scaled so that full scale is 1; other
/// integers, and objects, which may be integers, are a TypeError.
Floats samples_of(nanobind::handle value);

/// The frames of an array (frames, columns); metaface.Error for any other shape.
std::size_t rows_of(const Floats& values, std::size_t columns, const char* what);

/// A read-only array (rows, columns) over memory that lives as long as `owner`.
nanobind::object rows_view(const float* values, std::size_t rows, std::size_t columns,
                           nanobind::handle owner);

/// A read-only array (count,) over every `stride`-th value.
nanobind::object values_view(const float* values, std::size_t count, std::size_t stride,
                             nanobind::handle owner);

/// An array (count,) of its own.
nanobind::object values_array(std::vector<float> values);

/// An array (rows, columns) of its own.
nanobind::object rows_array(std::vector<float> values, std::size_t columns);

}  // namespace metaface::python
