"""Reads and writes the keys of F-curves as arrays.

Times are frames of the scene (fractions allowed), values are in the property's unit
(shape keys 0 to 1, quaternions w x y z, Euler angles in radians).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from bpy.types import FCurve

from . import version

LINEAR = 1
"""Blender's number of the linear interpolation from one key to the next."""


@dataclass(frozen=True)
class Curve:
    """The keys of an F-curve: ascending `frames`, with one of `values` each."""

    data_path: str
    index: int
    frames: np.ndarray
    values: np.ndarray
    group: str = ""


def fill(holder, curves: Sequence[Curve], *, keep_others: bool = False) -> None:
    """Writes `curves` to a holder from [`version.bag`], and removes its other F-curves unless `keep_others`.

    Keys are interpolated linearly.
    """
    known = {(curve.data_path, curve.array_index): curve for curve in holder.fcurves}
    wanted = {(curve.data_path, curve.index) for curve in curves}
    for key, curve in known.items():
        if key not in wanted and not keep_others:
            holder.fcurves.remove(curve)
    for curve in curves:
        target = known.get((curve.data_path, curve.index))
        _set_keys(target or version.add_curve(holder, curve.data_path, curve.index, curve.group), curve)


def read(curve: FCurve) -> tuple[np.ndarray, np.ndarray]:
    """The keys of an F-curve: frames and values, float32."""
    points = np.empty(2 * len(curve.keyframe_points), np.float32)
    curve.keyframe_points.foreach_get("co", points)
    return points[0::2], points[1::2]


def sample(curve: FCurve, frames: Iterable[float]) -> np.ndarray:
    """The value of the F-curve at each frame, with its modifiers."""
    evaluate = curve.evaluate
    return np.array([evaluate(frame) for frame in frames], np.float64)


def w_first(turns: np.ndarray) -> np.ndarray:
    """Quaternions x y z w, the order of the metaface package, as Blender's w x y z."""
    return np.roll(turns, 1, axis=-1)


def w_last(turns: np.ndarray) -> np.ndarray:
    """Blender's quaternions w x y z as x y z w, the order of the metaface package."""
    return np.roll(turns, -1, axis=-1)


def _set_keys(target: FCurve, curve: Curve) -> None:
    count = len(curve.frames)
    points = target.keyframe_points
    if len(points) != count:
        if len(points):
            points.clear()
        points.add(count)
    co = np.empty((count, 2), np.float32)
    co[:, 0] = curve.frames
    co[:, 1] = curve.values
    points.foreach_set("co", co.ravel())
    points.foreach_set("interpolation", np.full(count, LINEAR, np.int32))
    target.update()
