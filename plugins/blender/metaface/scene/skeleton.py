"""The bones and objects of a character that can rotate, and their rest transforms.

A bone is a joint unless a constraint determines its rotation or nothing rotates with it: rotating such
a bone would have no visible effect. The control bone that a constrained bone follows is a joint. An object
is a joint if its origin is a likely pivot: an empty above the meshes, or an eyeball that rotates about its
centre.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from bpy.types import Object, PoseBone
from mathutils import Matrix, Quaternion

from .rest import Unkeyed

if TYPE_CHECKING:
    from .characters import Figure

ROTATION_CONSTRAINTS = {
    "COPY_ROTATION",
    "COPY_TRANSFORMS",
    "DAMPED_TRACK",
    "TRACK_TO",
    "LOCKED_TRACK",
    "STRETCH_TO",
    "IK",
    "ARMATURE",
    "ACTION",
}
"""Constraints that override a bone's own rotation, fully or in part."""

_COPYING = {"COPY_ROTATION", "COPY_TRANSFORMS", "CHILD_OF", "ARMATURE", "TRANSFORM", "ACTION"}
"""Constraints through which a bone rotates with the target. Tracking constraints do not transfer rotation."""


@dataclass(frozen=True)
class Joint:
    """A bone or an object that rotates. `bone` is empty for an object.

    `local` is its rest transform relative to its parent joint, or to the figure's base space, and includes
    the unkeyed rotation; `unkeyed` is that rotation alone, the value of the rotation property.
    """

    owner: Object
    bone: str
    parent: int | None
    local: Matrix
    unkeyed: Quaternion

    @property
    def name(self) -> str:
        return self.bone or self.owner.name

    @property
    def turned(self) -> Object | PoseBone:
        """The object or pose bone that has the rotation property."""
        return self.owner.pose.bones[self.bone] if self.bone else self.owner

    @property
    def path(self) -> str:
        """The prefix of its rotation's data path: the bone's path with a dot, or empty for an object."""
        return self.turned.path_from_id() + "." if self.bone else ""


@dataclass(frozen=True)
class JointTransform:
    """A joint's rest transform in metres, Y up, face along +Z; the rotation is x y z w."""

    name: str
    parent: int | None
    translation: np.ndarray
    rotation: np.ndarray


def of(figure: Figure) -> list[Joint]:
    """The joints of a figure, parents before children."""
    found: list[Joint] = []
    bones: dict[str, int] = {}
    if figure.armature is not None:
        at_rest = Unkeyed(figure.armature)
        visible = visible_bones(figure.armature, figure.meshes)
        for bone in figure.armature.data.bones:
            pose_bone = figure.armature.pose.bones.get(bone.name)
            if pose_bone is None or bone.name not in visible or is_constrained(pose_bone):
                continue
            above = bone.parent
            while above is not None and above.name not in bones:
                above = above.parent
            unkeyed = at_rest.rotation(pose_bone)
            local = bone.matrix_local if above is None else above.matrix_local.inverted_safe() @ bone.matrix_local
            parent = None if above is None else bones[above.name]
            bones[bone.name] = len(found)
            found.append(
                Joint(figure.armature, bone.name, parent, local @ unkeyed.to_matrix().to_4x4(), unkeyed)
            )
    _add_objects(figure, found, bones)
    return found


def rest_transforms(figure: Figure) -> list[JointTransform]:
    """The rest transforms of the joints in the units and axes of the metaface package."""
    turn = Matrix(figure.space.tolist()).to_4x4()
    scale = _metres(figure)
    transforms = []
    for joint in figure.joints:
        local = joint.local if joint.parent is not None else turn @ joint.local
        translation, rotation, _ = local.decompose()
        transforms.append(
            JointTransform(
                joint.name,
                joint.parent,
                np.array(translation, np.float64) * scale,
                np.array((rotation.x, rotation.y, rotation.z, rotation.w), np.float64),
            )
        )
    return transforms


def is_constrained(bone: PoseBone) -> bool:
    """Whether a constraint determines the bone's rotation."""
    return any(c.type in ROTATION_CONSTRAINTS and not c.mute and c.influence > 0.0 for c in bone.constraints)


_FACE_NAME = re.compile(r"head|jaw|eye|mouth|lip", re.IGNORECASE)


def has_face_bones(armature: Object) -> bool:
    """Whether a bone is named like a part of a head. An armature without such a bone is not a character."""
    return any(_FACE_NAME.search(bone.name) for bone in armature.data.bones)


def rotation_sources(armature: Object) -> dict[str, list[str]]:
    """For each bone, the bones whose rotation it follows directly."""
    found: dict[str, list[str]] = {}
    for bone in armature.data.bones:
        parents = [bone.parent.name] if bone.parent is not None else []
        pose_bone = armature.pose.bones.get(bone.name)
        for constraint in pose_bone.constraints if pose_bone is not None else ():
            if constraint.type not in _COPYING or constraint.mute:
                continue
            # An Armature constraint has several targets, the others one.
            for target in getattr(constraint, "targets", None) or [constraint]:
                if target.target == armature and target.subtarget in armature.data.bones:
                    parents.append(target.subtarget)
        found[bone.name] = parents
    return found


def with_ancestors(bone: str, sources: dict[str, list[str]]) -> set[str]:
    """The bone and all bones whose rotation it follows, directly or indirectly."""
    found: set[str] = set()
    pending = [bone]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += sources.get(name, ())
    return found


def visible_bones(armature: Object, meshes: list[Object]) -> set[str]:
    """The bones whose rotation is visible: a deforming bone, or an object parented to a bone, follows them."""
    sources = rotation_sources(armature)
    ends = {bone.name for bone in armature.data.bones if bone.use_deform}
    ends |= {child.parent_bone for child in armature.children if child.parent_type == "BONE"}
    for mesh in meshes:
        ends |= {c.subtarget for c in mesh.constraints if getattr(c, "target", None) == armature and c.subtarget}
    found: set[str] = set()
    for end in ends:
        found |= with_ancestors(end, sources)
    return found


def _add_objects(figure: Figure, found: list[Joint], bones: dict[str, int]) -> None:
    """Adds the empties and meshes of the figure that rotate rigidly."""
    base = figure.base
    joint_of: dict[Object, int] = {}
    world: dict[Object, Matrix] = {base: Matrix.Identity(4)}
    for part in [base, *base.children_recursive]:
        if part != base:
            above = world.get(part.parent)
            if above is None:
                continue
            if part.parent_type == "BONE":
                above = above @ _bone_end(part)
            world[part] = above @ part.matrix_parent_inverse @ _at_rest(part)
        if not _rotates_rigidly(figure, part):
            continue
        holder, parent = part.parent, None
        if part != base:
            if part.parent_type == "BONE":
                parent = _nearest(figure.armature, part.parent_bone, bones)
            while parent is None and holder is not None and holder != base.parent:
                parent, holder = joint_of.get(holder), holder.parent
        above_matrix = _world_of(found, parent)
        joint_of[part] = len(found)
        found.append(
            Joint(part, "", parent, above_matrix.inverted_safe() @ world[part], Unkeyed(part).rotation(part))
        )


def _rotates_rigidly(figure: Figure, part: Object) -> bool:
    if part.type == "ARMATURE" or any(m.type == "ARMATURE" for m in part.modifiers):
        return False
    below = set(part.children_recursive)
    if part.type == "EMPTY":
        # A topmost empty places the character in the scene, unless its name contains "head".
        is_joint = part.parent is not None or "head" in part.name.lower()
        return is_joint and any(mesh in below for mesh in figure.meshes)
    if part.type != "MESH":
        return False
    if figure.meshes and all(mesh == part or mesh in below for mesh in figure.meshes):
        return figure.armature is None
    if any(mesh in below for mesh in figure.meshes):
        return False
    size, middle = _size_and_middle(part)
    largest = max((_size_and_middle(mesh)[0].max() for mesh in figure.meshes), default=0.0)
    return size.max() < largest / 2 and bool((np.abs(middle) < size / 4).all())


def _size_and_middle(mesh: Object) -> tuple[np.ndarray, np.ndarray]:
    """The size of a mesh's bounding box and its centre relative to the origin, along local axes in scene units."""
    corners = np.array(mesh.bound_box) * np.abs(np.array(mesh.matrix_world.to_scale()))
    return corners.max(axis=0) - corners.min(axis=0), corners.mean(axis=0)


def _at_rest(part: Object) -> Matrix:
    return Matrix.LocRotScale(part.location, Unkeyed(part).rotation(part), part.scale)


def _bone_end(part: Object) -> Matrix:
    """The transform of a bone's tail: objects are parented to the tail of a bone, not to its head."""
    bone = part.parent.data.bones.get(part.parent_bone)
    if bone is None:
        return Matrix.Identity(4)
    return bone.matrix_local @ Matrix.Translation((0.0, bone.length, 0.0))


def _nearest(armature: Object | None, bone: str, bones: dict[str, int]) -> int | None:
    at = armature.data.bones.get(bone) if armature is not None else None
    while at is not None and at.name not in bones:
        at = at.parent
    return None if at is None else bones[at.name]


def _world_of(found: list[Joint], index: int | None) -> Matrix:
    matrix = Matrix.Identity(4)
    while index is not None:
        matrix = found[index].local @ matrix
        index = found[index].parent
    return matrix


def _metres(figure: Figure) -> float:
    """Metres per unit of the base's local space."""
    scale = figure.base.matrix_world.to_scale()
    units = [scene.unit_settings.scale_length for scene in figure.base.users_scene]
    return float(np.mean(np.abs(scale))) * (units[0] if units else 1.0)
