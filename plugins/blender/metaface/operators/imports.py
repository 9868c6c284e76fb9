"""Import: a capture becomes a take of the character."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import EnumProperty, StringProperty

from .. import files, lines, sounds, trouble
from . import ready
from .at_once import AtOnce


class METAFACE_OT_import_curves(AtOnce, bpy.types.Operator):
    """Read curves (Live Link CSV, Audio2Face JSON, a clip in glTF or USD) as a take of this character"""

    bl_idname = "metaface.import_curves"
    bl_label = "Import Curves"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default=files.READS, options={"HIDDEN"})
    at: EnumProperty(
        name="At",
        items=(
            ("FRAME", "Current frame", "The first frame of the take lies at the current frame"),
            ("START", "Start of the scene", "At the scene's first frame"),
            ("STRIP", "Active sound", "Where the active sound strip's file begins"),
        ),
        default="FRAME",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """A character."""
        return ready.character(cls, context) is not None

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Asks for the file first."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def act(self, context: bpy.types.Context) -> str:
        """Reads and writes; a minute of curves takes a moment."""
        if not self.filepath:
            raise trouble.Trouble("Choose a file of curves")
        path = lines.absolute(self.filepath, "The file of curves")
        return files.take_in(context, lines.chosen_figure(context), path, self._frame(context))

    def _frame(self, context: bpy.types.Context) -> float:
        if self.at == "START":
            return float(context.scene.frame_start)
        if self.at == "FRAME":
            return float(context.scene.frame_current)
        strip = sounds.active(context)
        if strip is None:
            raise trouble.Trouble("No sound strip is active: click one in the Video Sequencer, or choose another place")
        return strip.placed.start_frame


CLASSES = (METAFACE_OT_import_curves,)
