"""What can be done with takes: make again, use their settings, remove, bake down."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from .. import again, jobs, layers, lines, trouble
from . import ready
from .at_once import AtOnce


def _take(found, line: str):
    """The take of this line, or of the line chosen in the panel."""
    line = line or found.root.metaface.take_line
    takes = layers.takes(found)
    for take in takes:
        if take.line == line:
            return take
    if not line and len(takes) == 1:
        return takes[0]
    raise trouble.Trouble(
        "Choose a take in the list first" if takes else f"“{found.name}” has no takes yet: press Generate"
    )


class OfTakes:
    """Operators on a character that has takes."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """A character with a take at least."""
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
        """Remembers it on the character."""
        lines.chosen_figure(context).root.metaface.take_line = self.line
        return {"FINISHED"}


class METAFACE_OT_regenerate(OfTakes, jobs.Working, bpy.types.Operator):
    """Make takes again: with the sounds, speakers and rig map as they are now. Your hand edits stay"""

    bl_idname = "metaface.regenerate"
    bl_label = "Regenerate"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", description="Which take; empty: the chosen one", options={"SKIP_SAVE"})
    every: BoolProperty(name="All takes", description="Every take of the character", options={"SKIP_SAVE"})
    settings: EnumProperty(
        name="Settings",
        items=(
            ("TAKE", "The take's", "As it was made: the same strength, gains, speaker and seed"),
            ("PANEL", "The panel's", "As the panel stands now"),
        ),
        default="TAKE",
    )

    def plan(self, context: bpy.types.Context) -> jobs.Plan:
        """The takes' lines, found again."""
        found = lines.chosen_figure(context)
        takes = layers.takes(found) if self.every else [_take(found, self.line)]
        return again.plan(context, found, takes, use_panel=self.settings == "PANEL")


class METAFACE_OT_use_settings(OfTakes, AtOnce, bpy.types.Operator):
    """Bring the settings that this take was made with back into the panel"""

    bl_idname = "metaface.use_settings"
    bl_label = "Use Its Settings"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context) -> str:
        """Copies them to the character."""
        found = lines.chosen_figure(context)
        again.to_panel(found.root, _take(found, self.line).info)
        return ""


class METAFACE_OT_remove_take(OfTakes, AtOnce, bpy.types.Operator):
    """Remove generated motion; your hand edits stay"""

    bl_idname = "metaface.remove_take"
    bl_label = "Remove Take"
    bl_options = {"REGISTER", "UNDO"}

    line: StringProperty(name="Take", options={"SKIP_SAVE"})
    every: BoolProperty(name="All takes", options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context) -> str:
        """One take, or all."""
        found = lines.chosen_figure(context)
        gone = layers.takes(found) if self.every else [_take(found, self.line)]
        for take in gone:
            layers.remove(found, take.line)
        return "1 take removed" if len(gone) == 1 else f"{len(gone)} takes removed"


class METAFACE_OT_end_hand_edits(OfTakes, AtOnce, bpy.types.Operator):
    """Hand edits that change every line, because their last key holds for ever, end shortly after their keys"""

    bl_idname = "metaface.end_hand_edits"
    bl_label = "End Hand Edits"
    bl_options = {"REGISTER", "UNDO"}

    frames: FloatProperty(
        name="Frames",
        default=4.0,
        min=1.0,
        soft_max=48.0,
        description="From the outermost keys to where nothing is added",
    )

    def act(self, context: bpy.types.Context) -> str:
        """Keys at which nothing is added, before the first and after the last."""
        ended = layers.end_hand_edits(lines.chosen_figure(context), self.frames)
        return f"{ended} hand edits end now" if ended else "Every hand edit ends already"


class METAFACE_OT_bake_down(OfTakes, AtOnce, bpy.types.Operator):
    """When you are done: everything that is seen, generated and by hand, becomes one ordinary action"""

    bl_idname = "metaface.bake_down"
    bl_label = "Bake Down"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Asks first: takes can no longer be regenerated afterwards."""
        return context.window_manager.invoke_confirm(self, event)

    def act(self, context: bpy.types.Context) -> str:
        """Over the frames of all takes and hand edits."""
        found = lines.chosen_figure(context)
        takes = layers.takes(found)
        layers.bake_down(found)
        return f"{found.name}: {len(takes)} takes and your hand edits are one action now"


CLASSES = (
    METAFACE_OT_choose_take,
    METAFACE_OT_regenerate,
    METAFACE_OT_use_settings,
    METAFACE_OT_remove_take,
    METAFACE_OT_end_hand_edits,
    METAFACE_OT_bake_down,
)
