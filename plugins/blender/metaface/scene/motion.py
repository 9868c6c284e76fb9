"""Converts a performance to F-curves that add to a character at rest, in frames of the scene.

Shape keys get the weight minus the rest weight, bones the rotation relative to rest; an NLA strip of blend
type Combine adds them to the animation below. Frame 0 of the curves is second 0 of the sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bpy.types import ID, Object
from mathutils import Euler, Quaternion

from ..host import rotations
from ..host.motion import UNLIMITED, Limits, audible, keyed, turns, with_rest
from ..host.placement import Placement
from . import rest, skeleton
from .characters import Figure
from .fcurves import Curve, w_first
from .shapes import key_of, targets
from .skeleton import Joint

if TYPE_CHECKING:
    import metaface


def curves(
    figure: Figure, performance: metaface.Performance, placement: Placement, limits: Limits | None = None
) -> dict[ID, list[Curve]]:
    """The F-curves of every data-block that the performance animates, without properties that have a driver.

    `limits` defaults to none.
    """
    chosen, frames = audible(performance, placement)
    found: dict[ID, list[Curve]] = {}
    if not len(frames):
        return found
    for track in performance.meshes:
        mesh = figure.meshes[track.mesh]
        new_curves = _shape_curves(mesh, np.asarray(track.weights)[chosen], set(track.undriven), frames)
        found.setdefault(key_of(mesh), []).extend(new_curves)
    at_rest = [joint.rotation for joint in skeleton.rest_transforms(figure)] if performance.joints else []
    for track in performance.joints:
        joint = figure.joints[track.joint]
        limit = (limits or {}).get(track.joint, UNLIMITED)
        added = turns(np.asarray(track.rotations)[chosen], at_rest[track.joint], limit)
        found.setdefault(joint.owner, []).extend(_rotation_curves(joint, added, frames))
    return {owner: new_curves for owner, new_curves in found.items() if new_curves}


def _shape_curves(mesh: Object, weights: np.ndarray, undriven: set[int], frames: np.ndarray) -> list[Curve]:
    key = key_of(mesh)
    driven_paths = {driver.data_path for driver in key.animation_data.drivers} if key.animation_data else set()
    at_rest = rest.Unkeyed(key).shapes()
    new_curves = []
    for index, block in enumerate(targets(mesh)):
        path = rest.value_path(block.name)
        if index not in undriven and path not in driven_paths:
            added = with_rest(weights[:, index], at_rest[block.name]) - at_rest[block.name]
            new_curves.append(Curve(path, 0, *keyed(frames, added), "MetaFace"))
    return new_curves


def _rotation_curves(joint: Joint, added: np.ndarray, frames: np.ndarray) -> list[Curve]:
    turned = joint.turned
    name, count = rest.rotation_property(turned)
    drivers = joint.owner.animation_data.drivers if joint.owner.animation_data else ()
    path = joint.path + name
    if name == "rotation_axis_angle" or any(driver.data_path == path for driver in drivers):
        return []
    if name == "rotation_quaternion":
        values = w_first(rotations.without_sign_flips(added))
    else:
        values = _eulers(added, joint, rest.Unkeyed(joint.owner).rotation_values(turned))
    return [Curve(path, axis, *keyed(frames, values[:, axis]), joint.name) for axis in range(count)]


def _eulers(added: np.ndarray, joint: Joint, at_rest: list[float]) -> np.ndarray:
    """Euler angles (n, 3) that produce the rotations when added to the rest angles."""
    order = joint.turned.rotation_mode
    last, found = Euler(at_rest, order), []
    for turn in w_first(added).tolist():
        last = (joint.unkeyed @ Quaternion(turn)).to_euler(order, last)
        found.append(tuple(last))
    return np.array(found) - np.array(at_rest)
