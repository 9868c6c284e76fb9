"""Finds the shapes that move vertices of a joint, so that shape and joint never make the same movement twice."""

from __future__ import annotations

import re

import numpy as np
from maya import cmds
from maya.api import OpenMaya as om
from maya.api import OpenMayaAnim as oma

from .attributes import as_list, ls_names

MIN_WEIGHT = 0.05
"""A vertex follows a joint if more than this fraction of its skin weight belongs to the joint."""

_VERTICES = re.compile(r"vtx\[(\d+)(?::(\d+))?\]|vtx\[\*\]")
_FULL = 6000
"""The item index of a target at weight 1; in-betweens have indices from 5000."""

_cache: dict[tuple[object, ...], list[tuple[int, int]]] = {}
"""Results of `carried`: reading the weights of a dense mesh takes seconds, and they seldom change."""


def cluster(shape: str) -> str:
    """The skinCluster of a mesh; empty if it has none."""
    found = ls_names(as_list(cmds.listHistory(shape, pruneDagObjects=True)), type="skinCluster")
    return found[0] if found else ""


def influences(skin: str) -> list[str]:
    """The joints of a skinCluster, in the order of its weights."""
    return [str(cmds.ls(name)[0]) for name in as_list(cmds.skinCluster(skin, query=True, influence=True))]


def moved(blend: str, geometry: int, target: int, count: int) -> np.ndarray:
    """(count,): whether the target moves each vertex. All are True if the scene does not list the vertices."""
    item = f"{blend}.inputTarget[{geometry}].inputTargetGroup[{target}].inputTargetItem[{_FULL}]"
    try:
        components = as_list(cmds.getAttr(f"{item}.inputComponentsTarget"))
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
    """(vertices, influences): the skin weights, 0 to 1."""
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
    """Pairs of a position in `targets` and a joint index, where the target moves vertices that follow the joint.

    `parents` maps a node to its joint index. `ancestors` maps a joint index to itself and its parents, which vertices
    of the joint follow too.
    """
    skin = cluster(shape)
    if not skin:
        return []
    key = (
        tuple(as_list(cmds.ls(shape, uuid=True))),
        shape,
        blend,
        tuple(targets),
        tuple((name, parents.get(name)) for name in influences(skin)),
        tuple((joint, tuple(chain)) for joint, chain in ancestors.items()),
    )
    if key not in _cache:
        _cache[key] = _carried(shape, skin, blend, geometry, targets, parents, ancestors)
    return _cache[key]


def clear_cache() -> None:
    """Clears the cache, after weights were painted or another scene was opened."""
    _cache.clear()


def _carried(
    shape: str,
    skin: str,
    blend: str,
    geometry: int,
    targets: list[int],
    parents: dict[str, int],
    ancestors: dict[int, list[int]],
) -> list[tuple[int, int]]:
    raw_weights = weights(shape, skin)
    fractions = raw_weights / np.maximum(raw_weights.sum(axis=1, keepdims=True), 1e-9)
    weight_of: dict[int, np.ndarray] = {}
    for column, name in enumerate(influences(skin)):
        influence = parents.get(name)
        for joint in ancestors.get(influence, []) if influence is not None else []:
            weight_of[joint] = weight_of.get(joint, np.zeros(len(fractions))) + fractions[:, column]
    pairs = []
    for position, target in enumerate(targets):
        vertices = moved(blend, geometry, target, len(fractions))
        pairs += [
            (position, joint) for joint, weight in sorted(weight_of.items()) if (weight[vertices] > MIN_WEIGHT).any()
        ]
    return pairs
