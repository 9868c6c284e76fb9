"""Reads and writes the keys of F-curves as arrays.

Times are frames of the scene (fractions allowed), values are in the property's unit
(shape keys 0 to 1, quaternions w x y z, Euler angles in radians).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from bpy.types import ID, Action, FCurve

from . import version

INTERPOLATIONS = {"CONSTANT": 0, "LINEAR": 1, "BEZIER": 2}
"""Blender's enum values for the interpolation from one key to the next."""


@dataclass(frozen=True)
class Curve:
    """The keys of an F-curve: ascending `frames`, with one of `values` each."""

    data_path: str
    index: int
    frames: np.ndarray
    values: np.ndarray
    group: str = ""


def write(
    action: Action,
    owner: ID,
    data_path: str,
    index: int,
    frames: np.ndarray,
    values: np.ndarray,
    interpolation: str = "LINEAR",
) -> FCurve:
    """Replaces the keys of one F-curve, and creates the curve if it is missing.

    `owner` is the data-block of the property: it names the slot if actions have slots.
    """
    holder = version.bag(action, version.slot_for(action, owner), make=True)
    known = holder.fcurves.find(data_path, index=index)
    return _fill(holder, known, Curve(data_path, index, frames, values), interpolation)


def write_all(action: Action, owner: ID, curves: Sequence[Curve], interpolation: str = "LINEAR") -> None:
    """Replaces all F-curves of `owner` in the action by `curves`."""
    fill(version.bag(action, version.slot_for(action, owner), make=True), curves, interpolation)


def fill(holder, curves: Sequence[Curve], interpolation: str = "LINEAR", *, keep_others: bool = False) -> None:
    """Writes `curves` to a holder from [`version.bag`], and removes its other F-curves unless `keep_others`."""
    known = {(curve.data_path, curve.array_index): curve for curve in holder.fcurves}
    wanted = {(curve.data_path, curve.index) for curve in curves}
    for key, curve in known.items():
        if key not in wanted and not keep_others:
            holder.fcurves.remove(curve)
    for curve in curves:
        _fill(holder, known.get((curve.data_path, curve.index)), curve, interpolation)


def read(curve: FCurve) -> tuple[np.ndarray, np.ndarray]:
    """The keys of an F-curve: frames and values, float32."""
    points = np.empty(2 * len(curve.keyframe_points), np.float32)
    curve.keyframe_points.foreach_get("co", points)
    return points[0::2], points[1::2]


def sample(curve: FCurve, frames: Iterable[float]) -> np.ndarray:
    """The value of the F-curve at each frame, with its modifiers."""
    evaluate = curve.evaluate
    return np.array([evaluate(frame) for frame in frames], np.float64)


def _fill(holder, known: FCurve | None, curve: Curve, interpolation: str) -> FCurve:
    count = len(curve.frames)
    target = known or version.add_curve(holder, curve.data_path, curve.index, curve.group)
    points = target.keyframe_points
    if len(points) != count:
        if len(points):
            points.clear()
        points.add(count)
    co = np.empty((count, 2), np.float32)
    co[:, 0] = curve.frames
    co[:, 1] = curve.values
    points.foreach_set("co", co.ravel())
    points.foreach_set("interpolation", np.full(count, INTERPOLATIONS[interpolation], np.int32))
    target.update()
    return target
