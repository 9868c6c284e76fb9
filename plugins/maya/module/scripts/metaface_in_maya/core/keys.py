"""A performance as keys for animation curves, in the scene's frames.

On an additive layer a key is the weight or the angle minus its rest value, so it is 0 at both ends. On an override
layer it is the weight or the angle itself. Angles are radians, as curves store them whatever unit the UI shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import rotations
from .figures import Figure, Joint
from .placement import Placed

FADE = 0.12
"""Seconds of the fade from the rest pose before a line, and of the fade to it after the line."""

Limits = Mapping[int, "tuple[float, float]"]
"""Per joint index of the figure: a factor on the rotation away from rest, and the largest angle in radians."""

_FLAT = 1e-6
"""A curve whose values differ by less than this is flat and gets two keys."""


@dataclass(frozen=True)
class Keys:
    """The keys of one animation curve: `frames` in ascending order, and a value for each."""

    plug: str
    frames: np.ndarray
    values: np.ndarray
    angular: bool = False


def span_of(keys: list[Keys]) -> tuple[float, float]:
    """The first and the last frame of all curves."""
    return min(float(curve.frames[0]) for curve in keys), max(float(curve.frames[-1]) for curve in keys)


def of_performance(
    figure: Figure, performance: Any, placed: Placed, *, override: bool = False, limits: Limits | None = None
) -> list[Keys]:
    """The keys of all targets and joints that the performance moves and that can be keyed."""
    samples, frames = placed.frames(performance.frame_count, performance.rate)
    if not len(frames):
        return []
    fade = FADE * float(placed.rate)
    times = np.concatenate(([frames[0] - fade], frames, [frames[-1] + fade]))
    keys_of: dict[str, Keys] = {}
    for track in performance.meshes:
        undriven, weights = set(track.undriven), np.asarray(track.weights)[samples].astype(np.float64)
        for index, target in enumerate(figure.meshes[track.mesh].targets):
            # A control that drives several meshes is keyed once.
            if index in undriven or target.blocked or target.plug in keys_of:
                continue
            end = np.array([target.rest])
            values = np.concatenate((end, weights[:, index], end))
            keys_of[target.plug] = _keys(target.plug, times, values if override else values - target.rest, False)
    at_rest = figure.rotations_at_rest() if performance.joints else []
    for track in performance.joints:
        joint = figure.joints[track.joint]
        if joint.blocked:
            continue
        factor, largest = (limits or {}).get(track.joint, (1.0, np.pi))
        local_rotations = np.asarray(track.rotations)[samples].astype(np.float64)
        turns = rotations.product(rotations.inverse(at_rest[track.joint]), local_rotations)
        if (factor, largest) != (1.0, np.pi):
            turns = rotations.limited(turns, factor, largest)
        for curve in _joint_keys(joint, turns, times, override):
            keys_of[curve.plug] = curve
    return list(keys_of.values())


def _joint_keys(joint: Joint, turns: np.ndarray, times: np.ndarray, override: bool) -> list[Keys]:
    angles = joint.angles_of(np.concatenate(([rotations.IDENTITY], turns, [rotations.IDENTITY])))
    values = angles if override else angles - np.array(joint.angles)
    return [_keys(f"{joint.node}.rotate{axis}", times, values[:, at], True) for at, axis in enumerate("XYZ")]


def _keys(plug: str, times: np.ndarray, values: np.ndarray, angular: bool) -> Keys:
    if np.ptp(values) < _FLAT:
        times, values = times[[0, -1]], values[[0, -1]]
    return Keys(plug, times, values, angular)
