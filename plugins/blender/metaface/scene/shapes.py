"""Shape keys: their data-blocks, their vertex offsets, and the joints that move the same vertices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bpy.types import Key, Object, ShapeKey

from . import skeleton

if TYPE_CHECKING:
    from .characters import Figure

_MOVE_THRESHOLD = 0.02
"""A shape moves a vertex if the offset exceeds this fraction of the shape's longest offset."""

_FOLLOW_THRESHOLD = 0.05
"""A vertex follows a joint if more than this fraction of its skin weight does."""


def targets(mesh: Object) -> list[ShapeKey]:
    """The shape keys of a mesh without the reference key."""
    key = mesh.data.shape_keys
    if key is None:
        return []
    return [block for block in key.key_blocks if block != key.reference_key]


def key_of(mesh: Object) -> Key:
    """The data-block with a mesh's shape keys and their animation."""
    return mesh.data.shape_keys


def centroids(mesh: Object) -> list[tuple[str, np.ndarray]]:
    """Each shape's name and the centroid of its vertices, weighted by offset; without shapes that move no vertex."""
    rest = _positions(key_of(mesh).reference_key)
    found = []
    for block in targets(mesh):
        weights = _lengths(block)
        total = weights.sum()
        if total > 1e-9:
            found.append((block.name, weights @ rest / total))
    return found


def carried(figure: Figure, mesh: Object) -> list[tuple[int, int]]:
    """Pairs of a shape (index among the mesh's targets) and a joint that carries vertices of the shape.

    The movement of such a shape is not applied twice. A joint also carries the vertices of its descendants, and of
    bones that a constraint ties to it.
    """
    lengths = [_lengths(block) for block in targets(mesh)]
    rigid = _rigid_joint(figure, mesh)
    if rigid is not None:
        chain = [rigid]
        while (parent := figure.joints[chain[-1]].parent) is not None:
            chain.append(parent)
        return [(index, joint) for index, each in enumerate(lengths) if each.any() for joint in chain]
    if figure.armature is None or not lengths:
        return []
    moved = np.array([(each > _MOVE_THRESHOLD * each.max(initial=0.0)) & (each > 0.0) for each in lengths])
    used = np.flatnonzero(moved.any(axis=0))
    follows = _joint_weights(figure, mesh, used) > _FOLLOW_THRESHOLD
    both = moved[:, used].astype(np.float32) @ follows.astype(np.float32) > 0.0
    return [(int(shape), int(joint)) for shape, joint in zip(*np.nonzero(both))]


def _lengths(block: ShapeKey) -> np.ndarray:
    """The length of each vertex's offset at value 1, (vertices,), in units of the mesh."""
    moved = _positions(block) - _positions(block.relative_key)
    return np.sqrt(np.einsum("ij,ij->i", moved, moved))


def _positions(block: ShapeKey) -> np.ndarray:
    points = np.empty(3 * len(block.points), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3).astype(np.float64)


def _rigid_joint(figure: Figure, mesh: Object) -> int | None:
    """The joint that moves the whole mesh, which may be the mesh itself; `None` if an armature deforms the mesh."""
    if any(m.type == "ARMATURE" and m.object is not None for m in mesh.modifiers):
        return None
    index_of = {(joint.owner, joint.bone): index for index, joint in enumerate(figure.joints)}
    part = mesh
    while part is not None:
        if (part, "") in index_of:
            return index_of[part, ""]
        if part.parent_type == "BONE" and part.parent == figure.armature:
            bone = figure.armature.data.bones.get(part.parent_bone)
            while bone is not None and (figure.armature, bone.name) not in index_of:
                bone = bone.parent
            return None if bone is None else index_of[figure.armature, bone.name]
        part = part.parent
    return None


def _joint_weights(figure: Figure, mesh: Object, used: np.ndarray) -> np.ndarray:
    """(used vertices, joints): the fraction of a vertex's weight that follows the joint, 0 to 1."""
    names = {group.index: group.name for group in mesh.vertex_groups if group.name in figure.armature.data.bones}
    column = {group: index for index, group in enumerate(names)}
    weights = np.zeros((len(used), len(names)), np.float32)
    vertices = mesh.data.vertices
    for row, vertex in enumerate(used.tolist()):
        for element in vertices[vertex].groups:
            if element.group in column:
                weights[row, column[element.group]] += element.weight
    total = weights.sum(axis=1, keepdims=True)
    weights /= np.where(total > 1e-9, total, 1.0)
    return weights @ _carried_bones(figure, list(names.values()))


def _carried_bones(figure: Figure, bones: list[str]) -> np.ndarray:
    """(bones, joints): 1 if the bone turns with the joint."""
    sources = skeleton.rotation_sources(figure.armature)
    joint_of = {joint.bone: index for index, joint in enumerate(figure.joints) if joint.bone}
    carries = np.zeros((len(bones), len(figure.joints)), np.float32)
    for row, bone in enumerate(bones):
        for name in skeleton.with_ancestors(bone, sources) & joint_of.keys():
            carries[row, joint_of[name]] = 1.0
    return carries
