"""The animator's own layer above the takes: the active action of a data-block."""

from __future__ import annotations

import bpy
from bpy.types import ID, Action, AnimData

from . import tracks, version

HAND_EDITS = "metaface_hand_edits"
"""The custom property of an action that we made for hand edits: whose they are."""

REPLACED = "metaface_replaced"
"""The custom property of a data-block whose action replaced what is below it until the first take."""


def ensure(name: str, owner: ID) -> None:
    """Sees to it that the data-block's active action lets the takes below it through."""
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
    """Whether we made the action, for hand edits."""
    return action is not None and HAND_EDITS in action


def drop_if_empty(owner: ID) -> None:
    """Takes away a layer for hand edits that has none, and animation data that is left with nothing in it."""
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
    """The character's action for hand edits: one for all its data-blocks where actions have slots."""
    if version.SLOTTED:
        for action in bpy.data.actions:
            if action.get(HAND_EDITS) == name and action.is_editable and action.users > action.use_fake_user:
                return action
    title = f"{name} hand edits" if version.SLOTTED else f"{name} hand edits {owner.name}"
    action = bpy.data.actions.new(title)
    action[HAND_EDITS] = name
    return action


def _covers_others(owner: ID, data: AnimData) -> bool:
    """Whether the active action keys something that a track of the animator's own animates too."""
    own = {(curve.data_path, curve.array_index) for curve in version.played(data)}
    for track in tracks.foreign(owner):
        for strip in track.strips:
            if any((curve.data_path, curve.array_index) in own for curve in version.played(strip)):
                return True
    return False


def _push_down(data: AnimData) -> None:
    """The active action onto a track of its own, above the animator's tracks and below ours."""
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
    tracks.lay(track, strip, span, span)
    strip.extrapolation, strip.blend_type = data.action_extrapolation, "REPLACE"
    strip.use_auto_blend = False
    strip.influence = data.action_influence
    version.play(data, None, None)
