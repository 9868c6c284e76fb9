#include "bindings.hpp"

#include <metaface/rig_map.hpp>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "arrays.hpp"
#include "gil.hpp"
#include "performance.hpp"

namespace metaface::python {
namespace {

void bind_files(nb::class_<RigMap>& rig_map) {
    rig_map
        .def_static(
            "open",
            [](nb::object path) {
                const auto file = path_of(path, "path");
                return without_gil([&] { return RigMap::open(file); });
            },
            nb::arg("path"), nb::sig("def open(path: Path) -> RigMap"),
            "Reads a JSON file of the schema metaface.rigmap. Raises Error (\"read\", \"file\").\n\n"
            ">>> rig_map = metaface.RigMap.open(\"hero.rigmap.json\")")
        .def_static(
            "from_json",
            [](const std::string& text) {
                return without_gil([&] { return RigMap::from_json(text); });
            },
            nb::arg("text"),
            "Parses JSON text. Raises Error (\"file\").\n\n"
            ">>> same = metaface.RigMap.from_json(rig_map.to_json())")
        .def(
            "to_json", [](const RigMap& self) { return self.to_json(); },
            "The content of the JSON file.\n\n"
            ">>> json.loads(rig_map.to_json())[\"schema\"]\n"
            "'metaface.rigmap'")
        .def(
            "save",
            [](const RigMap& self, nb::object path) {
                const auto file = path_of(path, "path");
                without_gil([&] {
                    self.save(file);
                    return true;
                });
            },
            nb::arg("path"), nb::sig("def save(self, path: Path) -> None"),
            "Writes the JSON file atomically. Raises Error (\"write\").\n\n"
            ">>> rig_map.save(\"hero.rigmap.json\")");
}

void bind_methods(nb::class_<RigMap>& rig_map) {
    rig_map
        .def(
            "report",
            [](const RigMap& self, const Character& character) {
                return without_gil([&] { return self.report(character); });
            },
            nb::arg("character"),
            "What the map drives on a character, and what it does not, with reasons.\n\n"
            ">>> rig_map.report(hero).usable\n"
            "True")
        .def(
            "curves",
            [](const RigMap& self, const Clip& clip) {
                auto curves = without_gil([&] { return self.curves(clip); });
                nb::dict named;
                for (Curve& curve : curves) {
                    named[curve.name.c_str()] = values_array(std::move(curve.values));
                }
                return named;
            },
            nb::arg("clip"),
            nb::sig("def curves(self, clip: Clip) -> dict[str, NDArray[numpy.float32]]"),
            "A clip as one curve per target that is not restricted to a mesh: for rigs that are\n"
            "driven by curves instead of morph targets.\n\n"
            ">>> curves = metaface.RigMap.metahuman().curves(clip)\n"
            ">>> curves[\"CTRL_expressions_jawOpen\"].shape == (len(clip),)\n"
            "True")
        .def_prop_ro(
            "meshes", [](const RigMap& self) { return self.meshes(); },
            "Names of the meshes that targets are restricted to. `curves` leaves out these\n"
            "targets.\n\n"
            ">>> metaface.RigMap.metahuman().meshes\n"
            "[]")
        .def(
            "drive",
            [](const RigMap& self, const Character& character, const Clip& clip) {
                return without_gil([&] { return AnyPerformance(self.drive(character, clip)); });
            },
            nb::arg("character"), nb::arg("clip"),
            "The clip as the character plays it.\n\n"
            ">>> performance = rig_map.drive(hero, clip)\n"
            ">>> performance.meshes[0].weights.shape[0] == len(clip)\n"
            "True")
        .def(
            "recover",
            [](const RigMap& self, const Character& character, const AnyPerformance& performance) {
                return without_gil(
                    [&] { return self.recover(character, performance.for_character(character)); });
            },
            nb::arg("character"), nb::arg("performance"),
            "The clip that a performance of the character shows: the inverse of `drive`, for\n"
            "example to learn from keyed morph targets. Raises Error (\"argument\").\n\n"
            ">>> len(rig_map.recover(hero, performance)) == len(clip)\n"
            "True");
}

}  // namespace

void bind_rig_map(nb::module_& module) {
    if (rebind_if_bound<RigMap>(module, "RigMap")) {
        return;
    }
    nb::class_<RigMap> rig_map(
        module, "RigMap",
        "Which channel drives which morph target or joint of a character.\n\n"
        "A rig map is immutable: edit its JSON instead.\n\n"
        ">>> hero = metaface.Character.open(\"hero.glb\")\n"
        ">>> rig_map = metaface.RigMap.discover(hero)");
    rig_map.def_static(
        "discover",
        [](const Character& character) {
            return without_gil([&] { return RigMap::discover(character); });
        },
        nb::arg("character"),
        "A rig map by the names of a character's morph targets and joints.\n\n"
        ">>> metaface.RigMap.discover(metaface.Character.sample_head()).to_json()[0]\n"
        "'{'");
    rig_map.def_static(
        "metahuman", [] { return without_gil([] { return RigMap::metahuman(); }); },
        "The curves of Unreal Engine's MetaHumans, for RigMap.curves.\n\n"
        ">>> \"CTRL_expressions_mouthLipsPurseUL\" in metaface.RigMap.metahuman().to_json()\n"
        "True");
    bind_files(rig_map);
    bind_methods(rig_map);
}

}  // namespace metaface::python
