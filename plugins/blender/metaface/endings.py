"""Ends of hand edits.

A curve with one key holds its value for ever, so a correction of one line would change every line.
"""

from __future__ import annotations

from collections.abc import Iterable

from bpy.types import ID, FCurve

from . import tops, version

_NEGLIGIBLE = 1e-3
"""A hand edit that adds less than this, in the property's unit, adds nothing."""


def endless(owner: ID) -> set[str]:
    """The data paths of a data-block's hand edits that do not return to the neutral value."""
    data = owner.animation_data
    if data is None or not tops.is_hand_edits(data.action):
        return set()
    by_path = _by_path(version.played(data))
    return {path for path, curves in by_path.items() if not all(_returns_to_neutral(curve) for curve in curves)}


def end(owner: ID, frames: float) -> int:
    """Keys endless hand edits to the neutral value, `frames` before their first and after their last key.

    Returns the number of changed properties.
    """
    paths = endless(owner)
    curves = _by_path(version.played(owner.animation_data)) if paths else {}
    for path in paths:
        first = min(curve.keyframe_points[0].co[0] for curve in curves[path])
        last = max(curve.keyframe_points[-1].co[0] for curve in curves[path])
        for curve in curves[path]:
            for frame in (first - frames, last + frames):
                curve.keyframe_points.insert(frame, _neutral(curve), options={"FAST"})
            curve.update()
    return len(paths)


def _by_path(curves: Iterable[FCurve]) -> dict[str, list[FCurve]]:
    found: dict[str, list[FCurve]] = {}
    for curve in curves:
        if len(curve.keyframe_points):
            found.setdefault(curve.data_path, []).append(curve)
    return found


def _returns_to_neutral(curve: FCurve) -> bool:
    ends = (curve.keyframe_points[0].co[1], curve.keyframe_points[-1].co[1])
    return all(abs(value - _neutral(curve)) < _NEGLIGIBLE for value in ends)


def _neutral(curve: FCurve) -> float:
    """The value that adds nothing."""
    if curve.data_path.endswith("rotation_quaternion") and curve.array_index == 0:
        return 1.0
    return 1.0 if curve.data_path.endswith("scale") else 0.0
