"""Which shapes move what a joint carries, so that a shape and a joint never make the same movement twice."""

from __future__ import annotations

import re

import numpy as np
from maya import cmds
from maya.api import OpenMaya as om
from maya.api import OpenMayaAnim as oma

from .attributes import among, listed

FOLLOWS = 0.05
"""A vertex follows a joint when at least this share of its weight does."""

_VERTICES = re.compile(r"vtx\[(\d+)(?::(\d+))?\]|vtx\[\*\]")
_FULL = 6000
"""The item of a target at weight 1; in-betweens lie at 5000 and more."""

_known: dict[tuple[object, ...], list[tuple[int, int]]] = {}
"""What was found: reading the weights of a dense mesh takes seconds, and they seldom change."""


def cluster(shape: str) -> str:
    """The skinCluster of a mesh; empty if none deforms it."""
    found = among(listed(cmds.listHistory(shape, pruneDagObjects=True)), type="skinCluster")
    return found[0] if found else ""


def influences(skin: str) -> list[str]:
    """The joints of a skinCluster, in the order of its weights."""
    return [str(cmds.ls(name)[0]) for name in listed(cmds.skinCluster(skin, query=True, influence=True))]


def moved(blend: str, geometry: int, target: int, count: int) -> np.ndarray:
    """(count,): whether the target moves the vertex. All, where the scene does not say."""
    item = f"{blend}.inputTarget[{geometry}].inputTargetGroup[{target}].inputTargetItem[{_FULL}]"
    try:
        components = listed(cmds.getAttr(f"{item}.inputComponentsTarget"))
    except (RuntimeError, ValueError):
        components = []
    found = np.zeros(count, bool)
    for component in components:
        match = _VERTICES.search(str(component))
        if match is None or match[1] is None:
            return np.ones(count, bool)
        found[int(match[1]) : int(match[2] or match[1]) + 1] = True
    return found if components else np.ones(count, bool)


def weights(shape: str, skin: str) -> np.ndarray:
    """(vertices, influences): how much of each vertex follows each joint, 0 to 1."""
    names = om.MSelectionList()
    names.add(shape)
    names.add(skin)
    path = names.getDagPath(0)
    vertices = om.MFnSingleIndexedComponent()
    every = vertices.create(om.MFn.kMeshVertComponent)
    vertices.setCompleteData(int(cmds.polyEvaluate(shape, vertex=True)))
    values, count = oma.MFnSkinCluster(names.getDependNode(1)).getWeights(path, every)
    return np.array(values, np.float64).reshape(-1, count)


def carried(
    shape: str, blend: str, geometry: int, targets: list[int], parents: dict[str, int], ancestors: dict[int, list[int]]
) -> list[tuple[int, int]]:
    """Pairs of a target (its place among `targets`) and a joint that carries something that it moves.

    `parents` says for a node which joint of the figure carries it; a joint carries what its descendants do.
    """
    skin = cluster(shape)
    if not skin:
        return []
    key = (
        tuple(listed(cmds.ls(shape, uuid=True))),
        shape,
        blend,
        tuple(targets),
        tuple((name, parents.get(name)) for name in influences(skin)),
        tuple((joint, tuple(line)) for joint, line in ancestors.items()),
    )
    if key not in _known:
        _known[key] = _found(shape, skin, blend, geometry, targets, parents, ancestors)
    return _known[key]


def forget() -> None:
    """Weights were painted, or another scene was opened: they are read again."""
    _known.clear()


def _found(
    shape: str,
    skin: str,
    blend: str,
    geometry: int,
    targets: list[int],
    parents: dict[str, int],
    ancestors: dict[int, list[int]],
) -> list[tuple[int, int]]:
    shares = weights(shape, skin)
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    follows: dict[int, np.ndarray] = {}
    for column, name in enumerate(influences(skin)):
        joint = parents.get(name)
        for one in ancestors.get(joint, []) if joint is not None else []:
            follows[one] = follows.get(one, np.zeros(len(shares))) + shares[:, column]
    pairs = []
    for place, target in enumerate(targets):
        vertices = moved(blend, geometry, target, len(shares))
        pairs += [(place, joint) for joint, share in sorted(follows.items()) if (share[vertices] > FOLLOWS).any()]
    return pairs
