#include "stream.hpp"

#include <algorithm>

#include <metaface/channel.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "errors.hpp"
#include "gil.hpp"

namespace metaface::python {
namespace {

// Samples between two checks for Ctrl-C: one second of sound.
constexpr std::size_t samples_per_check = 16000;

nb::object push(SharedStream& stream, nb::handle samples) {
    check_not_forked();
    const Floats values = samples_of(samples);
    if (values.ndim() != 1) {
        throw_argument_error("samples: expected shape (n,), one channel at 16000 Hz");
    }
    std::vector<float> frames;
    for (std::size_t begin = 0; begin == 0 || begin < values.size(); begin += samples_per_check) {
        const std::size_t count = std::min(samples_per_check, values.size() - begin);
        const auto new_frames =
            without_gil([&] { return stream.push(values.data() + begin, count); });
        frames.insert(frames.end(), new_frames.begin(), new_frames.end());
        if (PyErr_CheckSignals() != 0) {
            throw nb::python_error();
        }
    }
    return rows_array(std::move(frames), channel_count);
}

nb::object finish(SharedStream& stream) {
    check_not_forked();
    return rows_array(without_gil([&] { return stream.finish(); }), channel_count);
}

}  // namespace

void bind_stream(nb::module_& module) {
    if (rebind_if_bound<SharedStream>(module, "Stream")) {
        return;
    }
    nb::class_<SharedStream> stream(
        module, "Stream",
        "Takes sound in chunks of any size and returns frames; made by Animator.stream.\n\n"
        ">>> stream = metaface.Animator().stream()\n"
        ">>> frames = [stream.push(numpy.zeros(1600, numpy.float32)), stream.finish()]\n"
        ">>> numpy.concatenate(frames).shape\n"
        "(5, 61)");
    // Frames per second of the returned frames.
    stream.attr("rate") = Stream::rate;
    stream
        .def("push", &push, nb::arg("samples"),
             nb::sig("def push(self, samples: ArrayLike) -> NDArray[numpy.float32]"),
             "Takes samples at 16000 Hz, (n,), and returns the frames that are final, (frames, 61)\n"
             "at 50 frames per second; frames may be 0. A frame is returned at most 200 ms after\n"
             "its sound. NaN and infinite samples count as silence.\n"
             "Raises Error (\"argument\") for another shape, and after `finish`.")
        .def("finish", &finish, nb::sig("def finish(self) -> NDArray[numpy.float32]"),
             "Returns the last frames, (frames, 61), and ends the stream.\n"
             "Raises Error (\"argument\") if already finished.");
}

}  // namespace metaface::python
