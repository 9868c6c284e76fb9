#include "bindings.hpp"

#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <metaface/character.hpp>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "errors.hpp"
#include "gil.hpp"

namespace metaface::python {
namespace {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

void bind_mesh(nb::module_& module) {
    if (rebind_if_bound<MeshDescription>(module, "Mesh")) {
        return;
    }
    nb::class_<MeshDescription>(
        module, "Mesh",
        "A mesh of a host program's character: its morph targets by name.\n\n"
        ">>> metaface.Mesh(\"Head\", [\"jawOpen\", \"mouthClose\"]).targets\n"
        "['jawOpen', 'mouthClose']")
        .def(
            "__init__",
            [](MeshDescription* self, std::string name, std::vector<std::string> targets,
               std::optional<std::vector<float>> rest, std::optional<std::size_t> joint,
               Pairs carried) {
                new (self) MeshDescription{std::move(name), std::move(targets),
                                           std::move(rest).value_or(std::vector<float>()), joint,
                                           std::move(carried)};
            },
            nb::arg("name"), nb::arg("targets"), nb::arg("rest") = nb::none(), nb::kw_only(),
            nb::arg("joint") = nb::none(), nb::arg("carried") = nb::make_tuple(),
            nb::sig("def __init__(self, name: str, targets: Sequence[str], rest: Sequence[float] | "
                    "None = None, *, joint: int | None = None, carried: Sequence[tuple[int, int]] "
                    "= ()) -> None"),
            "targets: the morph targets, without the basis.\n"
            "rest: their rest weights; 0 by default.\n"
            "joint: index of the joint that the whole mesh is parented to, if any.\n"
            "carried: pairs of target and joint: the target moves at least one vertex that is\n"
            "    skinned to the joint by 5 % of its weight or more. Rig maps use it to avoid that\n"
            "    a target and a joint both make the same movement.")
        .def_ro("name", &MeshDescription::name, "The mesh's name.")
        .def_ro("targets", &MeshDescription::targets, "The morph targets, without the basis.")
        .def_ro("rest", &MeshDescription::rest, "Their rest weights; empty if all are 0.")
        .def_ro("joint", &MeshDescription::joint, "Index of the parent joint, if any.")
        .def_ro("carried", &MeshDescription::carried, "Pairs of target and joint.")
        .def("__repr__", [](const MeshDescription& self) {
            return "metaface.Mesh(" + quoted(self.name) + ", " +
                   std::to_string(self.targets.size()) + " targets)";
        });
}

void bind_joint(nb::module_& module) {
    if (rebind_if_bound<JointDescription>(module, "Joint")) {
        return;
    }
    nb::class_<JointDescription>(
        module, "Joint",
        "A joint of a host program's character, with its rest transform relative to its parent.\n\n"
        ">>> metaface.Joint(\"Jaw\", 0, translation=(0, 0.02, 0.05)).parent\n"
        "0")
        .def(
            "__init__",
            [](JointDescription* self, std::string name, std::optional<std::size_t> parent,
               std::array<float, 3> translation, std::array<float, 4> rotation) {
                new (self) JointDescription{std::move(name), parent, translation, rotation};
            },
            nb::arg("name"), nb::arg("parent") = nb::none(), nb::kw_only(),
            nb::arg("translation") = nb::make_tuple(0.0f, 0.0f, 0.0f),
            nb::arg("rotation") = nb::make_tuple(0.0f, 0.0f, 0.0f, 1.0f),
            nb::sig("def __init__(self, name: str, parent: int | None = None, *, translation: "
                    "Sequence[float] = (0, 0, 0), rotation: Sequence[float] = (0, 0, 0, 1)) -> "
                    "None"),
            "parent: index in the character's joints; None for a root.\n"
            "translation: metres; the character has Y up and looks along +Z.\n"
            "rotation: a unit quaternion, x y z w.")
        .def_ro("name", &JointDescription::name, "The joint's name.")
        .def_ro("parent", &JointDescription::parent, "Index of the parent; None for a root.")
        .def_ro("translation", &JointDescription::translation, "Rest translation in metres.")
        .def_ro("rotation", &JointDescription::rotation, "Rest rotation, a quaternion x y z w.")
        .def("__repr__", [](const JointDescription& self) {
            return "metaface.Joint(" + quoted(self.name) + ")";
        });
}

std::vector<std::string> targets(const Character& character, nb::handle mesh) {
    std::size_t index = 0;
    if (nb::isinstance<nb::str>(mesh)) {
        const auto name = nb::cast<std::string>(mesh);
        while (index < character.meshes().size() && character.meshes()[index] != name) {
            ++index;
        }
    } else if (!nb::try_cast(mesh, index)) {
        throw nb::type_error("mesh: expected an index or a name");
    }
    if (index >= character.meshes().size()) {
        throw_argument_error("the character has no mesh " + nb::cast<std::string>(nb::repr(mesh)));
    }
    return character.targets(index);
}

void bind_character_class(nb::module_& module) {
    if (rebind_if_bound<Character>(module, "Character")) {
        return;
    }
    nb::class_<Character>(
        module, "Character",
        "Meshes with morph targets, and joints: from a file, or described by a host program.\n\n"
        "A character is immutable: threads may share it.\n\n"
        ">>> head = metaface.Mesh(\"Head\", [\"jawOpen\", \"eyeBlink_L\"])\n"
        ">>> metaface.Character(\"Hero\", [head]).meshes\n"
        "['Head']")
        .def(
            "__init__",
            [](Character* self, const std::string& name, const std::vector<MeshDescription>& meshes,
               const std::vector<JointDescription>& joints) {
                new (self) Character(
                    without_gil([&] { return Character::describe(name, meshes, joints); }));
            },
            nb::arg("name"), nb::arg("meshes"), nb::arg("joints") = nb::make_tuple(),
            nb::sig("def __init__(self, name: str, meshes: Sequence[Mesh], joints: "
                    "Sequence[Joint] = ()) -> None"),
            "A character of a host program. Rig maps work with it, but it has no geometry to\n"
            "write. Raises Error (\"argument\") for indices out of range and joints that are\n"
            "their own ancestors.")
        .def_static(
            "open",
            [](nb::object path) {
                const auto file = path_of(path, "path");
                return without_gil([&] { return Character::open(file); });
            },
            nb::arg("path"), nb::sig("def open(path: Path) -> Character"),
            "Reads glTF 2.0, VRM or USD. Raises Error (\"read\", \"file\").\n\n"
            ">>> len(metaface.Character.open(\"hero.glb\").meshes) > 0\n"
            "True")
        .def_static(
            "sample_head", [] { return without_gil([] { return Character::sample_head(); }); },
            "The sample head that comes with MetaFace: all 52 blendshapes, head and eye joints.\n\n"
            ">>> \"jawOpen\" in metaface.Character.sample_head().targets(0)\n"
            "True")
        .def_prop_ro(
            "name", [](const Character& self) { return self.name(); }, "The character's name.")
        .def_prop_ro(
            "meshes", [](const Character& self) { return self.meshes(); },
            "Names of the meshes, by index.")
        .def_prop_ro(
            "joints", [](const Character& self) { return self.joints(); },
            "Names of the joints, by index.")
        .def("targets", &targets, nb::arg("mesh"),
             nb::sig("def targets(self, mesh: int | str) -> list[str]"),
             "The morph targets of a mesh, given by index or name. Raises Error (\"argument\").")
        .def_prop_ro("warnings", &Character::warnings, "Warnings about the file.")
        .def("__repr__", [](const Character& self) {
            return "metaface.Character(" + quoted(self.name()) + ", " +
                   std::to_string(self.meshes().size()) + " meshes, " +
                   std::to_string(self.joints().size()) + " joints)";
        });
}

}  // namespace

void bind_character(nb::module_& module) {
    bind_mesh(module);
    bind_joint(module);
    bind_character_class(module);
}

}  // namespace metaface::python
