"""A character's rig map: discovered from its names, or edited and stored in the .blend on the character."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import bpy

from ..host import library, rig_map_rows
from ..host.motion import Limits
from ..host.rig_map import limits, require_usable
from . import recording, rest, shapes, skeleton
from .characters import Figure

_filling = False  # rows are being filled from the JSON, so changes are not the user's edits


@dataclass(frozen=True)
class Rig:
    """A character with its rig map, without Blender's objects, for work in a thread."""

    name: str
    character: Any  # metaface.Character
    rig_map: Any  # metaface.RigMap
    limits: Limits

    def drive(self, clip: Any) -> Any:
        """The `metaface.Performance` of a clip."""
        return self.rig_map.drive(self.character, clip)


def load(found: Figure) -> Rig:
    """A character with its rig map; raises `UserError` if the map moves nothing."""
    known = character(found)
    chosen = rig_map(found, known)
    report = chosen.report(known)
    remedy = "Open “Shapes and Bones” in the MetaFace panel and assign channels to the shapes"
    require_usable(found.name, report, remedy)
    settings = found.root.metaface
    limit_of = {
        kind: (getattr(settings, f"{kind}_factor"), getattr(settings, f"{kind}_limit"))
        for kind in ("head", "eye", "jaw")
    }
    return Rig(found.name, known, chosen, limits(report, list(known.joints), limit_of))


def character(figure: Figure) -> Any:
    """The character as `metaface.Character`, without its animation.

    Mesh `i` is `figure.meshes[i]`, with the targets of `shapes.targets`; joint `i` is `figure.joints[i]`.
    """
    package = library.metaface()
    meshes = []
    for mesh in figure.meshes:
        at_rest = rest.Unkeyed(shapes.key_of(mesh)).shapes()
        blocks = shapes.targets(mesh)
        meshes.append(
            package.Mesh(
                mesh.name,
                [block.name for block in blocks],
                [at_rest[block.name] for block in blocks],
                # Pairs are more precise than `joint`: they leave out shapes that move no vertex.
                carried=shapes.carried(figure, mesh),
            )
        )
    bones = [
        package.Joint(j.name, j.parent, translation=tuple(j.translation), rotation=tuple(j.rotation))
        for j in skeleton.rest_transforms(figure)
    ]
    return package.Character(figure.name, meshes, bones)


def is_edited(root: bpy.types.Object) -> bool:
    """Whether the user has edited the map."""
    return bool(root.metaface.rig_map)


def rig_map(found: Figure, known: Any | None = None) -> Any:
    """The character's `metaface.RigMap`: the edited map, or the one discovered from the names."""
    package = library.metaface()
    text = found.root.metaface.rig_map
    if text:
        return package.RigMap.from_json(text)
    return package.RigMap.discover(known if known is not None else character(found))


def recover_clip(found: Figure, first: float, last: float, rate: Fraction) -> Any:
    """The character's motion from one frame to another, as a `metaface.Clip` of channels."""
    known = character(found)
    names = list(known.joints)
    chosen = rig_map(found, known)
    driven = [joint.joint for joint in chosen.report(known).driven_joints]
    only = [names.index(name) for name in driven if name in names]
    return chosen.recover(known, recording.record(found, first, last, rate, only))


def store(root: bpy.types.Object, text: str) -> None:
    """Stores a map on the character and shows it in the editor; raises if the text is not a rig map."""
    global _filling
    settings = root.metaface
    settings.rig_map = library.metaface().RigMap.from_json(text).to_json()
    rows = rig_map_rows.from_json(settings.rig_map)
    _filling = True
    try:
        settings.shape_rows.clear()
        for target, mesh, channel, gain in rows.shapes:
            row = settings.shape_rows.add()
            row.target, row.mesh, row.channel, row.gain = target, mesh, channel, gain
        settings.bone_rows.clear()
        for joint, role, gain, turns in rows.bones:
            row = settings.bone_rows.add()
            row.joint, row.role, row.gain, row.turns = joint, role, gain, turns
    finally:
        _filling = False


def store_rows(root: bpy.types.Object) -> None:
    """Stores the map of the editor's rows."""
    settings = root.metaface
    if not _filling:
        settings.rig_map = rig_map_rows.to_json(settings.shape_rows, settings.bone_rows, settings.rig_map)


def start_editing(found: Figure) -> bpy.types.PropertyGroup:
    """The editor's settings of a character; fills them with the discovered map if it was not edited yet."""
    if not is_edited(found.root):
        store(found.root, rig_map(found).to_json())
    return found.root.metaface


def reset(root: bpy.types.Object) -> None:
    """Returns to the map discovered from the names."""
    root.metaface.rig_map = ""
    root.metaface.shape_rows.clear()
    root.metaface.bone_rows.clear()
