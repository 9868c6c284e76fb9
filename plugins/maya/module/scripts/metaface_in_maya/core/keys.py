"""A performance as keys for animation curves, in the scene's frames.

On an additive layer a key is the weight or the angle minus its rest value, so it is 0 at both ends. On an override
layer it is the weight or the angle itself. Angles are radians, as curves store them whatever unit the UI shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..host import motion
from ..host.motion import Limits
from ..host.placement import Placement
from .figures import Figure, Joint


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
    figure: Figure, performance: Any, placement: Placement, *, override: bool = False, limits: Limits | None = None
) -> list[Keys]:
    """The keys of all targets and joints that the performance moves and that can be keyed."""
    samples, frames = motion.audible(performance, placement)
    if not len(frames):
        return []
    times = placement.start_frame + frames
    keys_of: dict[str, Keys] = {}
    for track in performance.meshes:
        undriven, weights = set(track.undriven), np.asarray(track.weights)[samples]
        for index, target in enumerate(figure.meshes[track.mesh].targets):
            # A control that drives several meshes is keyed once.
            if index in undriven or target.blocked or target.plug in keys_of:
                continue
            values = motion.with_rest(weights[:, index], target.rest)
            keys_of[target.plug] = Keys(target.plug, *motion.keyed(times, values if override else values - target.rest))
    at_rest = figure.rotations_at_rest() if performance.joints else []
    for track in performance.joints:
        joint = figure.joints[track.joint]
        if joint.blocked:
            continue
        limit = (limits or {}).get(track.joint, motion.UNLIMITED)
        turns = motion.turns(np.asarray(track.rotations)[samples], at_rest[track.joint], limit)
        for curve in _joint_keys(joint, turns, times, override):
            keys_of[curve.plug] = curve
    return list(keys_of.values())


def _joint_keys(joint: Joint, turns: np.ndarray, times: np.ndarray, override: bool) -> list[Keys]:
    angles = joint.angles_of(turns)
    values = angles if override else angles - np.array(joint.angles)
    return [
        Keys(f"{joint.node}.rotate{axis}", *motion.keyed(times, values[:, at]), angular=True)
        for at, axis in enumerate("XYZ")
    ]
