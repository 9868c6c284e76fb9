"""The differences between Blender 4.2 and 5.2. No other module depends on Blender's version.

| since | change |
|---|---|
| 4.4 | an action has slots, one per animated data-block; before, an action belonged to one type of data-block |
| 4.4 | `sequence_editor.strips`; before, `.sequences`, which 5.0 removed |
| 4.5 | Python has the retiming keys of sound strips; a file path property declares whether it accepts `//` |
| 5.0 | `action.fcurves` and `action.groups` were removed: F-curves are in a slot's channelbag |
| 5.2 | strips' frames have new names (`content_start`, `left_handle`); the old names still work |
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy
from bpy.types import ID, Action, AnimData, FCurve, NlaStrip

SLOTTED = bpy.app.version >= (4, 4, 0)
"""Whether one action can animate several data-blocks, each through a separate slot."""

RELATIVE_PATHS: set[str] = {"PATH_SUPPORTS_BLEND_RELATIVE"} if bpy.app.version >= (4, 5, 0) else set()
"""Options of a file path property that accepts `//`, which must be declared from 4.5 on."""

_BAGS_ONLY = bpy.app.version >= (5, 0, 0)


def slot_for(action: Action, owner: ID):
    """The action's slot for a data-block, created if missing; `None` if actions have no slots.

    As in Blender, the type and the name of the data-block identify a slot.
    """
    if not SLOTTED:
        action.id_root = owner.id_type
        return None
    for slot in action.slots:
        if slot.target_id_type == owner.id_type and slot.name_display == owner.name:
            return slot
    return new_slot(action, owner)


def new_slot(action: Action, owner: ID):
    """Adds a slot for a data-block to the action; `None` if actions have no slots."""
    if not SLOTTED:
        action.id_root = owner.id_type
        return None
    return action.slots.new(id_type=owner.id_type, name=owner.name)


def same_slot(action: Action, slot):
    """The slot of a copied action that corresponds to this slot of the original."""
    return None if slot is None else next(s for s in action.slots if s.identifier == slot.identifier)


def bag(action: Action, slot, *, make: bool = False):
    """The holder of a slot's F-curves: a channelbag, or the action itself; `None` if there is no holder."""
    if not SLOTTED:
        return action
    if slot is None:
        return None
    for layer in action.layers:
        for strip in layer.strips:
            found = strip.channelbag(slot)
            if found is not None:
                return found
    if not make:
        return None
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True)


def bags(action: Action) -> list:
    """All holders of F-curves in an action."""
    if not SLOTTED:
        return [action]
    return [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]


def slot_of(player: AnimData | NlaStrip):
    """The slot that an animated data-block or an NLA strip plays; `None` if actions have no slots."""
    return player.action_slot if SLOTTED else None


def played(player: AnimData | NlaStrip) -> Iterable[FCurve]:
    """The F-curves that an animated data-block's action or an NLA strip plays."""
    if player.action is None:
        return ()
    found = bag(player.action, slot_of(player))
    return () if found is None else found.fcurves


def play(player: AnimData | NlaStrip, action: Action | None, slot) -> None:
    """Makes an animated data-block or an NLA strip play a slot of an action."""
    if player.action != action:
        player.action = action
    if SLOTTED and action is not None:
        player.action_slot = slot


def add_curve(holder, path: str, index: int, group: str) -> FCurve:
    """Adds an F-curve to a holder from [`bag`]; `group` is its heading in the dope sheet, or empty."""
    if _BAGS_ONLY:
        return holder.fcurves.new(path, index=index, group_name=group)
    if not SLOTTED:
        return holder.fcurves.new(path, index=index, action_group=group)
    curve = holder.fcurves.new(path, index=index)
    if group:
        curve.group = holder.groups.get(group) or holder.groups.new(group)
    return curve


def sequences(scene: bpy.types.Scene):
    """The top-level strips of the scene's sequencer; empty if there is no sequencer."""
    editor = scene.sequence_editor
    if editor is None:
        return ()
    return editor.strips if hasattr(editor, "strips") else editor.sequences


def nested(strip) -> Iterable:
    """The strips inside a meta strip."""
    return strip.strips if hasattr(strip, "strips") else strip.sequences


def sequences_for_writing(scene: bpy.types.Scene):
    """As [`sequences`], but creates the sequencer if it is missing."""
    if scene.sequence_editor is None:
        scene.sequence_editor_create()
    return sequences(scene)


def active_sequence(scene: bpy.types.Scene):
    """The sequencer's active strip, or `None`."""
    editor = scene.sequence_editor
    return None if editor is None else editor.active_strip


def sequencer_scene(context: bpy.types.Context) -> bpy.types.Scene:
    """The scene of the visible sequencer: since 5.0 a workspace can pin another scene's."""
    return getattr(context, "sequencer_scene", None) or context.scene


def frame_range(action: Action, slot) -> tuple[float, float]:
    """The frames of the first and the last key of a slot."""
    found = bag(action, slot)
    ranges = [curve.range() for curve in found.fcurves] if found is not None else []
    if not ranges:
        return 0.0, 1.0
    return min(r[0] for r in ranges), max(r[1] for r in ranges)


def sequence_times(strip) -> tuple[float, float, float, float]:
    """A strip's frames: start of the content, start and end of the visible part, end of the content."""
    if hasattr(strip, "content_start"):
        begin = strip.left_handle - strip.left_handle_offset
        return begin, strip.left_handle, strip.right_handle, begin + strip.content_duration
    begin = strip.frame_final_start - strip.frame_offset_start
    return begin, strip.frame_final_start, strip.frame_final_end, begin + strip.frame_duration


def move_sequence(strip, frame: int) -> None:
    """Moves a strip so that its content starts at a frame."""
    if hasattr(strip, "content_start"):
        strip.content_start = frame
    else:
        strip.frame_start = frame


def is_retimed(strip) -> bool:
    """Whether the strip plays faster or slower than its file; always false before 4.5."""
    return len(getattr(strip, "retiming_keys", ())) > 0
