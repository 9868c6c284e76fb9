"""Converts a performance to F-curves that add to a character at rest, in frames of the scene.

Shape keys get the weight minus the rest weight, bones the rotation relative to rest; an NLA strip of blend
type Combine adds them to the animation below. Frame 0 of the curves is second 0 of the sound.
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
from .placement import Placement

if TYPE_CHECKING:
    import metaface

FADE = 0.12
"""Seconds of the fade from rest before a line, and of the fade back to rest after it."""

Limits = Mapping[int, tuple[float, float]]
"""Per joint (index in the figure): a factor on its rotation from rest, and the largest angle in radians."""

_FLAT = 1e-6
"""A curve whose values vary by less is flat and gets two keys only."""


def curves(
    figure: Figure, performance: metaface.Performance, placement: Placement, limits: Limits | None = None
) -> dict[ID, list[Curve]]:
    """The F-curves of every data-block that the performance animates, without properties that have a driver."""
    chosen, frames = placement.local_frames(performance.frame_count, performance.rate)
    found: dict[ID, list[Curve]] = {}
    if not len(frames):
        return found
    fade = FADE * float(placement.rate)
    times = np.concatenate(([frames[0] - fade], frames, [frames[-1] + fade]))
    for track in performance.meshes:
        mesh = figure.meshes[track.mesh]
        new_curves = _shape_curves(mesh, np.asarray(track.weights)[chosen], set(track.undriven), times)
        found.setdefault(key_of(mesh), []).extend(new_curves)
    rests = [joint.rotation for joint in joints.rest_transforms(figure)] if performance.joints else []
    for track in performance.joints:
        joint = figure.joints[track.joint]
        factor, largest = (limits or {}).get(track.joint, (1.0, np.pi))
        at_rest = quaternions.from_xyzw(rests[track.joint])
        rotations = quaternions.from_xyzw(np.asarray(track.rotations)[chosen])
        turns = quaternions.product(quaternions.inverse(at_rest), rotations)
        turns = quaternions.limited(turns, factor, largest)
        found.setdefault(joint.owner, []).extend(_turn_curves(joint, turns, times))
    return {owner: new_curves for owner, new_curves in found.items() if new_curves}


def _shape_curves(mesh, weights: np.ndarray, undriven: set[int], times: np.ndarray) -> list[Curve]:
    key = key_of(mesh)
    driven_paths = {driver.data_path for driver in key.animation_data.drivers} if key.animation_data else set()
    at_rest = rest.Unkeyed(key).shapes()
    new_curves = []
    for index, block in enumerate(targets(mesh)):
        path = rest.value_path(block.name)
        if index in undriven or path in driven_paths:
            continue
        added = np.pad(weights[:, index].astype(np.float64) - at_rest[block.name], 1)
        new_curves.append(_curve(path, 0, times, added, "MetaFace"))
    return new_curves


def _turn_curves(joint: Joint, turns: np.ndarray, times: np.ndarray) -> list[Curve]:
    turned = joint.turned
    name, count = rest.rotation_property(turned)
    drivers = joint.owner.animation_data.drivers if joint.owner.animation_data else ()
    path = joint.path + name
    if name == "rotation_axis_angle" or any(driver.data_path == path for driver in drivers):
        return []
    identity = np.array([[1.0, 0.0, 0.0, 0.0]])
    turns = np.concatenate((identity, turns, identity))
    if name == "rotation_quaternion":
        added = quaternions.without_sign_flips(turns)
    else:
        added = _eulers(turns, joint, rest.Unkeyed(joint.owner).rotation_values(turned))
    return [_curve(path, axis, times, added[:, axis], joint.name) for axis in range(count)]


def _eulers(turns: np.ndarray, joint: Joint, at_rest: list[float]) -> np.ndarray:
    """Euler angles (n, 3) that produce the rotations when added to the rest angles."""
    order = joint.turned.rotation_mode
    last, found = Euler(at_rest, order), []
    for turn in turns.tolist():
        last = (joint.unkeyed @ Quaternion(turn)).to_euler(order, last)
        found.append(tuple(last))
    return np.array(found) - np.array(at_rest)


def _curve(path: str, index: int, times: np.ndarray, values: np.ndarray, group: str) -> Curve:
    if np.ptp(values) < _FLAT:
        times, values = times[[0, -1]], values[[0, -1]]
    return Curve(path, index, times, values, group)
