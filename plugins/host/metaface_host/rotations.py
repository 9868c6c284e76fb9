"""Rotations over time: arrays (n, 4) of quaternions x y z w, and (n, 3) of Euler angles in radians.

The rotate order `xyz` rotates about X first, then Y, then Z, all about the parent's axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

IDENTITY = np.array((0.0, 0.0, 0.0, 1.0))


def product(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Rotation by b, then by a. Either may be a single quaternion, (4,)."""
    ax, ay, az, aw = np.moveaxis(np.asarray(a, np.float64), -1, 0)
    bx, by, bz, bw = np.moveaxis(np.asarray(b, np.float64), -1, 0)
    return np.stack(
        (
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ),
        axis=-1,
    )


def inverse(turn: ArrayLike) -> np.ndarray:
    """The inverse of unit quaternions."""
    return np.asarray(turn, np.float64) * (-1.0, -1.0, -1.0, 1.0)


def unit(turns: ArrayLike) -> np.ndarray:
    """Normalises to length 1; a quaternion of length 0 becomes the identity."""
    lengths = np.linalg.norm(turns, axis=-1, keepdims=True)
    return np.where(lengths > 1e-12, turns / np.maximum(lengths, 1e-12), IDENTITY)


def without_sign_flips(turns: np.ndarray) -> np.ndarray:
    """The same rotations without sign changes from one to the next, which linear keys would interpolate through 0."""
    flips = np.sign(np.einsum("ij,ij->i", turns[1:], turns[:-1]))
    flips[flips == 0.0] = 1.0
    return turns * np.concatenate(([1.0], np.cumprod(flips)))[:, None]


def rotated(turn: ArrayLike, point: ArrayLike) -> np.ndarray:
    """A point, (3,), rotated by one quaternion."""
    rotated_point = product(product(turn, np.append(point, 0.0)), inverse(turn))
    return rotated_point[:3]


def of_angles(angles: ArrayLike, order: str = "xyz") -> np.ndarray:
    """Angles (3,) or (n, 3) in radians as quaternions."""
    halves = np.asarray(angles, np.float64) / 2.0
    turn = IDENTITY
    for axis in ("xyz".index(letter) for letter in order):
        about = np.zeros((*halves.shape[:-1], 4))
        about[..., axis] = np.sin(halves[..., axis])
        about[..., 3] = np.cos(halves[..., axis])
        turn = product(about, turn)
    return turn


def to_angles(turns: np.ndarray, order: str, near: np.ndarray) -> np.ndarray:
    """Quaternions (n, 4) as continuous angles (n, 3) in radians; the first row is the solution nearest to `near`."""
    first, second, third = ("xyz".index(letter) for letter in order)
    even = 1.0 if (second - first) % 3 == 1 else -1.0
    rows = _matrices(turns)
    a = np.arctan2(even * rows[:, third, second], rows[:, third, third])
    b = np.arcsin(np.clip(-even * rows[:, third, first], -1.0, 1.0))
    c = np.arctan2(even * rows[:, second, first], rows[:, first, first])
    # Two sets of angles describe each rotation.
    one = np.empty((len(rows), 3))
    one[:, first], one[:, second], one[:, third] = a, b, c
    other = np.empty_like(one)
    other[:, first], other[:, second], other[:, third] = a + np.pi, np.pi - b, c + np.pi
    last, found = np.asarray(near, np.float64), np.empty_like(one)
    for row in range(len(one)):
        both = [angles - 2.0 * np.pi * np.round((angles - last) / (2.0 * np.pi)) for angles in (one[row], other[row])]
        last = found[row] = min(both, key=lambda angles: float(np.abs(angles - last).sum()))
    return found


def limited(turns: np.ndarray, factor: float, largest: float) -> np.ndarray:
    """Rotations scaled by a factor and limited to the angle `largest`, in radians."""
    turns = np.where(turns[:, 3:] < 0.0, -turns, turns)
    sines = np.linalg.norm(turns[:, :3], axis=1)
    halves = np.clip(2.0 * np.arctan2(sines, turns[:, 3]) * factor, -largest, largest) / 2.0
    axes = turns[:, :3] / np.maximum(sines, 1e-12)[:, None]
    return np.column_stack((axes * np.sin(halves)[:, None], np.cos(halves)))


def _matrices(turns: np.ndarray) -> np.ndarray:
    x, y, z, w = np.asarray(turns, np.float64).T
    return np.stack(
        (
            np.stack((1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)), -1),
            np.stack((2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)), -1),
            np.stack((2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)), -1),
        ),
        axis=1,
    )
