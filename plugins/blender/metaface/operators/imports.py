"""Import of a capture as a take of the character."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import EnumProperty, StringProperty

from .. import errors, files, paths, selection, sounds
from . import ready
from .at_once import ImmediateOperator


class METAFACE_OT_import_curves(ImmediateOperator, bpy.types.Operator):
    """Read curves (Live Link CSV, Audio2Face JSON, a clip in glTF or USD) as a take of this character"""

    bl_idname = "metaface.import_curves"
    bl_label = "Import Curves"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default=files.IMPORT_FILTER, options={"HIDDEN"})
    at: EnumProperty(
        name="At",
        items=(
            ("FRAME", "Current frame", "The take starts at the current frame"),
            ("START", "Start of the scene", "The take starts at the scene's first frame"),
            ("STRIP", "Active sound", "The take starts where the active sound strip's file begins"),
        ),
        default="FRAME",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a character."""
        return ready.character(cls, context) is not None

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Opens the file browser."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> str:
        """Imports the file."""
        if not self.filepath:
            raise errors.UserError("Choose an animation file")
        path = paths.absolute(self.filepath, "The animation file")
        return files.import_clip(context, selection.chosen_figure(context), path, self._frame(context))

    def _frame(self, context: bpy.types.Context) -> float:
        if self.at == "START":
            return float(context.scene.frame_start)
        if self.at == "FRAME":
            return float(context.scene.frame_current)
        strip = sounds.active(context)
        if strip is None:
            raise errors.UserError("No sound strip is active: click one in the Video Sequencer or choose another start")
        return strip.placement.start_frame


CLASSES = (METAFACE_OT_import_curves,)
