"""A character in the scene: found from any part of it, all its meshes and joints.

What belongs together:

- with an armature: the armature, every mesh that it deforms, and what hangs below it;
- without: the meshes with shape keys that share a topmost parent (or have no parent at all), as far
  as they lie inside each other, so that teeth, tongue, eyes and lashes go with their head and two
  heads stay two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import bpy
import numpy as np
from bpy.types import Key, Object, ShapeKey
from mathutils import Vector

from . import core, joints, space
from .joints import Joint

_INSIDE = 0.1
"""A mesh counts as inside another when its middle is in the other's box, grown by this share on each side."""


@dataclass
class Figure:
    """A character. It holds Blender's own objects: make it anew in every operator, never keep it."""

    root: Object
    meshes: list[Object]
    armature: Object | None
    name: str = field(default="")

    def __post_init__(self) -> None:
        self.name = self.name or self.root.name

    @property
    def base(self) -> Object:
        """The object whose own space is the character's: the armature, or the topmost empty above all its meshes."""
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
        """Bones and objects that can be turned, parents before children."""
        return joints.of(self)

    @cached_property
    def space(self) -> np.ndarray:
        """3 x 3: from `base`'s own space to the character's (Y up, face along +Z)."""
        return space.turn(self)

    @property
    def shape_count(self) -> int:
        """Shapes over all meshes, each mesh's base shape not counted."""
        return sum(len(targets(mesh)) for mesh in self.meshes)


def targets(mesh: Object) -> list[ShapeKey]:
    """The shape keys of a mesh without the one that the others start from."""
    key = mesh.data.shape_keys
    if key is None:
        return []
    return [block for block in key.key_blocks if block != key.reference_key]


def key_of(mesh: Object) -> Key:
    """The data-block that holds the shape keys, and their animation."""
    return mesh.data.shape_keys


def find(objects: Iterable[Object]) -> Figure | None:
    """The character that these objects are parts of: the first one's, where there are several.

    None if nothing among them has shape keys or an armature with a face.
    """
    objects = [o for o in objects if o is not None]
    for start in objects:
        figure = _figure_of(start, objects)
        if figure is not None:
            return figure
    return None


def find_all(scene: bpy.types.Scene) -> list[Figure]:
    """Every character of a scene that has shape keys, by name."""
    figures, seen = [], set()
    for candidate in scene.objects:
        if not _has_shapes(candidate) or candidate in seen:
            continue
        figure = _figure_of(candidate, [])
        if figure is not None:
            seen.update(_twins(figure))
            figures.append(figure)
    return sorted(figures, key=lambda figure: figure.name)


def character(figure: Figure):
    """The character as `metaface.Character`, without any animation on it.

    Mesh `i` is `figure.meshes[i]` and its targets are [`targets`] of it, joint `i` is `figure.joints[i]`.
    """
    from . import carried, rest

    package = core.metaface()
    meshes = []
    for mesh in figure.meshes:
        resting = rest.Unkeyed(key_of(mesh)).shapes()
        blocks = targets(mesh)
        meshes.append(
            package.Mesh(
                mesh.name,
                [block.name for block in blocks],
                [resting[block.name] for block in blocks],
                # Pairs say more than `joint` would: shapes that move nothing are not among them.
                carried=carried.pairs(figure, mesh),
            )
        )
    bones = [
        package.Joint(j.name, j.parent, translation=tuple(j.translation), rotation=tuple(j.rotation))
        for j in joints.in_metaface(figure)
    ]
    return package.Character(figure.name, meshes, bones)


def _figure_of(start: Object, selected: list[Object]) -> Figure | None:
    armature = _armature_of(start)
    if armature is not None:
        parts = _parts_of_armature(armature)
    elif _has_shapes(start):
        parts = _lying_together(start, selected)
    else:
        below = [child for child in start.children_recursive if _has_shapes(child) or child.type == "ARMATURE"]
        below.sort(key=lambda child: -len(targets(child)) if child.type == "MESH" else 0)
        for child in below:
            figure = _figure_of(child, selected)
            if figure is not None:
                return figure
        return None
    meshes = _one_per_key(parts)
    if not meshes and (armature is None or not joints.has_a_face(armature)):
        return None
    most = max(meshes, key=lambda mesh: (len(targets(mesh)), len(mesh.data.vertices)), default=None)
    root = armature or most
    name = root.name if armature is None or armature.name.lower() not in _NO_NAMES or most is None else most.name
    return Figure(root, meshes, armature, name)


_NO_NAMES = {"armature", "skeleton", "rig", "root"}
"""Armatures of these names say nothing about whose they are: the face's name is better."""


def _has_shapes(candidate: Object) -> bool:
    if candidate.type != "MESH" or candidate.data.shape_keys is None:
        return False
    return len(candidate.data.shape_keys.key_blocks) > 1


def _armature_of(part: Object) -> Object | None:
    """The armature that the part is, is deformed by, hangs on, or is constrained to."""
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
        for one in getattr(constraint, "targets", ()):
            if one.target is not None and one.target.type == "ARMATURE":
                return one.target
    return None


def _parts_of_armature(armature: Object) -> list[Object]:
    """All meshes with shape keys whose armature this is, in the scenes that the armature is in."""
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


def _lying_together(start: Object, selected: list[Object]) -> list[Object]:
    """The mesh and those with the same topmost parent, or without any, that lie inside each other.

    Meshes selected together belong together wherever they lie, if nothing else holds them.
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
    """One object for each set of shape keys, in the order of their names."""
    by_key: dict[Key, Object] = {}
    for part in sorted(parts, key=lambda part: part.name):
        by_key.setdefault(key_of(part), part)
    return list(by_key.values())


def _twins(figure: Figure) -> set[Object]:
    """The figure's meshes, and all objects that share their shape keys."""
    keys = {key_of(mesh) for mesh in figure.meshes}
    return {
        other for other in bpy.data.objects if other.type == "MESH" and other.data.shape_keys in keys
    } | set(figure.meshes)
