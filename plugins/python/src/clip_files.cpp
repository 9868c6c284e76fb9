#include "clip_files.hpp"

#include <optional>
#include <string>
#include <vector>

#include <metaface/character.hpp>
#include <metaface/rig_map.hpp>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "gil.hpp"

namespace nb = nanobind;

namespace metaface::python {
namespace {

// What is given as itself or as a file to be opened later, without the GIL.
template <typename Thing>
struct Given {
    std::shared_ptr<const Thing> thing;
    std::filesystem::path file;

    Given(nb::handle value, const char* what) {
        if (value.is_none()) {
            return;
        }
        if (nb::isinstance<Thing>(value)) {
            thing = std::make_shared<const Thing>(nb::cast<const Thing&>(value));
        } else {
            file = path_of(value, what);
        }
    }

    std::shared_ptr<const Thing> opened() const {
        return file.empty() ? thing : std::make_shared<const Thing>(Thing::open(file));
    }
};

Clip open(nb::handle path, nb::handle rig_map, nb::handle fps,
          std::optional<std::string> animation) {
    const auto file = path_of(path, "path");
    ReadOptions options;
    options.rig_map = optional_path_of(rig_map, "rig_map");
    if (!fps.is_none()) {
        options.rate = rate_of(fps);
    }
    options.animation = animation.value_or("");
    return without_gil([&] { return Clip::open(file, options); });
}

nb::list save(const Clip& clip, nb::handle path, nb::handle character, nb::handle rig_map,
              std::optional<std::string> format, std::optional<float> reduce,
              std::optional<unsigned> quantise) {
    const auto file = path_of(path, "path");
    const Given<Character> actor(character, "character");
    const Given<RigMap> map(rig_map, "rig_map");
    SaveOptions options;
    options.format = format.value_or("");
    options.reduce = reduce;
    options.quantise = quantise.value_or(0);
    const Saved saved = without_gil([&] {
        options.character = actor.opened();
        options.rig_map = map.opened();
        return clip.save(file, options);
    });
    for (const std::string& warning : saved.warnings) {
        if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) != 0) {
            throw nb::python_error();
        }
    }
    nb::list paths;
    for (const auto& each : saved.files) {
        const std::string bytes = each.u8string();
        paths.append(nb::steal(PyUnicode_DecodeFSDefaultAndSize(
            bytes.data(), static_cast<Py_ssize_t>(bytes.size()))));
    }
    return paths;
}

}  // namespace

void bind_clip_files(nb::class_<Clip>& clip) {
    clip.def_static(
            "open", &open, nb::arg("path"), nb::kw_only(), nb::arg("rig_map") = nb::none(),
            nb::arg("fps") = nb::none(), nb::arg("animation") = nb::none(),
            nb::sig("def open(path: Path, *, rig_map: Path | None = None, fps: FrameRateLike | None "
                    "= None, animation: str | None = None) -> Clip"),
            "Reads Live Link Face CSV, Audio2Face JSON, glTF or USD.\n\n"
            "rig_map: the file by which the shapes of a glTF or USD take are read; by name without.\n"
            "fps: resampled to this rate; as in the file without.\n"
            "animation: the one of this name in a glTF file; the last by MetaFace without.\n"
            "Raises Error (\"read\", \"file\").\n\n"
            ">>> metaface.Clip.open(\"take.csv\", fps=24).rate\n"
            "Fraction(24, 1)")
        .def("save", &save, nb::arg("path"), nb::kw_only(), nb::arg("character") = nb::none(),
             nb::arg("rig_map") = nb::none(), nb::arg("format") = nb::none(),
             nb::arg("reduce") = nb::none(), nb::arg("quantise") = nb::none(),
             nb::sig("def save(self, path: Path, *, character: Path | Character | None = None, "
                     "rig_map: Path | RigMap | None = None, format: str | None = None, "
                     "reduce: float | None = None, quantise: int | None = None) -> list[str]"),
             "Writes .glb .gltf .usda .usdc .usdz .csv .a2f.json .cues.json .tsv or .dat, whole or\n"
             "not at all, and returns every file written.\n\n"
             "character: plays it in glTF and USD; the sample head without.\n"
             "rig_map: what drives the character; found by name without.\n"
             "format: an ending without its dot, such as \"glb\"; the path's own without.\n"
             "reduce: leaves out keys, up to so many millimetres of error on the lips.\n"
             "quantise: weights in glTF as integers of 8 or 16 bits; floats without.\n"
             "Raises Error (\"argument\", \"read\", \"write\", \"file\").\n\n"
             ">>> clip.save(\"line.csv\")\n"
             "['line.csv']");
}

}  // namespace metaface::python
