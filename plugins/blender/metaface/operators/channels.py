"""The table that says who speaks on which channel of the sequencer."""

from __future__ import annotations

import bpy

from .. import lines, sounds
from .at_once import AtOnce


class METAFACE_OT_read_channels(AtOnce, bpy.types.Operator):
    """List every channel of the sequencer that has sound, and keep what was chosen before"""

    bl_idname = "metaface.read_channels"
    bl_label = "Read Channels"
    bl_options = {"REGISTER", "UNDO"}

    def act(self, context: bpy.types.Context) -> str:
        """Adds rows that are missing, drops those without sound or choice, and sorts them."""
        table = context.scene.metaface.channels
        used = {strip.channel for strip in sounds.strips(lines.sequencer(context))}
        for index in reversed(range(len(table))):
            if table[index].channel not in used and table[index].character is None:
                table.remove(index)
        known = {row.channel for row in table}
        found = lines.selected(context)
        for channel in sorted(used - known):
            row = table.add()
            row.channel = channel
            if found is not None and len(used) == 1:
                row.character = found.root
        for place, channel in enumerate(sorted(row.channel for row in table)):
            table.move([row.channel for row in table].index(channel), place)
        return "" if used else "\nThe sequencer has no sound: add sounds in the Video Sequencer first"


CLASSES = (METAFACE_OT_read_channels,)
