"""A performance as keys for animation curves, in the scene's frames.

On an additive layer a key is the weight or the angle less what it is at rest, and nothing at both ends; on an
override layer it is the weight or the angle itself. Angles are radians: what curves hold, whatever the UI shows.
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
"""Seconds in which the face leaves its rest before a line, and comes back to it after."""

Limits = Mapping[int, "tuple[float, float]"]
"""Per joint (index in the figure): a factor on its turn away from rest, and the largest angle in radians."""

_STILL = 1e-6
"""A curve whose values differ by less is flat: two keys are enough."""


@dataclass(frozen=True)
class Keys:
    """One animation curve's worth: `frames` ascending, one of `values` for each."""

    plug: str
    frames: np.ndarray
    values: np.ndarray
    angular: bool = False


def span_of(keys: list[Keys]) -> tuple[float, float]:
    """First and last frame of any of them."""
    return min(float(one.frames[0]) for one in keys), max(float(one.frames[-1]) for one in keys)


def of_performance(
    figure: Figure, performance: Any, placed: Placed, *, override: bool = False, limits: Limits | None = None
) -> list[Keys]:
    """The keys of everything that the performance moves and that can be keyed."""
    chosen, frames = placed.frames(performance.frame_count, performance.rate)
    if not len(frames):
        return []
    fade = FADE * float(placed.rate)
    times = np.concatenate(([frames[0] - fade], frames, [frames[-1] + fade]))
    made: dict[str, Keys] = {}
    for track in performance.meshes:
        undriven, weights = set(track.undriven), np.asarray(track.weights)[chosen].astype(np.float64)
        for index, target in enumerate(figure.meshes[track.mesh].targets):
            # A control that several meshes follow is keyed once.
            if index in undriven or target.held or target.plug in made:
                continue
            ends = np.array([target.rest])
            values = np.concatenate((ends, weights[:, index], ends))
            made[target.plug] = _keys(target.plug, times, values if override else values - target.rest, False)
    at_rest = figure.rotations_at_rest() if performance.joints else []
    for track in performance.joints:
        joint = figure.joints[track.joint]
        if joint.held:
            continue
        factor, largest = (limits or {}).get(track.joint, (1.0, np.pi))
        whole = np.asarray(track.rotations)[chosen].astype(np.float64)
        turns = rotations.product(rotations.inverse(at_rest[track.joint]), whole)
        if (factor, largest) != (1.0, np.pi):
            turns = rotations.limited(turns, factor, largest)
        for one in _turning(joint, turns, times, override):
            made[one.plug] = one
    return list(made.values())


def _turning(joint: Joint, turns: np.ndarray, times: np.ndarray, override: bool) -> list[Keys]:
    angles = joint.angles_of(np.concatenate(([rotations.STILL], turns, [rotations.STILL])))
    values = angles if override else angles - np.array(joint.angles)
    return [_keys(f"{joint.node}.rotate{axis}", times, values[:, at], True) for at, axis in enumerate("XYZ")]


def _keys(plug: str, times: np.ndarray, values: np.ndarray, angular: bool) -> Keys:
    if np.ptp(values) < _STILL:
        times, values = times[[0, -1]], values[[0, -1]]
    return Keys(plug, times, values, angular)
