#include "stream.hpp"

#include <algorithm>

#include <metaface/channel.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "errors.hpp"
#include "gil.hpp"

namespace metaface::python {
namespace {

// Samples between two looks for Ctrl-C: a second of sound.
constexpr std::size_t piece = 16000;

nb::object push(SharedStream& stream, nb::handle samples) {
    refuse_after_fork();
    const Floats values = samples_of(samples);
    if (values.ndim() != 1) {
        refuse("samples: shape (n,) is needed: one channel at 16000 Hz");
    }
    std::vector<float> frames;
    for (std::size_t begin = 0; begin == 0 || begin < values.size(); begin += piece) {
        const std::size_t count = std::min(piece, values.size() - begin);
        const auto more = without_gil([&] { return stream.push(values.data() + begin, count); });
        frames.insert(frames.end(), more.begin(), more.end());
        if (PyErr_CheckSignals() != 0) {
            throw nb::python_error();
        }
    }
    return rows_array(std::move(frames), channel_count);
}

nb::object finish(SharedStream& stream) {
    refuse_after_fork();
    return rows_array(without_gil([&] { return stream.finish(); }), channel_count);
}

}  // namespace

void bind_stream(nb::module_& module) {
    if (is_known<SharedStream>(module, "Stream")) {
        return;
    }
    nb::class_<SharedStream> stream(
        module, "Stream",
        "Sound in, frames out, in pieces of any size, as it arrives: Animator.stream.\n\n"
        ">>> stream = metaface.Animator().stream()\n"
        ">>> frames = [stream.push(numpy.zeros(1600, numpy.float32)), stream.finish()]\n"
        ">>> numpy.concatenate(frames).shape\n"
        "(5, 61)");
    // Frames per second of what comes out.
    stream.attr("rate") = Stream::rate;
    stream
        .def("push", &push, nb::arg("samples"),
             nb::sig("def push(self, samples: ArrayLike) -> NDArray[numpy.float32]"),
             "Takes samples at 16000 Hz, (n,), and returns the frames that are now certain,\n"
             "(frames, 61) at 50 frames per second, none at times; a frame comes at most 200 ms\n"
             "after its sound. Samples that are not numbers count as silence.\n"
             "Raises Error (\"argument\") for another shape, and once finished.")
        .def("finish", &finish, nb::sig("def finish(self) -> NDArray[numpy.float32]"),
             "Returns the last frames, (frames, 61), and ends the stream.\n"
             "Raises Error (\"argument\") once finished.");
}

}  // namespace metaface::python
