"""Rotations over time, as arrays (n, 4) of quaternions w x y z."""

from __future__ import annotations

import numpy as np


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The Hamilton product: the rotation b, followed by a. Either may be a single quaternion, (4,)."""
    aw, ax, ay, az = np.moveaxis(np.asarray(a, np.float64), -1, 0)
    bw, bx, by, bz = np.moveaxis(np.asarray(b, np.float64), -1, 0)
    return np.stack(
        (
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ),
        axis=-1,
    )


def inverse(turn: np.ndarray) -> np.ndarray:
    """The inverse of unit quaternions."""
    return np.asarray(turn, np.float64) * (1.0, -1.0, -1.0, -1.0)


def unit(turns: np.ndarray) -> np.ndarray:
    """Normalises to length 1; a quaternion of length 0 becomes the identity."""
    lengths = np.linalg.norm(turns, axis=-1, keepdims=True)
    return np.where(lengths > 1e-12, turns / np.maximum(lengths, 1e-12), (1.0, 0.0, 0.0, 0.0))


def without_sign_flips(turns: np.ndarray) -> np.ndarray:
    """The same rotations without sign changes from one to the next, which linear keys would interpolate through 0."""
    flips = np.sign(np.einsum("ij,ij->i", turns[1:], turns[:-1]))
    flips[flips == 0.0] = 1.0
    return turns * np.concatenate(([1.0], np.cumprod(flips)))[:, None]


def limited(turns: np.ndarray, factor: float, largest: float) -> np.ndarray:
    """Rotations with their angles multiplied by a factor and limited to `largest` radians."""
    turns = np.where(turns[:, :1] < 0.0, -turns, turns)
    sines = np.linalg.norm(turns[:, 1:], axis=1)
    angles = 2.0 * np.arctan2(sines, turns[:, 0])
    halves = np.clip(angles * factor, -largest, largest) / 2.0
    axes = turns[:, 1:] / np.maximum(sines, 1e-12)[:, None]
    return np.column_stack((np.cos(halves), axes * np.sin(halves)[:, None]))


def to_xyzw(turns: np.ndarray) -> np.ndarray:
    """To the order of the metaface package: w last."""
    return np.roll(turns, -1, axis=-1)


def from_xyzw(turns: np.ndarray) -> np.ndarray:
    """From the order of the metaface package to Blender's: w first."""
    return np.roll(np.asarray(turns, np.float64), 1, axis=-1)
