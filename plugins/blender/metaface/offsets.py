"""What the shape keys of a mesh move, as arrays."""

from __future__ import annotations

import numpy as np
from bpy.types import Object, ShapeKey

MOVES = 0.02
"""A shape moves a vertex when it does so by at least this share of its longest offset."""


def of(block: ShapeKey) -> np.ndarray:
    """How far each vertex is moved at value 1: (vertices, 3), in units of the mesh."""
    return _places(block) - _places(block.relative_key)


def lengths(block: ShapeKey) -> np.ndarray:
    """The length of each vertex's offset, (vertices,)."""
    moved = of(block)
    return np.sqrt(np.einsum("ij,ij->i", moved, moved))


def middles(mesh: Object) -> list[tuple[str, np.ndarray]]:
    """Each shape's name and the middle of what it moves, weighted by how far; shapes that move nothing left out."""
    key = mesh.data.shape_keys
    rest = _places(key.reference_key)
    found = []
    for block in key.key_blocks:
        if block == key.reference_key:
            continue
        weights = lengths(block)
        total = weights.sum()
        if total > 1e-9:
            found.append((block.name, weights @ rest / total))
    return found


def _places(block: ShapeKey) -> np.ndarray:
    points = np.empty(3 * len(block.points), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3).astype(np.float64)
