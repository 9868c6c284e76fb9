"""Finds the up axis and the viewing direction of a character.

They follow from the names and positions of shapes and bones: brows are above the mouth, left parts are on
the left. The result is always an axis of the base object, since heads are modelled along the axes. By default,
up is the scene's up, and the face looks along -Y, as in Blender's front view.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from . import shapes

if TYPE_CHECKING:
    from .characters import Figure

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ABOVE = {"brow", "brows", "eye", "eyes", "blink", "eyebrow", "lid"}
_BELOW = {"jaw", "mouth", "lip", "lips", "chin", "tongue"}


def axes(figure: Figure) -> np.ndarray:
    """3 x 3: from the base object's space to the character's, which has Y up and looks along +Z."""
    landmarks = _landmarks(figure)
    up = _axis(_up(landmarks))
    if up is None:
        world = np.array(figure.base.matrix_world.to_3x3(), np.float64)
        up = _axis(world.T @ (0.0, 0.0, 1.0))
        if up is None:
            up = np.array((0.0, 0.0, 1.0))
    left = _axis(_left(landmarks), across=up)
    if left is None:
        # +X is left if the face looks along -Y with Z up, and if it looks along +Z with Y up.
        left = _axis(np.array((1.0, 0.0, 0.0)), across=up)
        if left is None:
            left = _axis(np.array((0.0, 1.0, 0.0)), across=up)
    return np.stack((left, up, np.cross(left, up)))


def words(name: str) -> list[str]:
    """The words of a name, in any spelling: `eyeBlink_L` is eye, blink, left."""
    sides = {"l": "left", "r": "right"}
    found = [word.lower() for word in _WORDS.findall(name)]
    return [sides.get(word, word) for word in found]


def _landmarks(figure: Figure) -> list[tuple[list[str], np.ndarray, bool]]:
    """For bones and shapes: the words of the name, the position in the base's space, and whether it is a shape."""
    landmarks = []
    if figure.armature is not None:
        for bone in figure.armature.data.bones:
            landmarks.append((words(bone.name), np.array(bone.head_local, np.float64), False))
    if figure.meshes:
        face = max(figure.meshes, key=lambda mesh: len(mesh.data.shape_keys.key_blocks))
        to_base = np.array(figure.base.matrix_world.inverted_safe() @ face.matrix_world, np.float64)
        for name, position in shapes.centroids(face):
            landmarks.append((words(name), to_base[:3, :3] @ position + to_base[:3, 3], True))
    return landmarks


def _up(landmarks: list[tuple[list[str], np.ndarray, bool]]) -> np.ndarray:
    for of_shapes in (True, False):
        above = [position for name, position, shape in landmarks if shape == of_shapes and not _ABOVE.isdisjoint(name)]
        below = [position for name, position, shape in landmarks if shape == of_shapes and not _BELOW.isdisjoint(name)]
        if above and below:
            return np.mean(above, axis=0) - np.mean(below, axis=0)
    return np.zeros(3)


def _left(landmarks: list[tuple[list[str], np.ndarray, bool]]) -> np.ndarray:
    """The sum of the directions from right to left, of all pairs whose names differ only in the side."""
    by_name: dict[tuple[bool, tuple[str, ...]], np.ndarray] = {}
    for name, position, shape in landmarks:
        by_name.setdefault((shape, tuple(name)), position)
    direction = np.zeros(3)
    for (shape, name), position in by_name.items():
        if "left" in name:
            other = by_name.get((shape, tuple("right" if word == "left" else word for word in name)))
            if other is not None:
                direction += position - other
    return direction


def _axis(direction: np.ndarray, across: np.ndarray | None = None) -> np.ndarray | None:
    """The axis nearest to a direction and orthogonal to `across`; `None` if the direction is zero."""
    direction = np.array(direction, np.float64)
    if across is not None:
        direction = direction - across * (direction @ across)
    largest = int(np.argmax(np.abs(direction)))
    if abs(direction[largest]) < 1e-9:
        return None
    axis = np.zeros(3)
    axis[largest] = np.sign(direction[largest])
    return axis
