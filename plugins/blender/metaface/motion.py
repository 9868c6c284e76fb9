"""A performance as F-curves: what is added to a character at rest, in the scene's frames.

Shape keys get the weight minus the rest weight, bones the turn away from rest; an NLA strip of blend
type Combine puts them onto whatever lies below. Frame 0 of the curves is second 0 of the sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from bpy.types import ID
from mathutils import Euler, Quaternion

from . import joints, quaternions, rest
from .figure import Figure, key_of, targets
from .joints import Joint
from .keys import Curve
from .placement import Placed

if TYPE_CHECKING:
    import metaface

FADE = 0.12
"""Seconds in which the face leaves its rest before a line, and comes back to it after."""

Limits = Mapping[int, tuple[float, float]]
"""Per joint (index in the figure): a factor on its turn away from rest, and the largest angle in radians."""

_STILL = 1e-6
"""A curve whose values differ by less is flat: two keys are enough."""


def curves(
    figure: Figure, performance: metaface.Performance, placed: Placed, limits: Limits | None = None
) -> dict[ID, list[Curve]]:
    """The F-curves of every data-block that the performance moves; what a driver holds is left out."""
    chosen, frames = placed.local_frames(performance.frame_count, performance.rate)
    found: dict[ID, list[Curve]] = {}
    if not len(frames):
        return found
    fade = FADE * float(placed.rate)
    times = np.concatenate(([frames[0] - fade], frames, [frames[-1] + fade]))
    for track in performance.meshes:
        mesh = figure.meshes[track.mesh]
        made = _shape_curves(mesh, np.asarray(track.weights)[chosen], set(track.undriven), times)
        found.setdefault(key_of(mesh), []).extend(made)
    rests = [joint.rotation for joint in joints.in_metaface(figure)] if performance.joints else []
    for track in performance.joints:
        joint = figure.joints[track.joint]
        factor, largest = (limits or {}).get(track.joint, (1.0, np.pi))
        resting = quaternions.from_xyzw(rests[track.joint])
        rotations = quaternions.from_xyzw(np.asarray(track.rotations)[chosen])
        turns = quaternions.product(quaternions.inverse(resting), rotations)
        turns = quaternions.limited(turns, factor, largest)
        found.setdefault(joint.owner, []).extend(_turn_curves(joint, turns, times))
    return {owner: made for owner, made in found.items() if made}


def _shape_curves(mesh, weights: np.ndarray, undriven: set[int], times: np.ndarray) -> list[Curve]:
    key = key_of(mesh)
    held = {driver.data_path for driver in key.animation_data.drivers} if key.animation_data else set()
    resting = rest.Unkeyed(key).shapes()
    made = []
    for index, block in enumerate(targets(mesh)):
        path = rest.value_path(block.name)
        if index in undriven or path in held:
            continue
        added = np.pad(weights[:, index].astype(np.float64) - resting[block.name], 1)
        made.append(_curve(path, 0, times, added, "MetaFace"))
    return made


def _turn_curves(joint: Joint, turns: np.ndarray, times: np.ndarray) -> list[Curve]:
    turned = joint.turned
    name, count = rest.rotation_property(turned)
    drivers = joint.owner.animation_data.drivers if joint.owner.animation_data else ()
    path = joint.path + name
    if name == "rotation_axis_angle" or any(driver.data_path == path for driver in drivers):
        return []
    still = np.array([[1.0, 0.0, 0.0, 0.0]])
    turns = np.concatenate((still, turns, still))
    if name == "rotation_quaternion":
        added = quaternions.unbroken(turns)
    else:
        added = _eulers(turns, joint, rest.Unkeyed(joint.owner).rotation_values(turned))
    return [_curve(path, axis, times, added[:, axis], joint.name) for axis in range(count)]


def _eulers(turns: np.ndarray, joint: Joint, resting: list[float]) -> np.ndarray:
    """Euler angles (n, 3) that, added to those at rest, make the turns."""
    order = joint.turned.rotation_mode
    last, found = Euler(resting, order), []
    for turn in turns.tolist():
        last = (joint.unkeyed @ Quaternion(turn)).to_euler(order, last)
        found.append(tuple(last))
    return np.array(found) - np.array(resting)


def _curve(path: str, index: int, times: np.ndarray, values: np.ndarray, group: str) -> Curve:
    if np.ptp(values) < _STILL:
        times, values = times[[0, -1]], values[[0, -1]]
    return Curve(path, index, times, values, group)
