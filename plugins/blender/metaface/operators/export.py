"""Export: what the character does, generated and by hand, in other programs' files."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import files, lines, trouble, version
from . import ready
from .at_once import AtOnce


class METAFACE_OT_export(AtOnce, bpy.types.Operator):
    """Write what this character does, generated and by hand, as curves or as a talking head"""

    bl_idname = "metaface.export"
    bl_label = "Export Animation"
    bl_options = {"REGISTER"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    form: EnumProperty(name="Format", items=files.FORMATS, default="CSV")
    use_preview_range: BoolProperty(
        name="Preview range", default=False, description="Only the preview range instead of the whole scene"
    )
    character_file: StringProperty(
        name="Character",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="For glTF and USD: the character's own file, which comes back with the animation; "
        "empty: the sample head",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """A character."""
        return ready.character(cls, context) is not None

    def draw(self, _context: bpy.types.Context) -> None:
        """Beside the list of files."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "form")
        layout.prop(self, "use_preview_range")
        if self.form in files.SCENES:
            layout.prop(self, "character_file")

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Asks for the file first."""
        found = lines.selected(context)
        self.filepath = files.with_suffix(bpy.path.clean_name(found.name if found else "clip"), self.form)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, _context: bpy.types.Context) -> bool:
        """The name follows the format while the artist chooses."""
        named = files.with_suffix(self.filepath, self.form)
        changed, self.filepath = named != self.filepath, named
        return changed

    def act(self, context: bpy.types.Context) -> str:
        """Looks at every frame, then writes."""
        if not self.filepath:
            raise trouble.Trouble("Give the file a name")
        path = lines.absolute(files.with_suffix(self.filepath, self.form), "The file")
        scene = context.scene
        preview = self.use_preview_range and scene.use_preview_range
        frames = (
            (scene.frame_preview_start, scene.frame_preview_end)
            if preview
            else (scene.frame_start, scene.frame_end)
        )
        character = lines.absolute(self.character_file, "The character file") if self.character_file else ""
        return files.give_out(context, lines.chosen_figure(context), path, frames, character, part=preview)


CLASSES = (METAFACE_OT_export,)
