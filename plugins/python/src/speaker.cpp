#include "bindings.hpp"

#include <metaface/speaker.hpp>
#include <nanobind/stl/string.h>

#include "arguments.hpp"
#include "gil.hpp"

namespace metaface::python {

void bind_speaker(nb::module_& module) {
    if (rebind_if_bound<Speaker>(module, "Speaker")) {
        return;
    }
    nb::class_<Speaker>(module, "Speaker",
                        "A person's way of moving while talking, made by Animator.learn.\n\n"
                        "A speaker belongs to one base model and is immutable.\n\n"
                        ">>> anna = metaface.Speaker.open(\"anna.speaker\")\n"
                        ">>> clip = metaface.animate(\"line.wav\", speaker=anna)")
        .def_static(
            "open",
            [](nb::object path) {
                const auto file = path_of(path, "path");
                return without_gil([&] { return Speaker::open(file); });
            },
            nb::arg("path"), nb::sig("def open(path: Path) -> Speaker"),
            "Reads a .speaker file. Raises Error (\"read\", \"speaker\").\n\n"
            ">>> isinstance(metaface.Speaker.open(\"anna.speaker\").name, str)\n"
            "True")
        .def_static(
            "from_bytes",
            [](nb::bytes data) {
                const auto* bytes = static_cast<const std::uint8_t*>(data.data());
                const std::size_t count = data.size();
                return without_gil([&] { return Speaker::from_bytes(bytes, count); });
            },
            nb::arg("data"), nb::sig("def from_bytes(data: bytes) -> Speaker"),
            "From the bytes of a .speaker file, to store them in assets or databases.\n"
            "Raises Error (\"speaker\").\n\n"
            ">>> metaface.Speaker.from_bytes(anna.to_bytes()).name == anna.name\n"
            "True")
        .def_static(
            "blend",
            [](const Speaker& a, const Speaker& b, float share, const std::string& name) {
                return without_gil([&] { return Speaker::blend(a, b, share, name); });
            },
            nb::arg("a"), nb::arg("b"), nb::arg("share"), nb::arg("name") = "",
            nb::sig("def blend(a: Speaker, b: Speaker, share: float, name: str = '') -> Speaker"),
            "A blend of two speakers of the same base model: share 0 is `a`, 1 is `b`.\n"
            "Raises Error (\"speaker\", \"argument\").\n\n"
            ">>> metaface.Speaker.blend(anna, anna, 0.5, \"both\").name\n"
            "'both'")
        .def(
            "save",
            [](const Speaker& self, nb::object path) {
                const auto file = path_of(path, "path");
                return without_gil([&] { return self.save(file); });
            },
            nb::arg("path"), nb::sig("def save(self, path: Path) -> int"),
            "Writes the file atomically and returns its size in bytes.\n"
            "Raises Error (\"write\").\n\n"
            ">>> anna.save(\"copy.speaker\") > 1000\n"
            "True")
        .def(
            "to_bytes",
            [](const Speaker& self) {
                const auto bytes = without_gil([&] { return self.to_bytes(); });
                return nb::bytes(bytes.data(), bytes.size());
            },
            nb::sig("def to_bytes(self) -> bytes"),
            "The bytes that `save` writes.\n\n"
            ">>> anna.to_bytes() == open(\"anna.speaker\", \"rb\").read()\n"
            "True")
        .def_prop_ro("name", [](const Speaker& self) { return self.name(); }, "The speaker's name.")
        .def_prop_ro(
            "base_model", [](const Speaker& self) { return self.base_model(); },
            "SHA-256 of the base model that the speaker belongs to, in hexadecimal.")
        .def_prop_ro(
            "about",
            [](const Speaker& self) {
                return nb::module_::import_("json").attr("loads")(self.about_json());
            },
            nb::for_getter(nb::sig("def about(self) -> dict[str, typing.Any]")),
            "Metadata of the file: learning, takes, notes, consent, licence.")
        .def("__repr__", [](const Speaker& self) {
            return "metaface.Speaker(" + quoted(self.name()) + ")";
        });
}

}  // namespace metaface::python
