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

// An array with more channels most likely has its channels in the first axis.
constexpr std::size_t max_channels = 255;

std::uint32_t hertz_of(nb::handle value) {
    if (!PyIndex_Check(value.ptr())) {
        throw nb::type_error("rate: expected an integer, samples per second");
    }
    const Py_ssize_t rate = PyNumber_AsSsize_t(value.ptr(), nullptr);
    if (rate == -1 && PyErr_Occurred() != nullptr) {
        throw nb::python_error();
    }
    if (rate < 1 || rate > std::numeric_limits<std::uint32_t>::max()) {
        throw_argument_error("rate: expected samples per second, such as 48000");
    }
    return static_cast<std::uint32_t>(rate);
}

Sound from_samples(nb::handle samples, nb::handle rate) {
    const std::uint32_t hertz = hertz_of(rate);
    const Floats values = samples_of(samples);
    if (values.ndim() != 1 && values.ndim() != 2) {
        throw_argument_error("samples: expected shape (n,) or (n, channels)");
    }
    const std::size_t channels = values.ndim() == 2 ? values.shape(1) : 1;
    if (channels < 1 || channels > max_channels) {
        throw_argument_error("samples: expected shape (n, channels), got " +
                             std::to_string(channels) +
                             " channels; transpose an array whose first axis is the channels");
    }
    return without_gil([&] {
        return Sound::from_samples(values.data(), values.size(), hertz,
                                   static_cast<std::uint16_t>(channels));
    });
}

}  // namespace

void bind_sound(nb::module_& module) {
    if (rebind_if_bound<Sound>(module, "Sound")) {
        return;
    }
    nb::class_<Sound>(module, "Sound",
                      "A sound in memory, converted to 16 kHz mono.\n\n"
                      "Animator.animate also takes sound files of any length and does not load "
                      "them into\nmemory. A sound is immutable: threads may share it.\n\n"
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
            "A sound of samples of shape (n,) or (n, channels) at `rate` samples per second.\n\n"
            "1 is full scale. int8, int16, int32 and uint8 are scaled to it. Other integers and\n"
            "lists of integers raise TypeError: their full scale is unknown.\n"
            "Raises Error (\"argument\") for another shape, a rate out of range, or no samples.")
        .def_static(
            "open",
            [](nb::object path) {
                const auto file = path_of(path, "path");
                return without_gil([&] { return Sound::open(file); });
            },
            nb::arg("path"), nb::sig("def open(path: Path) -> Sound"),
            "Reads WAV, FLAC, MP3, Ogg Vorbis, Opus, AAC/M4A, ALAC, AIFF, AU or CAF,\n"
            "detected by content. Raises Error (\"read\", \"file\").\n\n"
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
        .def_prop_ro("duration", &Sound::duration, "In seconds.")
        .def_prop_ro("warnings", &Sound::warnings,
                     "Warnings about the sound, such as clipping.")
        .def("__getstate__",
             [](nb::handle_t<Sound> self) {
                 const auto& sound = nb::cast<const Sound&>(self);
                 return nb::make_tuple(values_view(sound.samples(), sound.size(), 1, self));
             },
             nb::sig("def __getstate__(self) -> tuple[NDArray[numpy.float32]]"),
             "For pickle, to send sounds to other processes; warnings are not pickled.")
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
