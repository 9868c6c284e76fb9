"""Which shapes move what a joint carries, so that a shape and a bone never make the same movement twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bpy.types import Object

from . import offsets, ties

if TYPE_CHECKING:
    from .figure import Figure

FOLLOWS = 0.05
"""A vertex follows a joint when at least this share of its skin weight does."""


def pairs(figure: Figure, mesh: Object) -> list[tuple[int, int]]:
    """Pairs of a shape (its place among the mesh's targets) and a joint that carries something it moves.

    A joint carries what its descendants carry, and what bones carry that a constraint ties to it.
    """
    from .figure import targets

    blocks = targets(mesh)
    holder = _whole(figure, mesh)
    if holder is not None:
        line = [holder]
        while (parent := figure.joints[line[-1]].parent) is not None:
            line.append(parent)
        moving = [index for index, block in enumerate(blocks) if offsets.lengths(block).max(initial=0.0) > 0.0]
        return [(index, joint) for index in moving for joint in line]
    if figure.armature is None:
        return []
    moved = _moved(blocks)
    used = np.flatnonzero(moved.any(axis=0)) if len(blocks) else np.empty(0, np.intp)
    follows = _shares(figure, mesh, used) > FOLLOWS
    both = moved[:, used].astype(np.float32) @ follows.astype(np.float32) > 0.0
    return [(int(shape), int(joint)) for shape, joint in zip(*np.nonzero(both))]


def _whole(figure: Figure, mesh: Object) -> int | None:
    """The joint that the whole mesh hangs on, or that it is; None for a mesh that an armature deforms."""
    if any(m.type == "ARMATURE" and m.object is not None for m in mesh.modifiers):
        return None
    index_of = {(joint.owner, joint.bone): index for index, joint in enumerate(figure.joints)}
    at = mesh
    while at is not None:
        if (at, "") in index_of:
            return index_of[at, ""]
        if at.parent_type == "BONE" and at.parent == figure.armature:
            bone = figure.armature.data.bones.get(at.parent_bone)
            while bone is not None and (figure.armature, bone.name) not in index_of:
                bone = bone.parent
            return None if bone is None else index_of[figure.armature, bone.name]
        at = at.parent
    return None


def _moved(blocks: list) -> np.ndarray:
    """(shapes, vertices): whether the shape moves the vertex."""
    lengths = [offsets.lengths(block) for block in blocks]
    return np.array([(one > offsets.MOVES * one.max(initial=0.0)) & (one > 0.0) for one in lengths])


def _shares(figure: Figure, mesh: Object, used: np.ndarray) -> np.ndarray:
    """(used vertices, joints): how much of a vertex's weight follows the joint, 0 to 1."""
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
    return weights @ _carries(figure, list(names.values()))


def _carries(figure: Figure, bones: list[str]) -> np.ndarray:
    """(bones, joints): 1 where turning the joint takes the bone along."""
    held_by = ties.holders(figure.armature)
    joint_of = {joint.bone: index for index, joint in enumerate(figure.joints) if joint.bone}
    carries = np.zeros((len(bones), len(figure.joints)), np.float32)
    for row, bone in enumerate(bones):
        for name in ties.above(bone, held_by) & joint_of.keys():
            carries[row, joint_of[name]] = 1.0
    return carries
