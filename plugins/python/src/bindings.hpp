// What each file binds; module.cpp calls them in this order.
#pragma once

#include <nanobind/nanobind.h>

namespace metaface::python {

namespace nb = nanobind;

/// Whether a class is bound already: a program has dropped the module from sys.modules, as tools
/// do that reload themselves, and imports it again. The class is then the same as before.
template <typename Bound>
bool is_known(nb::module_& module, const char* name) {
    const nb::handle type = nb::type<Bound>();
    if (type.is_valid()) {
        module.attr(name) = type;
    }
    return type.is_valid();
}

void bind_errors(nb::module_& module);
void bind_leaving(nb::module_& module);
void bind_sound(nb::module_& module);
void bind_clip(nb::module_& module);
void bind_speaker(nb::module_& module);
void bind_stream(nb::module_& module);
void bind_animator(nb::module_& module);
void bind_character(nb::module_& module);
void bind_report(nb::module_& module);
void bind_performance(nb::module_& module);
void bind_rig_map(nb::module_& module);

}  // namespace metaface::python
