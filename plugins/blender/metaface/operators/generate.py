"""Generate: the sounds that the panel names become motion."""

from __future__ import annotations

import bpy

from .. import jobs, lines, reach, sounds, speaking
from . import ready


class METAFACE_OT_generate(jobs.Working, bpy.types.Operator):
    """Make the character speak. The same line generated again replaces itself; your hand edits stay"""

    bl_idname = "metaface.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Something to speak, and somebody to speak it."""
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
        """The lines of the panel."""
        chosen = lines.collect(context)
        return reach.watched(speaking.plan(context, chosen), chosen)


CLASSES = (METAFACE_OT_generate,)
