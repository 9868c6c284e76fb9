"""Hand edits: the animator's layer above the takes, which is the active action of a data-block, and edited takes.

A curve with one key holds its value for ever, so a correction of one line would change every line: such a hand edit
has no end.
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from bpy.types import ID, Action, AnimData, FCurve

from . import fcurves, tracks, version

HAND_EDITS = "metaface_hand_edits"
"""The custom property of an action that MetaFace created for hand edits: the character's name."""

REPLACED = "metaface_replaced"
"""The custom property of a data-block whose action had the blend type Replace before the first take."""

_CHECKSUM = "metaface_sum"
"""The custom property of a take's action: a checksum of its generated keys."""

_NEGLIGIBLE = 1e-3
"""A hand edit that adds less than this, in the property's unit, adds nothing."""


def ensure(name: str, owner: ID) -> None:
    """Ensures that the data-block has an active action that combines with the takes below it."""
    data = owner.animation_data
    if data.action is None:
        action = _hand_edits(name, owner)
        version.play(data, action, version.slot_for(action, owner))
        data.action_blend_type, data.action_influence, data.action_extrapolation = "COMBINE", 1.0, "HOLD"
    elif data.action_blend_type == "REPLACE":
        if _covers_others(owner, data):
            _push_down(data)
            ensure(name, owner)
        else:
            data.action_blend_type = "COMBINE"
            owner[REPLACED] = True


def is_hand_edits(action: Action | None) -> bool:
    """Whether MetaFace created the action for hand edits."""
    return action is not None and HAND_EDITS in action


def drop_if_empty(owner: ID) -> None:
    """Removes the hand-edit layer if it has no keys, and the animation data if it is empty then."""
    data = owner.animation_data
    action = data.action
    if is_hand_edits(action) and not len(list(version.played(data))):
        version.play(data, None, None)
        data.action_blend_type = "REPLACE"
        if action.users - action.use_fake_user <= 0:
            bpy.data.actions.remove(action)
    elif action is not None and owner.get(REPLACED):
        data.action_blend_type = "REPLACE"
    owner.pop(REPLACED, None)
    if data.action is None and not data.nla_tracks and not data.drivers:
        owner.animation_data_clear()


def endless(owner: ID) -> set[str]:
    """The data paths of a data-block's hand edits that do not return to the neutral value."""
    data = owner.animation_data
    if data is None or not is_hand_edits(data.action):
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


def store_checksum(action: Action) -> None:
    """Stores the checksum of a take's generated keys."""
    action[_CHECKSUM] = _checksum(action)


def is_edited(action: Action) -> bool:
    """Whether keys inside the take were edited since it was generated, instead of in the layer above."""
    return _CHECKSUM in action and abs(action[_CHECKSUM] - _checksum(action)) > 1e-6 * max(1.0, abs(action[_CHECKSUM]))


def keep_copy(action: Action) -> Action:
    """Copies an edited take, which regenerating replaces, to an action that stays in the file."""
    copy = action.copy()
    copy.name = f"{action.name} (edited)"
    copy.use_fake_user = True
    for name in (tracks.LINE, _CHECKSUM):
        copy.pop(name, None)
    return copy


def _hand_edits(name: str, owner: ID) -> Action:
    """The character's action for hand edits: one for all its data-blocks if actions have slots."""
    if version.SLOTTED:
        for action in bpy.data.actions:
            if action.get(HAND_EDITS) == name and action.is_editable and action.users > action.use_fake_user:
                return action
    title = f"{name} hand edits" if version.SLOTTED else f"{name} hand edits {owner.name}"
    action = bpy.data.actions.new(title)
    action[HAND_EDITS] = name
    return action


def _covers_others(owner: ID, data: AnimData) -> bool:
    """Whether the active action keys a property that one of the animator's tracks animates too."""
    keyed = {(curve.data_path, curve.array_index) for curve in version.played(data)}
    for track in tracks.other_tracks(owner):
        for strip in track.strips:
            if any((curve.data_path, curve.array_index) in keyed for curve in version.played(strip)):
                return True
    return False


def _push_down(data: AnimData) -> None:
    """Moves the active action to a new track, above the animator's tracks and below MetaFace's."""
    action, slot = data.action, version.slot_of(data)
    below = None
    for track in data.nla_tracks:
        if tracks.is_ours(track):
            break
        below = track
    track = data.nla_tracks.new(prev=below) if below is not None else data.nla_tracks.new()
    track.name = action.name
    span = version.frame_range(action, slot)
    strip = track.strips.new(action.name, int(span[0]), action)
    version.play(strip, action, slot)
    tracks.set_range(track, strip, span, span)
    strip.extrapolation, strip.blend_type = data.action_extrapolation, "REPLACE"
    strip.use_auto_blend = False
    strip.influence = data.action_influence
    version.play(data, None, None)


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


def _checksum(action: Action) -> float:
    """A number that changes when keys are moved, added or removed."""
    total = 0.0
    for number, bag in enumerate(version.bags(action)):
        for curve in bag.fcurves:
            frames, values = fcurves.read(curve)
            weights = np.arange(1.0, len(frames) + 1.0)
            total += (number + 1.0) * (len(frames) + float(weights @ values) + 0.01 * float(weights @ frames))
    return total
