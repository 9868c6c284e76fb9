"""What becomes keys: the audible samples of a performance, with a fade from and to the rest pose at both ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import rotations
from .placement import Placement

FADE = 0.12
"""Seconds of the fade from the rest pose before a line, and of the fade to it after the line."""

Limit = tuple[float, float]
"""A factor on a joint's rotation away from rest, and the largest angle in radians."""

Limits = Mapping[int, Limit]
"""The limit of joints, by index in the character."""

UNLIMITED: Limit = (1.0, np.pi)

_FLAT = 1e-6
"""A curve whose values differ by less than this is flat and gets two keys."""


def audible(performance: Any, placement: Placement) -> tuple[slice, np.ndarray]:
    """The audible samples, and the frames of their keys after second 0, with the ends of both fades.

    There are two frames more than samples, or none if nothing is audible.
    """
    chosen, frames = placement.local_frames(performance.frame_count, performance.rate)
    if not len(frames):
        return chosen, frames
    fade = FADE * float(placement.rate)
    return chosen, np.concatenate(([frames[0] - fade], frames, [frames[-1] + fade]))


def with_rest(weights: np.ndarray, rest: float) -> np.ndarray:
    """The weights (n,) of a shape, with its weight at rest at both ends."""
    return np.concatenate(([rest], np.asarray(weights, np.float64), [rest]))


def turns(local_rotations: np.ndarray, at_rest: np.ndarray, limit: Limit = UNLIMITED) -> np.ndarray:
    """Rotations (n, 4) relative to the parent joint as rotations away from rest, with rest at both ends."""
    away = rotations.product(rotations.inverse(at_rest), np.asarray(local_rotations, np.float64))
    if limit != UNLIMITED:
        away = rotations.limited(away, *limit)
    return np.concatenate(([rotations.IDENTITY], away, [rotations.IDENTITY]))


def keyed(frames: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The frames and values to key: only both ends of a flat curve."""
    return (frames[[0, -1]], values[[0, -1]]) if np.ptp(values) < _FLAT else (frames, values)
