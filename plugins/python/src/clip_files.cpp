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

// An argument that is an object, or a file that is opened later, without the GIL.
template <typename Object>
struct ObjectOrFile {
    std::shared_ptr<const Object> object;
    std::filesystem::path file;

    ObjectOrFile(nb::handle value, const char* what) {
        if (value.is_none()) {
            return;
        }
        if (nb::isinstance<Object>(value)) {
            object = std::make_shared<const Object>(nb::cast<const Object&>(value));
        } else {
            file = path_of(value, what);
        }
    }

    std::shared_ptr<const Object> opened() const {
        return file.empty() ? object : std::make_shared<const Object>(Object::open(file));
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
    const ObjectOrFile<Character> given_character(character, "character");
    const ObjectOrFile<RigMap> given_rig_map(rig_map, "rig_map");
    SaveOptions options;
    options.format = format.value_or("");
    options.reduce = reduce;
    options.quantise = quantise.value_or(0);
    const Saved saved = without_gil([&] {
        options.character = given_character.opened();
        options.rig_map = given_rig_map.opened();
        return clip.save(file, options);
    });
    for (const std::string& warning : saved.warnings) {
        if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) != 0) {
            throw nb::python_error();
        }
    }
    nb::list paths;
    for (const auto& saved_file : saved.files) {
        const std::string bytes = saved_file.u8string();
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
            "rig_map: the file of the rig map that reads the morph targets of a glTF or USD take;\n"
            "    matched by name by default.\n"
            "fps: resamples to this rate; defaults to the file's rate.\n"
            "animation: name of the animation in a glTF file; defaults to the last one that\n"
            "    MetaFace wrote.\n"
            "Raises Error (\"read\", \"file\").\n\n"
            ">>> metaface.Clip.open(\"take.csv\", fps=24).rate\n"
            "Fraction(24, 1)")
        .def("save", &save, nb::arg("path"), nb::kw_only(), nb::arg("character") = nb::none(),
             nb::arg("rig_map") = nb::none(), nb::arg("format") = nb::none(),
             nb::arg("reduce") = nb::none(), nb::arg("quantise") = nb::none(),
             nb::sig("def save(self, path: Path, *, character: Path | Character | None = None, "
                     "rig_map: Path | RigMap | None = None, format: str | None = None, "
                     "reduce: float | None = None, quantise: int | None = None) -> list[str]"),
             "Writes .glb .gltf .usdc .usda .usdz .usd .csv .a2f.json .cues.json .tsv or .dat\n"
             "atomically, and returns every file written.\n\n"
             "character: plays the clip in glTF and USD; defaults to the sample head.\n"
             "rig_map: the rig map of the character; discovered by name by default.\n"
             "format: an extension without its dot, such as \"glb\"; defaults to the path's.\n"
             "reduce: key reduction, the largest error on the lips in millimetres; off by\n"
             "    default.\n"
             "quantise: weights in glTF as integers of 8 or 16 bits; defaults to floats.\n"
             "Raises Error (\"argument\", \"read\", \"write\", \"file\").\n\n"
             ">>> clip.save(\"line.csv\")\n"
             "['line.csv']");
}

}  // namespace metaface::python
