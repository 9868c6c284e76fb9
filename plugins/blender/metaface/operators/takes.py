"""Operators on takes: regenerate, use their settings, remove, end hand edits, bake down."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from .. import again, errors, jobs, layers, selection
from . import ready
from .at_once import ImmediateOperator


def _take(found, line: str):
    """The take of this line, by default of the line chosen in the panel."""
    line = line or found.root.metaface.take_line
    takes = layers.takes(found)
    for take in takes:
        if take.line == line:
            return take
    if not line and len(takes) == 1:
        return takes[0]
    raise errors.UserError(
        "Choose a take in the list first" if takes else f"“{found.name}” has no takes yet: press Generate"
    )


class TakeOperator:
    """Base of operators on a character that has takes."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a character with at least one take."""
        found = ready.character(cls, context)
        if found is None:
            return False
        if not ready.has_takes(found):
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
        selection.chosen_figure(context).root.metaface.take_line = self.line
        return {"FINISHED"}


class METAFACE_OT_regenerate(TakeOperator, jobs.BackgroundOperator, bpy.types.Operator):
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

    def plan(self, context: bpy.types.Context) -> jobs.Plan:
        """The plan that regenerates the takes."""
        found = selection.chosen_figure(context)
        takes = layers.takes(found) if self.every else [_take(found, self.line)]
        return again.plan(context, found, takes, use_panel=self.settings == "PANEL")


class METAFACE_OT_use_settings(TakeOperator, ImmediateOperator, bpy.types.Operator):
    """Copy the settings of this take to the panel"""

    bl_idname = "metaface.use_settings"
    bl_label = "Use Its Settings"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", options={"SKIP_SAVE"})

    def run(self, context: bpy.types.Context) -> str:
        """Copies the settings to the character."""
        found = selection.chosen_figure(context)
        again.to_panel(found.root, _take(found, self.line).info)
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
        found = selection.chosen_figure(context)
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
        ended = layers.end_hand_edits(selection.chosen_figure(context), self.frames)
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
        found = selection.chosen_figure(context)
        takes = layers.takes(found)
        layers.bake_down(found)
        return f"{found.name}: {len(takes)} takes and your hand edits were merged into one action"


CLASSES = (
    METAFACE_OT_choose_take,
    METAFACE_OT_regenerate,
    METAFACE_OT_use_settings,
    METAFACE_OT_remove_take,
    METAFACE_OT_end_hand_edits,
    METAFACE_OT_bake_down,
)
