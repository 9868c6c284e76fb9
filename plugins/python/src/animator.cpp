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
#include "options.hpp"
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
    throw_argument_error("unknown device " + quoted(name) +
                         "; give \"auto\", \"cpu\" or \"cuda\"");
}

template <typename Value>
std::variant<std::filesystem::path, Value> file_or(nb::handle value, const char* what,
                                                   const char* expected) {
    if (nb::isinstance<Value>(value)) {
        return nb::cast<const Value&>(value);
    }
    return path_of(value, what, expected);
}

constexpr const char* expected_sound = "a path or a metaface.Sound";
constexpr const char* expected_clip = "a path or a metaface.Clip";

Animator open(const std::string& device, nb::handle base_model) {
    const Device chosen = device_of(device);
    const auto file = optional_path_of(base_model, "base_model");
    check_not_forked();
    return without_gil([&] { return Animator::open(chosen, file); });
}

Animator with_speaker(const Animator& animator, nb::handle speaker, float style_strength) {
    check_not_forked();
    const auto given = file_or<Speaker>(speaker, "speaker", "a path or a metaface.Speaker");
    return without_gil([&] {
        if (const auto* file = std::get_if<std::filesystem::path>(&given)) {
            return animator.with_speaker(Speaker::open(*file), style_strength);
        }
        return animator.with_speaker(std::get<Speaker>(given), style_strength);
    });
}

Clip animate(const Animator& animator, nb::handle sound, std::optional<std::string> name,
             nb::object progress, const nb::kwargs& keyword_options) {
    check_not_forked();
    const auto given = file_or<Sound>(sound, "sound", expected_sound);
    Options options = options_of("animate", keyword_options, false);
    options.name = name.value_or("");
    return ProgressGuard(std::move(progress)).run([&](const Progress& callback) {
        if (const auto* file = std::get_if<std::filesystem::path>(&given)) {
            return animator.animate(*file, options, callback);
        }
        return animator.animate(std::get<Sound>(given), options, callback);
    });
}

std::unique_ptr<SharedStream> stream(const Animator& animator, const nb::kwargs& keyword_options) {
    check_not_forked();
    const Options options = options_of("stream", keyword_options, true);
    return without_gil([&] { return std::make_unique<SharedStream>(animator.stream(options)); });
}

std::vector<Take> takes_of(nb::handle values) {
    std::vector<Take> takes;
    for (nb::handle value : nb::iter(values)) {
        if (!nb::isinstance<nb::tuple>(value) && !nb::isinstance<nb::list>(value)) {
            throw nb::type_error("takes: expected (sound, clip) pairs");
        }
        if (nb::len(value) != 2) {
            throw nb::type_error("takes: expected (sound, clip) pairs");
        }
        const nb::object sound = value[0];
        const nb::object curves = value[1];
        takes.push_back({file_or<Sound>(sound, "takes, first of a pair", expected_sound),
                         file_or<Clip>(curves, "takes, second of a pair", expected_clip)});
    }
    return takes;
}

Speaker learn(const Animator& animator, nb::handle takes, std::string name, bool instant,
              std::string consent, std::string licence, nb::object progress) {
    check_not_forked();
    const std::vector<Take> given = takes_of(takes);
    const LearnOptions options{std::move(name), instant, std::move(consent), std::move(licence)};
    return ProgressGuard(std::move(progress)).run([&](const Progress& callback) {
        return animator.learn(given, options, callback);
    });
}

// Signature and docs contain the options of the option table; nanobind copies the strings.
const std::string animate_signature =
    std::string("def animate(self, sound: Path | Sound, *, name: str | None = None, ") +
    animate_arguments + "progress: Progress | None = None) -> Clip";

const std::string stream_signature = [] {
    std::string arguments = stream_arguments;
    arguments.resize(arguments.size() - 2);
    return "def stream(self, *, " + arguments + ") -> Stream";
}();

const std::string animate_doc =
    std::string("Animates a Sound, or a sound file of any length, which is not loaded into memory.\n"
                "\n"
                "name: the clip's name; defaults to the file's name without its extension.\n") +
    animate_options_doc +
    "progress: called with the completed fraction, 0 to 1; the work stops with Cancelled when\n"
    "    it returns False, and its exceptions are passed on. Ctrl-C stops the work too.\n"
    "Raises Error (\"read\", \"file\", \"argument\", \"cancelled\").\n\n"
    ">>> animator = metaface.Animator()\n"
    ">>> animator.animate(\"line.wav\", fps=23.976, gains=\"brows=1.3\").rate\n"
    "Fraction(24000, 1001)";

void bind_methods(nb::class_<Animator>& animator) {
    animator
        .def("with_speaker", &with_speaker, nb::arg("speaker"), nb::arg("style_strength") = 1.0f,
             nb::sig("def with_speaker(self, speaker: Path | Speaker, style_strength: float = 1.0) "
                     "-> Animator"),
             "The same base model conditioned on a speaker; style_strength 0 is the average\n"
             "speaker, 1 the speaker, up to 2 exaggerates. The network is shared, not loaded\n"
             "again.\n"
             "Raises Error (\"read\", \"speaker\", \"argument\").\n\n"
             ">>> clip = animator.with_speaker(\"anna.speaker\", 1.3).animate(\"line.wav\")")
        .def("animate", &animate, nb::arg("sound"), nb::kw_only(), nb::arg("name") = nb::none(),
             nb::arg("progress") = nb::none(), nb::arg("options"),
             nb::sig(animate_signature.c_str()), animate_doc.c_str())
        .def("stream", &stream, nb::arg("options"), nb::sig(stream_signature.c_str()),
             "Animates sound as it arrives; for the options, see animate.\n"
             "Raises Error (\"argument\").\n\n"
             ">>> animator.stream(seed=3).push(numpy.zeros(16000, numpy.float32)).shape[1]\n"
             "61")
        .def("learn", &learn, nb::arg("takes"), nb::kw_only(), nb::arg("name"),
             nb::arg("instant") = false, nb::arg("consent") = "", nb::arg("licence") = "",
             nb::arg("progress") = nb::none(),
             nb::sig("def learn(self, takes: Sequence[tuple[Path | Sound, Path | Clip]], *, "
                     "name: str, instant: bool = False, consent: str = '', licence: str = '', "
                     "progress: Progress | None = None) -> Speaker"),
             "Learns a speaker from takes of about ten seconds in all: sounds, and the facial\n"
             "animation captured with each. The first frame is at the start of the sound.\n\n"
             "name: a short name.\n"
             "instant: without gradient steps; takes a second instead of several.\n"
             "consent, licence: the performer's consent and the licence, as you state them.\n"
             "progress: see animate.\n"
             "Raises Error (\"read\", \"file\", \"speaker\", \"cancelled\").\n\n"
             ">>> anna = animator.learn([(\"anna.wav\", \"anna.csv\")], name=\"Anna\", instant=True)\n"
             ">>> anna.name\n"
             "'Anna'");
}

}  // namespace

void bind_animator(nb::module_& module) {
    if (rebind_if_bound<Animator>(module, "Animator")) {
        return;
    }
    nb::class_<Animator> animator(
        module, "Animator",
        "A base model on a device, conditioned on a speaker or on none.\n\n"
        "Loading is slow: reuse an animator. It is immutable: threads may share it.\n\n"
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
            "device: \"cpu\", \"cuda\", or \"auto\": CUDA if it works, the CPU otherwise.\n"
            "base_model: a file of weights; defaults to the embedded base model.\n"
            "Raises Error (\"argument\", \"device\", \"read\", \"file\").")
        .def_prop_ro(
            "device",
            [](const Animator& self) { return self.device() == Device::cuda ? "cuda" : "cpu"; },
            "The device in use: \"cpu\" or \"cuda\".")
        .def_prop_ro(
            "base_model", [](const Animator& self) { return self.base_model(); },
            "SHA-256 of the base model, in hexadecimal.")
        .def("__repr__", [](const Animator& self) {
            return std::string("metaface.Animator(") +
                   (self.device() == Device::cuda ? "'cuda'" : "'cpu'") + ")";
        });
    bind_methods(animator);
}

}  // namespace metaface::python
