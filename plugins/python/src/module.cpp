// The extension module metaface._metaface of the package in ../package/metaface.
#include "bindings.hpp"

#include <cstdlib>
#include <string>

#include <metaface/metaface.hpp>
#include <nanobind/stl/string.h>

#include "gil.hpp"

namespace metaface::python {
namespace {

std::string doctor() {
    check_not_forked();
    return without_gil([] { return metaface::doctor(); });
}

nb::tuple channels() {
    nb::list names;
    for (std::size_t index = 0; index < channel_count; ++index) {
        names.append(name(static_cast<Channel>(index)));
    }
    return nb::tuple(names);
}

// Leak warnings are off by default: references that Python holds at exit (an exception in an
// interactive session, a daemon thread) are harmless. The tests turn the warnings on.
void configure_leak_warnings() {
    const char* enabled = std::getenv("METAFACE_LEAK_WARNINGS");
    nb::set_leak_warnings(enabled != nullptr && *enabled != '\0');
}

}  // namespace
}  // namespace metaface::python

NB_MODULE(_metaface, module) {
    using namespace metaface::python;
    module.doc() = "The compiled part of metaface; import metaface instead.";
    configure_leak_warnings();

    module.attr("__version__") = metaface::version();
    module.attr("BLENDSHAPE_COUNT") = metaface::blendshape_count;
    module.attr("CHANNELS") = channels();

    bind_errors(module);
    bind_finalization(module);
    bind_sound(module);
    bind_clip(module);
    bind_speaker(module);
    bind_stream(module);
    bind_animator(module);
    bind_character(module);
    bind_report(module);
    bind_performance(module);
    bind_rig_map(module);

    module.def(
        "doctor", &metaface::python::doctor, nb::sig("def doctor() -> str"),
        "Diagnosis of this machine as text: version, devices, base model and a timed self-test.\n"
        "Takes about a second.\n\n"
        ">>> metaface.doctor().splitlines()[0].split()[0]\n"
        "'MetaFace'");
}
