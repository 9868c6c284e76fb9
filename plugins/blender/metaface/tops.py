"""The animator's layer above the takes: the active action of a data-block."""

from __future__ import annotations

import bpy
from bpy.types import ID, Action, AnimData

from . import tracks, version

HAND_EDITS = "metaface_hand_edits"
"""The custom property of an action that MetaFace created for hand edits: the character's name."""

REPLACED = "metaface_replaced"
"""The custom property of a data-block whose action had the blend type Replace before the first take."""


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
