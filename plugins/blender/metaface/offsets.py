"""Vertex offsets of shape keys, as arrays."""

from __future__ import annotations

import numpy as np
from bpy.types import Object, ShapeKey

MOVE_THRESHOLD = 0.02
"""A shape moves a vertex if the offset exceeds this fraction of the shape's longest offset."""


def of(block: ShapeKey) -> np.ndarray:
    """The offset of each vertex at value 1: (vertices, 3), in units of the mesh."""
    return _positions(block) - _positions(block.relative_key)


def lengths(block: ShapeKey) -> np.ndarray:
    """The length of each vertex's offset, (vertices,)."""
    moved = of(block)
    return np.sqrt(np.einsum("ij,ij->i", moved, moved))


def centroids(mesh: Object) -> list[tuple[str, np.ndarray]]:
    """Each shape's name and the centroid of its vertices, weighted by offset; without shapes that move no vertex."""
    key = mesh.data.shape_keys
    rest = _positions(key.reference_key)
    found = []
    for block in key.key_blocks:
        if block == key.reference_key:
            continue
        weights = lengths(block)
        total = weights.sum()
        if total > 1e-9:
            found.append((block.name, weights @ rest / total))
    return found


def _positions(block: ShapeKey) -> np.ndarray:
    points = np.empty(3 * len(block.points), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3).astype(np.float64)
