// The bind functions of the files, in the order in which module.cpp calls them.
#pragma once

#include <nanobind/nanobind.h>

namespace metaface::python {

namespace nb = nanobind;

/// Adds a class that is bound already to `module`, and returns whether it is. This happens if a
/// program removes the module from sys.modules and imports it again, as tools do that reload
/// themselves. The class stays the same.
template <typename Bound>
bool rebind_if_bound(nb::module_& module, const char* name) {
    const nb::handle type = nb::type<Bound>();
    if (type.is_valid()) {
        module.attr(name) = type;
    }
    return type.is_valid();
}

void bind_errors(nb::module_& module);
void bind_finalization(nb::module_& module);
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
