"""How a character stands in its own space: which axis is up, where the face looks.

Told by what the names and places of shapes and bones say: brows are above the mouth, left parts are
on the left. Every axis is one of the base object's own, for heads are modelled along the axes; where
nothing tells, up is the scene's up, and the face looks along -Y as Blender's front view has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from . import offsets

if TYPE_CHECKING:
    from .figure import Figure

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ABOVE = {"brow", "brows", "eye", "eyes", "blink", "eyebrow", "lid"}
_BELOW = {"jaw", "mouth", "lip", "lips", "chin", "tongue"}


def turn(figure: Figure) -> np.ndarray:
    """3 x 3: from the base object's own space to the character's, which has Y up and looks along +Z."""
    places = _places(figure)
    up = _axis(_up(places))
    if up is None:
        world = np.array(figure.base.matrix_world.to_3x3(), np.float64)
        up = _axis(world.T @ (0.0, 0.0, 1.0))
        if up is None:
            up = np.array((0.0, 0.0, 1.0))
    left = _axis(_left(places), across=up)
    if left is None:
        # +X is the left of what looks along -Y with Z up, and of what looks along +Z with Y up.
        left = _axis(np.array((1.0, 0.0, 0.0)), across=up)
        if left is None:
            left = _axis(np.array((0.0, 1.0, 0.0)), across=up)
    return np.stack((left, up, np.cross(left, up)))


def words(name: str) -> list[str]:
    """The words of a name, whatever joins them: `eyeBlink_L` is eye, blink, left."""
    sides = {"l": "left", "r": "right"}
    found = [word.lower() for word in _WORDS.findall(name)]
    return [sides.get(word, word) for word in found]


def _places(figure: Figure) -> list[tuple[list[str], np.ndarray, bool]]:
    """The words of bones and shapes, where they are in the base's space, and whether it is a shape."""
    places = []
    if figure.armature is not None:
        for bone in figure.armature.data.bones:
            places.append((words(bone.name), np.array(bone.head_local, np.float64), False))
    if figure.meshes:
        face = max(figure.meshes, key=lambda mesh: len(mesh.data.shape_keys.key_blocks))
        to_base = np.array(figure.base.matrix_world.inverted_safe() @ face.matrix_world, np.float64)
        for name, place in offsets.middles(face):
            places.append((words(name), to_base[:3, :3] @ place + to_base[:3, 3], True))
    return places


def _up(places: list[tuple[list[str], np.ndarray, bool]]) -> np.ndarray:
    for shapes in (True, False):
        above = [place for name, place, shape in places if shape == shapes and not _ABOVE.isdisjoint(name)]
        below = [place for name, place, shape in places if shape == shapes and not _BELOW.isdisjoint(name)]
        if above and below:
            return np.mean(above, axis=0) - np.mean(below, axis=0)
    return np.zeros(3)


def _left(places: list[tuple[list[str], np.ndarray, bool]]) -> np.ndarray:
    """The way from right to left, over all pairs whose names differ in the side alone."""
    by_name: dict[tuple[bool, tuple[str, ...]], np.ndarray] = {}
    for name, place, shape in places:
        by_name.setdefault((shape, tuple(name)), place)
    towards = np.zeros(3)
    for (shape, name), place in by_name.items():
        if "left" in name:
            other = by_name.get((shape, tuple("right" if word == "left" else word for word in name)))
            if other is not None:
                towards += place - other
    return towards


def _axis(towards: np.ndarray, across: np.ndarray | None = None) -> np.ndarray | None:
    """The axis nearest to a direction, at a right angle to `across`; None if there is no direction."""
    towards = np.array(towards, np.float64)
    if across is not None:
        towards = towards - across * (towards @ across)
    largest = int(np.argmax(np.abs(towards)))
    if abs(towards[largest]) < 1e-9:
        return None
    axis = np.zeros(3)
    axis[largest] = np.sign(towards[largest])
    return axis
