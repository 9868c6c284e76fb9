"""Finds shapes and joints that move the same vertices, so that a movement is not applied twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bpy.types import Object

from . import offsets, ties

if TYPE_CHECKING:
    from .figure import Figure

FOLLOW_THRESHOLD = 0.05
"""A vertex follows a joint if more than this fraction of its skin weight does."""


def pairs(figure: Figure, mesh: Object) -> list[tuple[int, int]]:
    """Pairs of a shape (index among the mesh's targets) and a joint that carries vertices of the shape.

    A joint also carries the vertices of its descendants, and of bones that a constraint ties to it.
    """
    from .figure import targets

    blocks = targets(mesh)
    rigid = _rigid_joint(figure, mesh)
    if rigid is not None:
        chain = [rigid]
        while (parent := figure.joints[chain[-1]].parent) is not None:
            chain.append(parent)
        moving = [index for index, block in enumerate(blocks) if offsets.lengths(block).max(initial=0.0) > 0.0]
        return [(index, joint) for index in moving for joint in chain]
    if figure.armature is None:
        return []
    moved = _moved_vertices(blocks)
    used = np.flatnonzero(moved.any(axis=0)) if len(blocks) else np.empty(0, np.intp)
    follows = _joint_weights(figure, mesh, used) > FOLLOW_THRESHOLD
    both = moved[:, used].astype(np.float32) @ follows.astype(np.float32) > 0.0
    return [(int(shape), int(joint)) for shape, joint in zip(*np.nonzero(both))]


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


def _moved_vertices(blocks: list) -> np.ndarray:
    """(shapes, vertices): whether the shape moves the vertex."""
    by_shape = [offsets.lengths(block) for block in blocks]
    return np.array(
        [(lengths > offsets.MOVE_THRESHOLD * lengths.max(initial=0.0)) & (lengths > 0.0) for lengths in by_shape]
    )


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
    sources = ties.rotation_sources(figure.armature)
    joint_of = {joint.bone: index for index, joint in enumerate(figure.joints) if joint.bone}
    carries = np.zeros((len(bones), len(figure.joints)), np.float32)
    for row, bone in enumerate(bones):
        for name in ties.with_ancestors(bone, sources) & joint_of.keys():
            carries[row, joint_of[name]] = 1.0
    return carries
