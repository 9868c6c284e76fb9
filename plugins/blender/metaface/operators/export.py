"""Export of the character's animation, generated and hand-keyed, to other programs' files."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import errors, files, paths, selection, version
from . import ready
from .at_once import ImmediateOperator


class METAFACE_OT_export(ImmediateOperator, bpy.types.Operator):
    """Write this character's animation, with your hand edits, as curves or as an animated head"""

    bl_idname = "metaface.export"
    bl_label = "Export Animation"
    bl_options = {"REGISTER"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    form: EnumProperty(name="Format", items=files.FORMAT_ITEMS, default="CSV")
    use_preview_range: BoolProperty(
        name="Preview range", default=False, description="Only the preview range instead of the whole scene"
    )
    character_file: StringProperty(
        name="Character",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="For glTF and USD: the character's file, to which the animation is added; empty: the sample head",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a character."""
        return ready.character(cls, context) is not None

    def draw(self, _context: bpy.types.Context) -> None:
        """Draws the options in the file browser."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "form")
        layout.prop(self, "use_preview_range")
        if self.form in files.SCENES:
            layout.prop(self, "character_file")

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Opens the file browser."""
        found = selection.selected_figure(context)
        self.filepath = files.with_suffix(bpy.path.clean_name(found.name if found else "clip"), self.form)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, _context: bpy.types.Context) -> bool:
        """Keeps the file's suffix in line with the chosen format."""
        path = files.with_suffix(self.filepath, self.form)
        changed, self.filepath = path != self.filepath, path
        return changed

    def run(self, context: bpy.types.Context) -> str:
        """Samples every frame and writes the file."""
        if not self.filepath:
            raise errors.UserError("Enter a file name")
        path = paths.absolute(files.with_suffix(self.filepath, self.form), "The file")
        scene = context.scene
        preview = self.use_preview_range and scene.use_preview_range
        frames = (
            (scene.frame_preview_start, scene.frame_preview_end)
            if preview
            else (scene.frame_start, scene.frame_end)
        )
        character = paths.absolute(self.character_file, "The character file") if self.character_file else ""
        return files.export_clip(context, selection.chosen_figure(context), path, frames, character, part=preview)


CLASSES = (METAFACE_OT_export,)
