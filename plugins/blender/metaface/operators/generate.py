"""Generate: animates the sounds that are chosen in the panel."""

from __future__ import annotations

import bpy

from .. import jobs, lines, reach, sounds, speaking
from . import ready


class METAFACE_OT_generate(jobs.BackgroundOperator, bpy.types.Operator):
    """Animate the character to the sound. Generating a line again replaces its take; your hand edits stay"""

    bl_idname = "metaface.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a sound and a character."""
        source = context.scene.metaface.source
        if source == "ALL":
            return ready.idle(cls)
        if ready.character(cls, context) is None:
            return False
        if source == "FILE" and not context.scene.metaface.sound_file:
            cls.poll_message_set("Choose a sound file first")
            return False
        if source == "STRIP" and sounds.active(context) is None:
            cls.poll_message_set("Click a sound strip in the Video Sequencer first")
            return False
        return True

    def plan(self, context: bpy.types.Context) -> jobs.Plan:
        """The plan for the panel's lines."""
        chosen = lines.collect(context)
        return reach.with_range_warning(speaking.plan(context, chosen), chosen)


CLASSES = (METAFACE_OT_generate,)
