// The extension module metaface._metaface; the package around it is in ../metaface.
#include "bindings.hpp"

#include <cstdlib>
#include <string>

#include <metaface/metaface.hpp>
#include <nanobind/stl/string.h>

#include "gil.hpp"

namespace metaface::python {
namespace {

std::string doctor() {
    refuse_after_fork();
    return without_gil([] { return metaface::doctor(); });
}

nb::tuple channels() {
    nb::list names;
    for (std::size_t index = 0; index < channel_count; ++index) {
        names.append(name(static_cast<Channel>(index)));
    }
    return nb::tuple(names);
}

// A reference that Python still holds when it ends (an exception in an interactive session, a
// daemon thread) is no fault to frighten an artist with; the tests ask for the warnings.
void quieten_leak_warnings() {
    const char* wanted = std::getenv("METAFACE_LEAK_WARNINGS");
    nb::set_leak_warnings(wanted != nullptr && *wanted != '\0');
}

}  // namespace
}  // namespace metaface::python

NB_MODULE(_metaface, module) {
    using namespace metaface::python;
    module.doc() = "The compiled part of metaface; import metaface instead.";
    quieten_leak_warnings();

    module.attr("__version__") = metaface::version();
    module.attr("BLENDSHAPE_COUNT") = metaface::blendshape_count;
    module.attr("CHANNELS") = channels();

    bind_errors(module);
    bind_leaving(module);
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
        "What works on this machine, for people to read: version, devices, base model and a\n"
        "timed self-test. Takes about a second.\n\n"
        ">>> metaface.doctor().splitlines()[0].split()[0]\n"
        "'MetaFace'");
}
