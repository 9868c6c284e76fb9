#include "bindings.hpp"

#include <cstdint>
#include <limits>
#include <new>

#include <metaface/sound.hpp>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "arrays.hpp"
#include "errors.hpp"
#include "gil.hpp"

namespace metaface::python {
namespace {

// No recording has more; an array with more is one that has its channels first.
constexpr std::size_t most_channels = 255;

std::uint32_t hertz_of(nb::handle value) {
    if (!PyIndex_Check(value.ptr())) {
        throw nb::type_error("rate: a whole number of samples per second is needed");
    }
    const Py_ssize_t rate = PyNumber_AsSsize_t(value.ptr(), nullptr);
    if (rate == -1 && PyErr_Occurred() != nullptr) {
        throw nb::python_error();
    }
    if (rate < 1 || rate > std::numeric_limits<std::uint32_t>::max()) {
        refuse("rate: samples per second, such as 48000");
    }
    return static_cast<std::uint32_t>(rate);
}

Sound from_samples(nb::handle samples, nb::handle rate) {
    const std::uint32_t hertz = hertz_of(rate);
    const Floats values = samples_of(samples);
    if (values.ndim() != 1 && values.ndim() != 2) {
        refuse("samples: shape (n,) or (n, channels) is needed");
    }
    const std::size_t channels = values.ndim() == 2 ? values.shape(1) : 1;
    if (channels < 1 || channels > most_channels) {
        refuse("samples: " + std::to_string(channels) +
               " channels; shape (n, channels) is needed, so transpose one with channels first");
    }
    return without_gil([&] {
        return Sound::from_samples(values.data(), values.size(), hertz,
                                   static_cast<std::uint16_t>(channels));
    });
}

}  // namespace

void bind_sound(nb::module_& module) {
    if (is_known<Sound>(module, "Sound")) {
        return;
    }
    nb::class_<Sound>(module, "Sound",
                      "A sound in memory: 16 kHz, mono, brought there from whatever it was.\n\n"
                      "Files need not be opened to be animated; Animator.animate reads those of "
                      "any length\nwithout holding them. A sound never changes, so all threads may "
                      "use it at once.\n\n"
                      ">>> tone = numpy.sin(numpy.arange(48000) * 0.03).astype(numpy.float32)\n"
                      ">>> metaface.Sound(tone, 48000).duration\n"
                      "1.0")
        .def(
            "__init__",
            [](Sound* self, nb::object samples, nb::object rate) {
                new (self) Sound(from_samples(samples, rate));
            },
            nb::arg("samples"), nb::arg("rate"),
            nb::sig("def __init__(self, samples: ArrayLike, rate: int) -> None"),
            "From samples of shape (n,) or (n, channels) at `rate` samples per second.\n\n"
            "Floats are at full scale at 1; int8, int16, int32 and uint8 are scaled to that, and\n"
            "other integers, lists of them too, raise TypeError: their full scale is unknown.\n"
            "Raises Error (\"argument\") for another shape, a rate that no sound has, or none at all.")
        .def_static(
            "open",
            [](nb::object path) {
                const auto file = path_of(path, "path");
                return without_gil([&] { return Sound::open(file); });
            },
            nb::arg("path"), nb::sig("def open(path: Path) -> Sound"),
            "Reads WAV, FLAC, MP3, Ogg Vorbis, Opus, AAC/M4A, ALAC, AIFF, AU or CAF; the content\n"
            "decides, not the ending. Raises Error (\"read\", \"file\").\n\n"
            ">>> metaface.Sound.open(\"line.wav\").samples.dtype\n"
            "dtype('float32')")
        .def_prop_ro(
            "samples",
            [](nb::handle_t<Sound> self) {
                const auto& sound = nb::cast<const Sound&>(self);
                return values_view(sound.samples(), sound.size(), 1, self);
            },
            nb::for_getter(nb::sig("def samples(self) -> NDArray[numpy.float32]")),
            "The samples, (n,), read-only and not copied; 1 is full scale.")
        .def_prop_ro(
            "rate", [](const Sound&) { return Sound::rate; },
            "Samples per second: always 16000.")
        .def_prop_ro("duration", &Sound::duration, "Seconds.")
        .def_prop_ro("warnings", &Sound::warnings,
                     "What its user should know, such as clipping; empty for a good one.")
        .def("__getstate__",
             [](nb::handle_t<Sound> self) {
                 const auto& sound = nb::cast<const Sound&>(self);
                 return nb::make_tuple(values_view(sound.samples(), sound.size(), 1, self));
             },
             nb::sig("def __getstate__(self) -> tuple[NDArray[numpy.float32]]"),
             "For pickle, so that sounds reach other processes; warnings stay behind.")
        .def(
            "__setstate__",
            [](Sound* self, const nb::tuple& state) {
                new (self) Sound(from_samples(state[0], nb::int_(Sound::rate)));
            },
            nb::sig("def __setstate__(self, state: tuple[NDArray[numpy.float32]]) -> None"))
        .def("__repr__", [](const Sound& self) {
            return "metaface.Sound(" + std::to_string(self.size()) + " samples at 16000 Hz)";
        });
}

}  // namespace metaface::python
