"""Editing the rig map, for characters whose names are not recognised."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..host import library
from ..host.errors import UserError
from ..scene import characters, rig
from ..scene.characters import Figure
from ..scene.settings import absolute_path
from .operator import CharacterOperator, ImmediateOperator


class RigMapOperator(CharacterOperator, ImmediateOperator):
    """Base of operators on the selected character's map; they implement `change`."""

    def change(self, context: bpy.types.Context, found: Figure) -> None:
        """Changes the map; raises `UserError`."""
        raise NotImplementedError

    def run(self, context: bpy.types.Context) -> str:
        """Changes the map and reports nothing."""
        self.change(context, characters.require_selected(context))
        return ""


class METAFACE_OT_edit_rig_map(RigMapOperator, bpy.types.Operator):
    """Edit the map that was discovered from the names; it is stored with the character"""

    bl_idname = "metaface.edit_rig_map"
    bl_label = "Edit Rig Map"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Stores the discovered map as the edited one."""
        rig.store(found.root, rig.rig_map(found).to_json())


class METAFACE_OT_reset_rig_map(RigMapOperator, bpy.types.Operator):
    """Discard the edits: the map is discovered from the names again"""

    bl_idname = "metaface.reset_rig_map"
    bl_label = "Reset Rig Map"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Removes the edited map."""
        rig.reset(found.root)


class METAFACE_OT_add_shape_row(RigMapOperator, bpy.types.Operator):
    """Drive another shape with a channel"""

    bl_idname = "metaface.add_shape_row"
    bl_label = "Add Shape"
    bl_options = {"REGISTER", "UNDO"}

    target: StringProperty(name="Shape", options={"SKIP_SAVE"})
    channel: StringProperty(name="Channel", options={"SKIP_SAVE"})

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Adds a row."""
        settings = rig.start_editing(found)
        row = settings.shape_rows.add()
        settings.shape_row = len(settings.shape_rows) - 1
        row.target, row.channel = self.target, self.channel


class METAFACE_OT_add_bone_row(RigMapOperator, bpy.types.Operator):
    """Rotate another bone"""

    bl_idname = "metaface.add_bone_row"
    bl_label = "Add Bone"
    bl_options = {"REGISTER", "UNDO"}

    joint: StringProperty(name="Bone", options={"SKIP_SAVE"})
    role: EnumProperty(
        name="Turns as",
        items=(("HEAD", "Head", ""), ("JAW", "Jaw", ""), ("LEFT_EYE", "Left eye", ""), ("RIGHT_EYE", "Right eye", "")),
        options={"SKIP_SAVE"},
    )

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Adds a row."""
        settings = rig.start_editing(found)
        row = settings.bone_rows.add()
        settings.bone_row = len(settings.bone_rows) - 1
        row.role = self.role
        row.joint = self.joint


class METAFACE_OT_remove_row(RigMapOperator, bpy.types.Operator):
    """Stop driving this shape, or rotating this bone"""

    bl_idname = "metaface.remove_row"
    bl_label = "Remove Row"
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(items=(("SHAPE", "Shape", ""), ("BONE", "Bone", "")), options={"HIDDEN", "SKIP_SAVE"})
    index: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Removes the chosen row."""
        settings = rig.start_editing(found)
        table, chosen = (
            (settings.shape_rows, settings.shape_row)
            if self.kind == "SHAPE"
            else (settings.bone_rows, settings.bone_row)
        )
        index = self.index if self.index >= 0 else chosen
        if not 0 <= index < len(table):
            raise UserError("Choose a row first")
        table.remove(index)
        rig.store_rows(found.root)


class METAFACE_OT_load_rig_map(RigMapOperator, bpy.types.Operator):
    """Read a rig map from a JSON file"""

    bl_idname = "metaface.load_rig_map"
    bl_label = "Load Rig Map"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Opens the file browser."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Stores the file's map on the character."""
        path = absolute_path(self.filepath, "The rig map")
        rig.store(found.root, library.metaface().RigMap.open(path).to_json())


class METAFACE_OT_save_rig_map(RigMapOperator, bpy.types.Operator):
    """Write this rig map to a JSON file, for other scenes and for the command line"""

    bl_idname = "metaface.save_rig_map"
    bl_label = "Save Rig Map"
    bl_options = {"REGISTER"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Opens the file browser."""
        found = characters.selected(context)
        self.filepath = bpy.path.clean_name(found.name if found else "character") + ".rigmap.json"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def change(self, _context: bpy.types.Context, found: Figure) -> None:
        """Saves the map in use, edited or discovered."""
        path = absolute_path(self.filepath, "The rig map")
        rig.rig_map(found).save(Path(path))


CLASSES = (
    METAFACE_OT_edit_rig_map,
    METAFACE_OT_reset_rig_map,
    METAFACE_OT_add_shape_row,
    METAFACE_OT_add_bone_row,
    METAFACE_OT_remove_row,
    METAFACE_OT_load_rig_map,
    METAFACE_OT_save_rig_map,
)
