"""Operators on takes: regenerate, use their settings, remove, end hand edits, bake down."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import dataclasses
import os
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from ..host.errors import UserError
from ..host.jobs import Plan, Steps, as_steps
from ..host.options import TAKE_OPTIONS, Options
from ..scene import baking, characters, layers, lines, sounds
from ..scene.characters import Figure
from ..scene.layers import Take
from ..scene.lines import DialogueLine
from ..scene.settings import absolute_path
from . import files, generate
from .operator import BackgroundOperator, CharacterOperator, ImmediateOperator


def plan(context: bpy.types.Context, found: Figure, takes: list[Take], *, use_panel: bool) -> Plan:
    """The plan that regenerates these takes, with their stored settings or with the panel's."""
    chosen = [_line_or_error(context, found, take, use_panel) for take in takes if take.info.get("kind") != "clip"]
    clip_takes = [take for take in takes if take.info.get("kind") == "clip"]
    root = found.root.name
    if not chosen:
        return Plan("MetaFace", lambda _progress: None, lambda _result: _import_again(root, clip_takes))
    main = generate.plan(context, chosen)
    if not clip_takes:
        return main

    def finish(result: Any) -> Steps:
        message = yield from as_steps(main.finish(result))
        return message + "\n" + _import_again(root, clip_takes)

    return Plan(main.label, main.work, finish)


def _line_or_error(
    context: bpy.types.Context, found: Figure, take: Take, use_panel: bool
) -> DialogueLine:
    """The take's line, or a line with an error, so that one missing sound does not stop the other takes."""
    try:
        return _line(context, found, take, use_panel)
    except UserError as error:
        return DialogueLine(take.line, take.label, found.root.name, take.sound, None, error=str(error))


def _line(context: bpy.types.Context, found: Figure, take: Take, use_panel: bool) -> DialogueLine:
    line = _line_at_its_sound(context, found, take)
    if not use_panel:
        return dataclasses.replace(line, options=Options.from_json(take.info | {"speaker": _speaker(take)}))
    return line


def _line_at_its_sound(context: bpy.types.Context, found: Figure, take: Take) -> DialogueLine:
    """The take's line at the current place of its sound: at its strip, or at the frame of its file."""
    for strip in sounds.strips(sounds.sequencer_scene(context)):
        if strip.key == take.line:
            return lines.from_strip(strip, found, _channel_speaker(context, strip.channel))
    path = absolute_path(take.sound, "The sound")
    if not os.path.isfile(path):
        raise UserError(
            f"The sound of the take “{take.label}” is missing: neither its strip nor {path} exists. "
            "Restore the sound, or remove the take"
        )
    if "frame" not in take.info:
        raise UserError(
            f"The sound strip of the take “{take.label}” was removed from the sequencer. "
            "Restore it with Undo, or generate the line from its file"
        )
    return lines.from_path(found, path, int(take.info["frame"]), take.line)


def _channel_speaker(context: bpy.types.Context, channel: int) -> str:
    """The speaker file that the channel table assigns to a channel; empty for the character's speaker."""
    settings = context.scene.metaface
    if settings.source != "ALL":
        return ""
    return next((row.speaker for row in settings.channels if row.channel == channel and row.use), "")


def _speaker(take: Take) -> str:
    """The speaker file with which the take was generated."""
    return absolute_path(str(take.info.get("speaker", "")), "The speaker")


def _import_again(root: str, takes: list[Take]) -> str:
    """Imports captures from their files again."""
    found = characters.require_named(root)
    messages = []
    for take in takes:
        path = absolute_path(take.info["clip"], "The animation file")
        messages.append(files.import_clip(bpy.context, found, path, float(take.info["frame"]), take.line))
    return "\n".join(messages)


def _take(found: Figure, line: str) -> Take:
    """The take of this line, by default of the line chosen in the panel."""
    line = line or found.root.metaface.take_line
    takes = layers.takes(found)
    for take in takes:
        if take.line == line:
            return take
    if not line and len(takes) == 1:
        return takes[0]
    raise UserError(
        "Choose a take in the list first" if takes else f"“{found.name}” has no takes yet: press Generate"
    )


class TakeOperator(CharacterOperator):
    """Base of operators on a character that has takes."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a character with at least one take."""
        if not super().poll(context):
            return False
        if not layers.has_takes(characters.selected(context)):
            cls.poll_message_set("The character has no takes yet: press Generate")
            return False
        return True


class METAFACE_OT_choose_take(bpy.types.Operator):
    """Choose this take"""

    bl_idname = "metaface.choose_take"
    bl_label = "Choose Take"
    bl_options = {"INTERNAL"}

    line: StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Stores the choice on the character."""
        characters.require_selected(context).root.metaface.take_line = self.line
        return {"FINISHED"}


class METAFACE_OT_regenerate(TakeOperator, BackgroundOperator, bpy.types.Operator):
    """Generate takes again with the current sounds, speakers and rig map. Your hand edits stay"""

    bl_idname = "metaface.regenerate"
    bl_label = "Regenerate"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", description="The take's line; empty: the chosen take", options={"SKIP_SAVE"})
    every: BoolProperty(name="All takes", description="Every take of the character", options={"SKIP_SAVE"})
    settings: EnumProperty(
        name="Settings",
        items=(
            ("TAKE", "The take's", "The strength, gains, speaker, seed and other settings of the take"),
            ("PANEL", "The panel's", "The current settings of the panel"),
        ),
        default="TAKE",
    )

    def plan(self, context: bpy.types.Context) -> Plan:
        """The plan that regenerates the takes."""
        found = characters.require_selected(context)
        takes = layers.takes(found) if self.every else [_take(found, self.line)]
        return plan(context, found, takes, use_panel=self.settings == "PANEL")


class METAFACE_OT_use_settings(TakeOperator, ImmediateOperator, bpy.types.Operator):
    """Copy the settings of this take to the panel"""

    bl_idname = "metaface.use_settings"
    bl_label = "Use Its Settings"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> str:
        """Copies the settings to the character."""
        found = characters.require_selected(context)
        info = _take(found, self.line).info
        if info.get("kind") == "clip":
            raise UserError("This take was imported from a file and has no settings. Choose a generated take")
        panel = found.root.metaface
        for option in TAKE_OPTIONS:
            setattr(panel, option.name, type(option.default)(info.get(option.name, option.default)))
        panel.speaker = str(info.get("speaker", ""))
        return ""


class METAFACE_OT_remove_take(TakeOperator, ImmediateOperator, bpy.types.Operator):
    """Remove generated motion; your hand edits stay"""

    bl_idname = "metaface.remove_take"
    bl_label = "Remove Take"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", options={"SKIP_SAVE"})
    every: BoolProperty(name="All takes", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> str:
        """Removes one take, or all."""
        found = characters.require_selected(context)
        takes = layers.takes(found) if self.every else [_take(found, self.line)]
        for take in takes:
            layers.remove(found, take.line)
        return "1 take removed" if len(takes) == 1 else f"{len(takes)} takes removed"


class METAFACE_OT_end_hand_edits(TakeOperator, ImmediateOperator, bpy.types.Operator):
    """End hand edits shortly before and after their keys, if their outermost keys hold and change every line"""

    bl_idname = "metaface.end_hand_edits"
    bl_label = "End Hand Edits"
    bl_options = {"REGISTER", "UNDO"}

    frames: FloatProperty(
        name="Frames",
        default=4.0,
        min=1.0,
        soft_max=48.0,
        description="Distance from the outermost keys to the end of the edit",
    )

    def run(self, context: bpy.types.Context) -> str:
        """Adds neutral keys before the first and after the last key of each hand edit."""
        ended = layers.end_hand_edits(characters.require_selected(context), self.frames)
        return f"{ended} hand edits ended" if ended else "All hand edits already have an end"


class METAFACE_OT_bake_down(TakeOperator, ImmediateOperator, bpy.types.Operator):
    """Merge takes and hand edits into one ordinary action. Takes can no longer be regenerated afterwards"""

    bl_idname = "metaface.bake_down"
    bl_label = "Bake Down"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Asks for confirmation: takes can no longer be regenerated afterwards."""
        return context.window_manager.invoke_confirm(self, event)

    def run(self, context: bpy.types.Context) -> str:
        """Bakes the frames of all takes and hand edits."""
        found = characters.require_selected(context)
        takes = layers.takes(found)
        baking.bake_down(found)
        return f"{found.name}: {len(takes)} takes and your hand edits were merged into one action"


CLASSES = (
    METAFACE_OT_choose_take,
    METAFACE_OT_regenerate,
    METAFACE_OT_use_settings,
    METAFACE_OT_remove_take,
    METAFACE_OT_end_hand_edits,
    METAFACE_OT_bake_down,
)
