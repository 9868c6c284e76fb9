#include "errors.hpp"

#include <nanobind/nanobind.h>

#include "bindings.hpp"

namespace metaface::python {
namespace {

// Imported for each error: a stored reference would outlive the interpreter's modules.
void raise(const Error& error) {
    const bool cancelled = error.kind() == ErrorKind::cancelled;
    nb::module_ errors = nb::module_::import_("metaface._errors");
    nb::object type = errors.attr(cancelled ? "Cancelled" : "Error");
    const std::string text = error.what();
    nb::object message = nb::steal(
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
    nb::object value = type(message, name(error.kind()));
    PyErr_SetObject(type.ptr(), value.ptr());
}

}  // namespace

void bind_errors(nb::module_&) {
    nb::register_exception_translator([](const std::exception_ptr& pointer, void*) {
        try {
            std::rethrow_exception(pointer);
        } catch (const Error& error) {
            try {
                raise(error);
            } catch (nb::python_error& other) {
                other.restore();
            }
        }
    });
}

}  // namespace metaface::python
