#include "arrays.hpp"

#include <cstdint>
#include <string>

#include <nanobind/stl/string.h>

#include "errors.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

nb::module_ numpy() { return nb::module_::import_("numpy"); }

// Errors of numpy about ragged lists and strings become one TypeError. MemoryError and
// KeyboardInterrupt stay.
template <typename Convert>
nb::object converted(const char* what, Convert&& convert) {
    try {
        return convert();
    } catch (nb::python_error& error) {
        if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError)) {
            throw;
        }
        nb::raise_from(error, PyExc_TypeError, "%s: expected an array of numbers", what);
    }
}

nb::object array_of(nb::handle value, const char* what) {
    nb::object array = converted(what, [&] { return nb::object(numpy().attr("asarray")(value)); });
    const auto kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
    if (std::string("fiubO").find(kind) == std::string::npos) {
        throw nb::type_error((std::string(what) + ": expected an array of numbers").c_str());
    }
    return array;
}

Floats floats_from(nb::object array, const char* what) {
    nb::object float_array = converted(what, [&] {
        return nb::object(numpy().attr("asarray")(array, numpy().attr("float32"), "C"));
    });
    Floats floats;
    if (!nb::try_cast(float_array, floats)) {
        throw nb::type_error((std::string(what) + ": expected an array of numbers").c_str());
    }
    return floats;
}

// An empty view also needs an address.
const float* non_null(const float* values) {
    static const float placeholder = 0.0f;
    return values == nullptr ? &placeholder : values;
}

std::string shape_of(const Floats& values) {
    std::string shape = "(";
    for (std::size_t axis = 0; axis < values.ndim(); ++axis) {
        shape += (axis == 0 ? "" : ", ") + std::to_string(values.shape(axis));
    }
    return shape + (values.ndim() == 1 ? ",)" : ")");
}

// Memory that lives as long as the array over it; not null even if it is empty.
struct OwnedValues {
    explicit OwnedValues(std::vector<float> source) {
        auto* vector = new std::vector<float>(std::move(source));
        owner = nb::capsule(vector, [](void* pointer) noexcept {
            delete static_cast<std::vector<float>*>(pointer);
        });
        vector->reserve(1);
        values = vector->data();
    }

    float* values;
    nb::capsule owner;
};

}  // namespace

Floats floats_of(nb::handle value, const char* what) {
    return floats_from(array_of(value, what), what);
}

Floats samples_of(nb::handle value) {
    nb::object array = array_of(value, "samples");
    const auto kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
    const auto bytes = nb::cast<std::size_t>(array.attr("dtype").attr("itemsize"));
    if (kind == "f" || kind == "b") {
        return floats_from(array, "samples");
    }
    const bool centred_at_128 = kind == "u" && bytes == 1;
    if (!centred_at_128 && !(kind == "i" && bytes <= 4)) {
        const auto type = nb::cast<std::string>(array.attr("dtype").attr("name"));
        throw nb::type_error(("samples: the full scale of " + type +
                              " is unknown; convert to int16, int32 or float32")
                                 .c_str());
    }
    nb::object floats = array.attr("astype")(numpy().attr("float32"));
    if (centred_at_128) {
        floats -= nb::float_(128.0);
    }
    floats *= nb::float_(1.0 / static_cast<double>(std::uint64_t{1} << (8 * bytes - 1)));
    return floats_from(floats, "samples");
}

std::size_t rows_of(const Floats& values, std::size_t columns, const char* what) {
    if (values.ndim() != 2 || values.shape(1) != columns) {
        throw_argument_error(std::string(what) + ": expected shape (frames, " +
                             std::to_string(columns) + "), got " + shape_of(values));
    }
    return values.shape(0);
}

nb::object rows_view(const float* values, std::size_t rows, std::size_t columns,
                     nb::handle owner) {
    using Rows = nb::ndarray<nb::numpy, const float, nb::ndim<2>, nb::c_contig>;
    return nb::cast(Rows(non_null(values), {rows, columns}, owner), nb::rv_policy::reference);
}

nb::object values_view(const float* values, std::size_t count, std::size_t stride,
                       nb::handle owner) {
    using Values = nb::ndarray<nb::numpy, const float, nb::ndim<1>>;
    return nb::cast(Values(non_null(values), {count}, owner, {static_cast<std::int64_t>(stride)}),
                    nb::rv_policy::reference);
}

nb::object values_array(std::vector<float> values) {
    using Values = nb::ndarray<nb::numpy, float, nb::ndim<1>, nb::c_contig>;
    const std::size_t count = values.size();
    const OwnedValues owned(std::move(values));
    return nb::cast(Values(owned.values, {count}, owned.owner), nb::rv_policy::reference);
}

nb::object rows_array(std::vector<float> values, std::size_t columns) {
    using Rows = nb::ndarray<nb::numpy, float, nb::ndim<2>, nb::c_contig>;
    const std::size_t rows = values.size() / columns;
    const OwnedValues owned(std::move(values));
    return nb::cast(Rows(owned.values, {rows, columns}, owned.owner), nb::rv_policy::reference);
}

}  // namespace metaface::python
