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
from bpy.types import Key, Object, ShapeKey
from mathutils import Vector

from . import core, joints, space
from .joints import Joint

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
        return joints.of(self)

    @cached_property
    def space(self) -> np.ndarray:
        """3 x 3: from the local space of `base` to the character's (Y up, face along +Z)."""
        return space.axes(self)

    @property
    def shape_count(self) -> int:
        """The number of shapes of all meshes, without the base shapes."""
        return sum(len(targets(mesh)) for mesh in self.meshes)


def targets(mesh: Object) -> list[ShapeKey]:
    """The shape keys of a mesh without the reference key."""
    key = mesh.data.shape_keys
    if key is None:
        return []
    return [block for block in key.key_blocks if block != key.reference_key]


def key_of(mesh: Object) -> Key:
    """The data-block with a mesh's shape keys and their animation."""
    return mesh.data.shape_keys


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


def find_all(scene: bpy.types.Scene) -> list[Figure]:
    """Every character of a scene that has shape keys, sorted by name."""
    figures, seen = [], set()
    for candidate in scene.objects:
        if not _has_shapes(candidate) or candidate in seen:
            continue
        figure = _figure_of(candidate, [])
        if figure is not None:
            seen.update(_objects_sharing_shapes(figure))
            figures.append(figure)
    return sorted(figures, key=lambda figure: figure.name)


def character(figure: Figure):
    """The character as `metaface.Character`, without its animation.

    Mesh `i` is `figure.meshes[i]`, with the targets that [`targets`] returns; joint `i` is `figure.joints[i]`.
    """
    from . import carried, rest

    package = core.metaface()
    meshes = []
    for mesh in figure.meshes:
        at_rest = rest.Unkeyed(key_of(mesh)).shapes()
        blocks = targets(mesh)
        meshes.append(
            package.Mesh(
                mesh.name,
                [block.name for block in blocks],
                [at_rest[block.name] for block in blocks],
                # Pairs are more precise than `joint`: they leave out shapes that move no vertex.
                carried=carried.pairs(figure, mesh),
            )
        )
    bones = [
        package.Joint(j.name, j.parent, translation=tuple(j.translation), rotation=tuple(j.rotation))
        for j in joints.rest_transforms(figure)
    ]
    return package.Character(figure.name, meshes, bones)


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
    if not meshes and (armature is None or not joints.has_face_bones(armature)):
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


def _objects_sharing_shapes(figure: Figure) -> set[Object]:
    """The figure's meshes, and all objects with the same shape keys."""
    keys = {key_of(mesh) for mesh in figure.meshes}
    return {
        other for other in bpy.data.objects if other.type == "MESH" and other.data.shape_keys in keys
    } | set(figure.meshes)
