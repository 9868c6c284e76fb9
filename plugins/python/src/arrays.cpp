#include "arrays.hpp"

#include <cstdint>
#include <string>

#include <nanobind/stl/string.h>

#include "errors.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

nb::module_ numpy() { return nb::module_::import_("numpy"); }

// What numpy says of ragged lists and of words becomes one kind of error; a lack of memory and
// Ctrl-C stay what they are.
template <typename Convert>
nb::object converted(const char* what, Convert&& convert) {
    try {
        return convert();
    } catch (nb::python_error& error) {
        if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError)) {
            throw;
        }
        nb::raise_from(error, PyExc_TypeError, "%s: an array of numbers is needed", what);
    }
}

nb::object array_of(nb::handle value, const char* what) {
    nb::object array = converted(what, [&] { return nb::object(numpy().attr("asarray")(value)); });
    const auto kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
    if (std::string("fiubO").find(kind) == std::string::npos) {
        throw nb::type_error((std::string(what) + ": an array of numbers is needed").c_str());
    }
    return array;
}

Floats floats_from(nb::object array, const char* what) {
    nb::object plain = converted(what, [&] {
        return nb::object(numpy().attr("asarray")(array, numpy().attr("float32"), "C"));
    });
    Floats floats;
    if (!nb::try_cast(plain, floats)) {
        throw nb::type_error((std::string(what) + ": an array of numbers is needed").c_str());
    }
    return floats;
}

// A view of nothing still needs an address.
const float* somewhere(const float* values) {
    static const float nothing = 0.0f;
    return values == nullptr ? &nothing : values;
}

std::string shape_of(const Floats& values) {
    std::string shape = "(";
    for (std::size_t axis = 0; axis < values.ndim(); ++axis) {
        shape += (axis == 0 ? "" : ", ") + std::to_string(values.shape(axis));
    }
    return shape + (values.ndim() == 1 ? ",)" : ")");
}

// Memory that lives as long as the array that is made over it; somewhere even where it is empty.
struct Owned {
    explicit Owned(std::vector<float> given) {
        auto* kept = new std::vector<float>(std::move(given));
        owner = nb::capsule(kept, [](void* pointer) noexcept {
            delete static_cast<std::vector<float>*>(pointer);
        });
        kept->reserve(1);
        values = kept->data();
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
        refuse(std::string(what) + ": shape (frames, " + std::to_string(columns) +
               ") is needed, not " + shape_of(values));
    }
    return values.shape(0);
}

nb::object rows_view(const float* values, std::size_t rows, std::size_t columns,
                     nb::handle owner) {
    using Rows = nb::ndarray<nb::numpy, const float, nb::ndim<2>, nb::c_contig>;
    return nb::cast(Rows(somewhere(values), {rows, columns}, owner), nb::rv_policy::reference);
}

nb::object values_view(const float* values, std::size_t count, std::size_t stride,
                       nb::handle owner) {
    using Values = nb::ndarray<nb::numpy, const float, nb::ndim<1>>;
    return nb::cast(Values(somewhere(values), {count}, owner, {static_cast<std::int64_t>(stride)}),
                    nb::rv_policy::reference);
}

nb::object values_array(std::vector<float> values) {
    using Values = nb::ndarray<nb::numpy, float, nb::ndim<1>, nb::c_contig>;
    const std::size_t count = values.size();
    const Owned owned(std::move(values));
    return nb::cast(Values(owned.values, {count}, owned.owner), nb::rv_policy::reference);
}

nb::object rows_array(std::vector<float> values, std::size_t columns) {
    using Rows = nb::ndarray<nb::numpy, float, nb::ndim<2>, nb::c_contig>;
    const std::size_t rows = values.size() / columns;
    const Owned owned(std::move(values));
    return nb::cast(Rows(owned.values, {rows, columns}, owned.owner), nb::rv_policy::reference);
}

}  // namespace metaface::python
