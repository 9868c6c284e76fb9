#include "bindings.hpp"

#include <memory>
#include <new>
#include <optional>
#include <variant>
#include <vector>

#include <metaface/animator.hpp>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "arguments.hpp"
#include "errors.hpp"
#include "gil.hpp"
#include "progress.hpp"
#include "stream.hpp"

namespace metaface::python {
namespace {

Device device_of(const std::string& name) {
    if (name == "auto") {
        return Device::automatic;
    }
    if (name == "cpu") {
        return Device::cpu;
    }
    if (name == "cuda") {
        return Device::cuda;
    }
    refuse("no device is called " + quoted(name) + "; there are \"auto\", \"cpu\" and \"cuda\"");
}

template <typename Thing>
std::variant<std::filesystem::path, Thing> file_or(nb::handle value, const char* what,
                                                   const char* wanted) {
    if (nb::isinstance<Thing>(value)) {
        return nb::cast<const Thing&>(value);
    }
    return path_of(value, what, wanted);
}

constexpr const char* sound_wanted = "a path or a metaface.Sound";
constexpr const char* clip_wanted = "a path or a metaface.Clip";

Animator open(const std::string& device, nb::handle base_model) {
    const Device chosen = device_of(device);
    const auto file = optional_path_of(base_model, "base_model");
    refuse_after_fork();
    return without_gil([&] { return Animator::open(chosen, file); });
}

Animator speaking_as(const Animator& animator, nb::handle speaker, float strength) {
    refuse_after_fork();
    const auto given = file_or<Speaker>(speaker, "speaker", "a path or a metaface.Speaker");
    return without_gil([&] {
        if (const auto* file = std::get_if<std::filesystem::path>(&given)) {
            return animator.speaking_as(Speaker::open(*file), strength);
        }
        return animator.speaking_as(std::get<Speaker>(given), strength);
    });
}

Clip animate(const Animator& animator, nb::handle sound, std::optional<std::string> name,
             nb::handle fps, std::uint64_t seed, float strength, const std::string& gains,
             std::optional<double> smoothing, float liveliness, bool head, bool eyes,
             nb::object progress) {
    refuse_after_fork();
    const auto given = file_or<Sound>(sound, "sound", sound_wanted);
    Options options;
    options.rate = rate_of(fps);
    options.seed = seed;
    options.strength = strength;
    options.liveliness = liveliness;
    options.gains = gains;
    options.smoothing = smoothing;
    options.head = head;
    options.eyes = eyes;
    options.name = name.value_or("");
    return Watch(std::move(progress)).over([&](const Progress& watched) {
        return std::visit(
            [&](const auto& input) { return animator.animate(input, options, watched); }, given);
    });
}

std::unique_ptr<SharedStream> stream(const Animator& animator, std::uint64_t seed, float strength,
                                     const std::string& gains, float liveliness, bool head,
                                     bool eyes) {
    refuse_after_fork();
    Options options;
    options.seed = seed;
    options.strength = strength;
    options.gains = gains;
    options.liveliness = liveliness;
    options.head = head;
    options.eyes = eyes;
    return without_gil([&] { return std::make_unique<SharedStream>(animator.stream(options)); });
}

std::vector<Take> takes_of(nb::handle values) {
    std::vector<Take> takes;
    for (nb::handle value : nb::iter(values)) {
        if (!nb::isinstance<nb::tuple>(value) && !nb::isinstance<nb::list>(value)) {
            throw nb::type_error("takes: pairs are needed, (sound, clip) each");
        }
        if (nb::len(value) != 2) {
            throw nb::type_error("takes: pairs are needed, (sound, clip) each");
        }
        const nb::object sound = value[0];
        const nb::object curves = value[1];
        takes.push_back({file_or<Sound>(sound, "takes, first of a pair", sound_wanted),
                         file_or<Clip>(curves, "takes, second of a pair", clip_wanted)});
    }
    return takes;
}

Speaker learn(const Animator& animator, nb::handle takes, std::string name, bool instant,
              std::string consent, std::string licence, nb::object progress) {
    refuse_after_fork();
    const std::vector<Take> given = takes_of(takes);
    const LearnOptions options{std::move(name), instant, std::move(consent), std::move(licence)};
    return Watch(std::move(progress)).over([&](const Progress& watched) {
        return animator.learn(given, options, watched);
    });
}

constexpr const char* animate_doc =
    "Animates a sound: a file of any length, which is not held in memory, or a Sound.\n\n"
    "name: the clip's; the file's without its ending where None.\n"
    "fps: frames per second, 1 to 1000: 24, 23.976 (24000/1001), \"30000/1001\" or a Fraction.\n"
    "seed: brows, head and eyes follow from it; the same seed gives the same clip.\n"
    "strength: factor on all motion, 0 to 2.\n"
    "gains: per channel or group, as the command line writes them:\n"
    "    \"JawOpen=1.2,MouthSmile*=0.8,HeadPitch+=0.05,brows=1.3\".\n"
    "smoothing: extra smoothing that keeps lip closures, 0 to 1.\n"
    "liveliness: factor on brows, head and gaze, 0 to 2; at 0 only the mouth moves.\n"
    "head, eyes: whether the head moves at all; whether there are blinks and gaze.\n"
    "progress: called with the share that is done, 0 to 1; the work stops with Cancelled when\n"
    "    it returns False, and what it raises comes out here. Ctrl-C stops the work too.\n"
    "Raises Error (\"read\", \"file\", \"argument\", \"cancelled\").\n\n"
    ">>> animator = metaface.Animator()\n"
    ">>> animator.animate(\"line.wav\", fps=23.976, gains=\"brows=1.3\").rate\n"
    "Fraction(24000, 1001)";

void bind_work(nb::class_<Animator>& animator) {
    animator
        .def("speaking_as", &speaking_as, nb::arg("speaker"), nb::arg("strength") = 1.0f,
             nb::sig("def speaking_as(self, speaker: Path | Speaker, strength: float = 1.0) -> "
                     "Animator"),
             "The same with a speaker's way of moving: strength 0 is the average speaker, 1 this\n"
             "one, up to 2 exaggerates. The network is shared, not loaded again.\n"
             "Raises Error (\"read\", \"speaker\", \"argument\").\n\n"
             ">>> clip = animator.speaking_as(\"anna.speaker\", 1.3).animate(\"line.wav\")")
        .def("animate", &animate, nb::arg("sound"), nb::kw_only(), nb::arg("name") = nb::none(),
             nb::arg("fps") = 30, nb::arg("seed") = 7, nb::arg("strength") = 1.0f,
             nb::arg("gains") = "", nb::arg("smoothing") = nb::none(),
             nb::arg("liveliness") = 1.0f, nb::arg("head") = true, nb::arg("eyes") = true,
             nb::arg("progress") = nb::none(),
             nb::sig("def animate(self, sound: Path | Sound, *, name: str | None = None, fps: "
                     "FrameRateLike = 30, seed: int = 7, strength: float = 1.0, gains: str = '', "
                     "smoothing: float | None = None, liveliness: float = 1.0, head: bool = True, "
                     "eyes: bool = True, progress: Progress | None = None) -> Clip"),
             animate_doc)
        .def("stream", &stream, nb::kw_only(), nb::arg("seed") = 7, nb::arg("strength") = 1.0f,
             nb::arg("gains") = "", nb::arg("liveliness") = 1.0f, nb::arg("head") = true,
             nb::arg("eyes") = true,
             nb::sig("def stream(self, *, seed: int = 7, strength: float = 1.0, gains: str = '', "
                     "liveliness: float = 1.0, head: bool = True, eyes: bool = True) -> Stream"),
             "Animates sound as it arrives; the options are those of animate.\n"
             "Raises Error (\"argument\").\n\n"
             ">>> animator.stream(seed=3).push(numpy.zeros(16000, numpy.float32)).shape[1]\n"
             "61")
        .def("learn", &learn, nb::arg("takes"), nb::kw_only(), nb::arg("name"),
             nb::arg("instant") = false, nb::arg("consent") = "", nb::arg("licence") = "",
             nb::arg("progress") = nb::none(),
             nb::sig("def learn(self, takes: Sequence[tuple[Path | Sound, Path | Clip]], *, "
                     "name: str, instant: bool = False, consent: str = '', licence: str = '', "
                     "progress: Progress | None = None) -> Speaker"),
             "Learns how a person moves from about ten seconds of them: sounds, and what the face\n"
             "did during each, whose first frame belongs to the start of the sound.\n\n"
             "name: a short one.\n"
             "instant: without gradient steps, a second instead of several.\n"
             "consent, licence: the performer's consent and the licence, as you state them.\n"
             "progress: as of animate.\n"
             "Raises Error (\"read\", \"file\", \"speaker\", \"cancelled\"). One at a time in a\n"
             "process; a second waits.\n\n"
             ">>> anna = animator.learn([(\"anna.wav\", \"anna.csv\")], name=\"Anna\", instant=True)\n"
             ">>> anna.name\n"
             "'Anna'");
}

}  // namespace

void bind_animator(nb::module_& module) {
    if (is_known<Animator>(module, "Animator")) {
        return;
    }
    nb::class_<Animator> animator(
        module, "Animator",
        "A base model on a device, perhaps speaking as a person.\n\n"
        "Loading it takes a moment: keep one. It never changes, so all threads may use it.\n\n"
        ">>> animator = metaface.Animator(\"cpu\")\n"
        ">>> clip = animator.animate(\"line.wav\", fps=24)");
    animator
        .def(
            "__init__",
            [](Animator* self, const std::string& device, nb::object base_model) {
                new (self) Animator(open(device, base_model));
            },
            nb::arg("device") = "auto", nb::kw_only(), nb::arg("base_model") = nb::none(),
            nb::sig("def __init__(self, device: str = 'auto', *, base_model: Path | None = None) "
                    "-> None"),
            "device: \"cpu\", \"cuda\", or \"auto\": CUDA where it works, the processor otherwise.\n"
            "base_model: a file of weights; the ones inside without.\n"
            "Raises Error (\"argument\", \"device\", \"read\", \"file\").")
        .def_prop_ro(
            "device",
            [](const Animator& self) { return self.device() == Device::cuda ? "cuda" : "cpu"; },
            "The device in use: \"cpu\" or \"cuda\".")
        .def_prop_ro(
            "base_model", [](const Animator& self) { return self.base_model(); },
            "The base model's SHA-256, in hexadecimal.")
        .def("__repr__", [](const Animator& self) {
            return std::string("metaface.Animator(") +
                   (self.device() == Device::cuda ? "'cuda'" : "'cpu'") + ")";
        });
    bind_work(animator);
}

}  // namespace metaface::python
