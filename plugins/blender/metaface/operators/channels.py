"""The table that assigns characters to the channels of the sequencer."""

from __future__ import annotations

import bpy

from .. import selection, sounds
from .at_once import ImmediateOperator


class METAFACE_OT_read_channels(ImmediateOperator, bpy.types.Operator):
    """List every channel of the sequencer that has sound, and keep earlier assignments"""

    bl_idname = "metaface.read_channels"
    bl_label = "Read Channels"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> str:
        """Adds missing rows, removes rows without sound and character, and sorts the rows."""
        table = context.scene.metaface.channels
        used = {strip.channel for strip in sounds.strips(selection.sequencer_scene(context))}
        for index in reversed(range(len(table))):
            if table[index].channel not in used and table[index].character is None:
                table.remove(index)
        known = {row.channel for row in table}
        found = selection.selected_figure(context)
        for channel in sorted(used - known):
            row = table.add()
            row.channel = channel
            if found is not None and len(used) == 1:
                row.character = found.root
        for index, channel in enumerate(sorted(row.channel for row in table)):
            table.move([row.channel for row in table].index(channel), index)
        return "" if used else "\nThe sequencer has no sound: add sounds in the Video Sequencer first"


CLASSES = (METAFACE_OT_read_channels,)
