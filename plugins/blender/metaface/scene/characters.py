"""A character in the scene with all its meshes and joints, found from any part of it.

These parts form a character:

- with an armature: the armature, every mesh that it deforms, and the objects parented to it;
- without an armature: the meshes with shape keys that have the same topmost parent (or no parent) and
  lie inside each other. Teeth, tongue, eyes and lashes thus belong to their head, and two heads are two
  characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import bpy
import numpy as np
from bpy.types import ID, Key, Object
from mathutils import Vector

from ..host.errors import UserError
from . import orientation, skeleton
from .shapes import key_of, targets
from .skeleton import Joint

_INSIDE = 0.1
"""A mesh is inside another if its centre is in the other's bounding box, enlarged by this fraction on each side."""


@dataclass
class Figure:
    """A character. It refers to Blender objects: find it again in every operator, and do not store it."""

    root: Object
    meshes: list[Object]
    armature: Object | None
    name: str = field(default="")

    def __post_init__(self) -> None:
        self.name = self.name or self.root.name

    @property
    def base(self) -> Object:
        """The object whose local space is the character's: the armature, or the topmost empty above all its meshes."""
        if self.armature is not None:
            return self.armature
        base = self.root
        while base.parent is not None and (base.parent.type == "EMPTY" or not self._all_below(base)):
            base = base.parent
        return base

    def _all_below(self, base: Object) -> bool:
        below = set(base.children_recursive)
        return all(mesh == base or mesh in below for mesh in self.meshes)

    @cached_property
    def joints(self) -> list[Joint]:
        """Bones and objects that can rotate, parents before children."""
        return skeleton.of(self)

    @cached_property
    def space(self) -> np.ndarray:
        """3 x 3: from the local space of `base` to the character's (Y up, face along +Z)."""
        return orientation.axes(self)


def find(objects: Iterable[Object]) -> Figure | None:
    """The character that these objects are part of; if there are several, the first object's.

    `None` if no object has shape keys or an armature with a face.
    """
    objects = [o for o in objects if o is not None]
    for start in objects:
        figure = _figure_of(start, objects)
        if figure is not None:
            return figure
    return None


def selected(context: bpy.types.Context) -> Figure | None:
    """The character of the selection; the active object has priority."""
    layer = context.view_layer
    active = layer.objects.active
    if active is not None and active.select_get():
        found = find([active])
        if found is not None:
            return found
    return find(layer.objects.selected or [active])


def require_selected(context: bpy.types.Context) -> Figure:
    """As `selected`; raises `UserError` if there is no character, or if it cannot be edited."""
    found = selected(context)
    if found is None:
        raise UserError("No character is selected. Select any part of one: a mesh with shape keys, or its armature")
    reason = not_editable_reason(found.root)
    if reason:
        raise UserError(reason)
    return found


def require_named(name: str) -> Figure:
    """The character with this root object; raises `UserError` if it no longer exists."""
    root = bpy.data.objects.get(name)
    found = find([root])
    if found is None:
        raise UserError(f"The character “{name}” was removed or renamed in the meantime: start again")
    return found


OVERRIDE_REMEDY = "make a library override of the character first (Object > Library Override > Make)"
"""The remedy for a linked data-block, which cannot be animated."""


def origin(owner: ID) -> str:
    """The file of a linked data-block."""
    return owner.library.filepath if owner.library is not None else "another file"


def not_editable_reason(root: Object) -> str:
    """The reason why the character cannot be edited; empty if it can."""
    if root.library is not None or not root.is_editable:
        return (
            f"“{root.name}” is linked from another file and cannot be edited here. "
            "Make a library override: Object > Library Override > Make"
        )
    return ""


def require_editable(owner: ID) -> None:
    """Raises `UserError` if the data-block belongs to another file."""
    if not owner.is_editable:
        raise UserError(
            f"{owner.name} is linked from {origin(owner)} and cannot be animated here: {OVERRIDE_REMEDY}"
        )


def override_meshes(meshes: Iterable[Object]) -> None:
    """Makes library overrides of linked meshes. Overriding a linked character overrides its objects only."""
    for mesh in meshes:
        require_editable(mesh)
        if key_of(mesh).is_editable:
            continue
        override = mesh.data.override_create()
        if override is None or not override.shape_keys.is_editable:
            raise UserError(
                f"The mesh {mesh.data.name} is linked from {origin(mesh.data)}, and Blender cannot override it: "
                "append the character instead of linking it"
            )
        mesh.data = override


def _figure_of(start: Object, selected: list[Object]) -> Figure | None:
    armature = _armature_of(start)
    if armature is not None:
        parts = _parts_of_armature(armature)
    elif _has_shapes(start):
        parts = _overlapping_meshes(start, selected)
    else:
        below = [child for child in start.children_recursive if _has_shapes(child) or child.type == "ARMATURE"]
        below.sort(key=lambda child: -len(targets(child)) if child.type == "MESH" else 0)
        for child in below:
            figure = _figure_of(child, selected)
            if figure is not None:
                return figure
        return None
    meshes = _one_per_key(parts)
    if not meshes and (armature is None or not skeleton.has_face_bones(armature)):
        return None
    most = max(meshes, key=lambda mesh: (len(targets(mesh)), len(mesh.data.vertices)), default=None)
    root = armature or most
    name = root.name if armature is None or armature.name.lower() not in _GENERIC_NAMES or most is None else most.name
    return Figure(root, meshes, armature, name)


_GENERIC_NAMES = {"armature", "skeleton", "rig", "root"}
"""Generic names of armatures. Such a character gets the name of its face mesh."""


def _has_shapes(candidate: Object) -> bool:
    if candidate.type != "MESH" or candidate.data.shape_keys is None:
        return False
    return len(candidate.data.shape_keys.key_blocks) > 1


def _armature_of(part: Object) -> Object | None:
    """The armature of a part: itself, or the one that deforms it, is above it, or is a constraint's target."""
    if part.type == "ARMATURE":
        return part
    deforming = [m.object for m in part.modifiers if m.type == "ARMATURE" and m.object is not None]
    if deforming:
        groups = {group.name for group in part.vertex_groups} if part.type == "MESH" else set()
        return max(deforming, key=lambda rig: sum(bone.name in groups for bone in rig.data.bones))
    at = part.parent
    while at is not None:
        if at.type == "ARMATURE":
            return at
        at = at.parent
    for constraint in part.constraints:
        target = getattr(constraint, "target", None)
        if target is not None and target.type == "ARMATURE" and not constraint.mute:
            return target
        for entry in getattr(constraint, "targets", ()):
            if entry.target is not None and entry.target.type == "ARMATURE":
                return entry.target
    return None


def _parts_of_armature(armature: Object) -> list[Object]:
    """All meshes with shape keys that belong to the armature, in the armature's scenes."""
    found = []
    for scene in armature.users_scene:
        for candidate in scene.objects:
            if _has_shapes(candidate) and candidate not in found and _armature_of(candidate) == armature:
                found.append(candidate)
    return found


def _topmost(part: Object) -> Object:
    while part.parent is not None:
        part = part.parent
    return part


def _overlapping_meshes(start: Object, selected: list[Object]) -> list[Object]:
    """The mesh, and the meshes with the same topmost parent (or none) that lie inside each other.

    Selected meshes without parents and children belong together wherever they are.
    """
    top = _topmost(start)
    alone = start.parent is None and not start.children
    candidates = []
    for scene in start.users_scene:
        for other in scene.objects:
            if other == start or other in candidates or not _has_shapes(other) or _armature_of(other):
                continue
            if _topmost(other) == top or (alone and other.parent is None and not other.children):
                candidates.append(other)
    together = [start]
    together += [other for other in candidates if alone and other in selected and start in selected]
    boxes = {part: _box(part) for part in [start, *candidates]}
    grew = True
    while grew:
        grew = False
        for other in candidates:
            if other not in together and any(_inside(boxes[other], boxes[part]) for part in together):
                together.append(other)
                grew = True
    return together


def _box(part: Object) -> tuple[Vector, Vector]:
    corners = [part.matrix_world @ Vector(corner) for corner in part.bound_box]
    low = Vector(min(corner[axis] for corner in corners) for axis in range(3))
    high = Vector(max(corner[axis] for corner in corners) for axis in range(3))
    return low, high


def _inside(a: tuple[Vector, Vector], b: tuple[Vector, Vector]) -> bool:
    def middle_in(inner: tuple[Vector, Vector], outer: tuple[Vector, Vector]) -> bool:
        middle, grown = (inner[0] + inner[1]) / 2, (outer[1] - outer[0]) * _INSIDE
        return all(
            outer[0][axis] - grown[axis] <= middle[axis] <= outer[1][axis] + grown[axis] for axis in range(3)
        )

    return middle_in(a, b) or middle_in(b, a)


def _one_per_key(parts: list[Object]) -> list[Object]:
    """One object for each set of shape keys, sorted by name."""
    by_key: dict[Key, Object] = {}
    for part in sorted(parts, key=lambda part: part.name):
        by_key.setdefault(key_of(part), part)
    return list(by_key.values())
