#include "bindings.hpp"

#include <new>
#include <optional>

#include <metaface/clip.hpp>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "arrays.hpp"
#include "clip_files.hpp"
#include "errors.hpp"
#include "gil.hpp"

namespace metaface::python {
namespace {

Clip from_values(nb::handle values, ClipInfo info) {
    const Floats floats = floats_of(values, "values");
    const std::size_t frames = rows_of(floats, channel_count, "values");
    return without_gil([&] { return Clip::from_values(floats.data(), frames, info); });
}

nb::object channel(nb::handle_t<Clip> self, const std::string& name) {
    const auto& clip = nb::cast<const Clip&>(self);
    const auto found = channel_named(name);
    if (!found) {
        throw_argument_error("unknown channel " + quoted(name) +
                             "; metaface.CHANNELS lists the names");
    }
    const float* values = clip.values();
    return values_view(values == nullptr ? values : values + static_cast<std::size_t>(*found),
                       clip.frame_count(), channel_count, self);
}

Clip replaced(const Clip& clip, std::optional<std::string> name, std::optional<double> start_frame,
              nb::handle metadata) {
    ClipInfo info = clip.info();
    info.name = name.value_or(info.name);
    info.start_frame = start_frame.value_or(info.start_frame);
    if (!metadata.is_none()) {
        info.metadata = metadata_of(metadata);
    }
    return without_gil([&] { return clip.with_info(info); });
}

std::string representation(const Clip& clip) {
    const FrameRate rate = clip.rate();
    std::string fps = std::to_string(rate.numerator);
    if (rate.denominator != 1) {
        fps += "/" + std::to_string(rate.denominator);
    }
    return "metaface.Clip(" + quoted(clip.name()) + ", " + std::to_string(clip.frame_count()) +
           " frames at " + fps + " fps)";
}

void bind_values(nb::class_<Clip>& clip) {
    clip.def_prop_ro(
            "values",
            [](nb::handle_t<Clip> self) {
                const auto& clip = nb::cast<const Clip&>(self);
                return rows_view(clip.values(), clip.frame_count(), channel_count, self);
            },
            nb::for_getter(nb::sig("def values(self) -> NDArray[numpy.float32]")),
            "All values, (frames, 61) in the order of metaface.CHANNELS, read-only and not\n"
            "copied: 52 blendshapes, 0 to 1, then nine angles in radians.")
        .def("channel", &channel, nb::arg("name"),
             nb::sig("def channel(self, name: str) -> NDArray[numpy.float32]"),
             "One channel, (frames,), read-only and not copied, by its name in either spelling:\n"
             "\"JawOpen\" or \"jawOpen\". Raises Error (\"argument\") for an unknown name.\n\n"
             ">>> float(clip.channel(\"JawOpen\").max()) > 0.1\n"
             "True")
        .def("__len__", &Clip::frame_count, "The number of frames.")
        .def_prop_ro("name", [](const Clip& self) { return self.name(); }, "The clip's name.")
        .def_prop_ro(
            "rate", [](const Clip& self) { return fraction_of(self.rate()); },
            nb::for_getter(nb::sig("def rate(self) -> fractions.Fraction")),
            "Frames per second as an exact fraction.")
        .def_prop_ro("duration", &Clip::duration, "In seconds.")
        .def_prop_ro("start_frame", &Clip::start_frame,
                     "The time code of the first frame, in frames at the clip's rate.")
        .def_prop_ro(
            "metadata", [](const Clip& self) { return self.info().metadata; },
            "A copy of the metadata that is written to files: generator, base_model, seed,\n"
            "strength, speaker and so on.")
        .def_prop_ro("warnings", &Clip::warnings,
                     "Repairs that were made on reading, and warnings about the sound.")
        .def("__repr__", &representation);
}

void bind_pickling(nb::class_<Clip>& clip) {
    clip.def("__getstate__",
             [](nb::handle_t<Clip> self) {
                 const auto& clip = nb::cast<const Clip&>(self);
                 return nb::make_tuple(
                     rows_view(clip.values(), clip.frame_count(), channel_count, self),
                     fraction_of(clip.rate()), clip.name(), clip.start_frame(),
                     clip.info().metadata);
             },
             nb::sig("def __getstate__(self) -> tuple[object, ...]"),
             "For pickle, to send clips to other processes; warnings are not pickled.")
        .def(
            "__setstate__",
            [](Clip* self, const nb::tuple& state) {
                ClipInfo info{rate_of(state[1]), nb::cast<std::string>(state[2]),
                              nb::cast<double>(state[3]), metadata_of(state[4])};
                new (self) Clip(from_values(state[0], std::move(info)));
            },
            nb::sig("def __setstate__(self, state: tuple[object, ...]) -> None"));
}

}  // namespace

void bind_clip(nb::module_& module) {
    if (rebind_if_bound<Clip>(module, "Clip")) {
        return;
    }
    nb::class_<Clip> clip(
        module, "Clip",
        "Facial animation: 61 channels at an exact frame rate.\n\n"
        "A clip is immutable: threads may share it.\n\n"
        ">>> clip = metaface.animate(\"line.wav\", fps=24)\n"
        ">>> clip.values.shape[1], clip.rate\n"
        "(61, Fraction(24, 1))");
    clip.def(
            "__init__",
            [](Clip* self, nb::object values, nb::object fps, std::string name, double start_frame,
               nb::object metadata) {
                ClipInfo info{rate_of(fps), std::move(name), start_frame, metadata_of(metadata)};
                new (self) Clip(from_values(values, std::move(info)));
            },
            nb::arg("values"), nb::arg("fps"), nb::kw_only(), nb::arg("name") = "",
            nb::arg("start_frame") = 0.0, nb::arg("metadata") = nb::none(),
            nb::sig("def __init__(self, values: ArrayLike, fps: FrameRateLike, *, name: str = '', "
                    "start_frame: float = 0.0, metadata: Mapping[str, str] | None = None) -> None"),
            "A clip of values of shape (frames, 61) in the order of metaface.CHANNELS.\n\n"
            "Raises Error (\"argument\") for another shape, values that are not finite, or a rate\n"
            "outside 1 to 1000 frames per second.\n\n"
            ">>> still = metaface.Clip(numpy.zeros((24, 61), numpy.float32), 24)\n"
            ">>> len(still), still.duration\n"
            "(24, 1.0)")
        .def(
            "resampled",
            [](const Clip& self, nb::object fps) {
                const FrameRate rate = rate_of(fps);
                return without_gil([&] { return self.resampled(rate); });
            },
            nb::arg("fps"), nb::sig("def resampled(self, fps: FrameRateLike) -> Clip"),
            "The same motion at another rate; lips still close. Raises Error (\"argument\").\n\n"
            ">>> clip.resampled(\"30000/1001\").rate\n"
            "Fraction(30000, 1001)")
        .def("replace", &replaced, nb::kw_only(), nb::arg("name") = nb::none(),
             nb::arg("start_frame") = nb::none(), nb::arg("metadata") = nb::none(),
             nb::sig("def replace(self, *, name: str | None = None, start_frame: float | None = "
                     "None, metadata: Mapping[str, str] | None = None) -> Clip"),
             "The same values with another name, start frame or metadata; None keeps a value.\n\n"
             ">>> clip.replace(name=\"take 2\").name\n"
             "'take 2'");
    bind_values(clip);
    bind_pickling(clip);
    bind_clip_files(clip);
}

}  // namespace metaface::python
