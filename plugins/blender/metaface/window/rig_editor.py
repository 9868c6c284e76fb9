"""The part of the panel that lists driven and undriven shapes and bones, and the editor of the rig map."""

from __future__ import annotations

import bpy

from ..commands.layout import paragraph
from ..host.rig_map import joint_kind
from ..host.wording import count, driven
from ..scene import rig
from ..scene.characters import Figure
from . import preview


class METAFACE_UL_shapes(bpy.types.UIList):
    """Rows of the rig map: a shape, its channel and a gain."""

    bl_idname = "METAFACE_UL_shapes"

    def draw_item(self, context, layout, data, item, _icon, _active, _property, _index=0, _flag=0) -> None:
        """Draws shape, channel and gain side by side, and marks empty fields."""
        row = layout.row(align=True)
        row.label(text=item.target or "choose a shape", icon="SHAPEKEY_DATA" if item.target else "ERROR")
        row.label(text=item.channel or "choose a channel", icon="NONE" if item.channel else "ERROR")
        row.prop(item, "gain", text="", emboss=False)

    def filter_items(self, _context, data, property):
        """Filters by the names of shapes and channels."""
        wanted = self.filter_name.lower()
        rows = getattr(data, property)
        shown = self.bitflag_filter_item
        flags = [shown if wanted in f"{row.target} {row.channel}".lower() else 0 for row in rows] if wanted else []
        return flags, []


class METAFACE_UL_bones(bpy.types.UIList):
    """Rows of the rig map: a bone, its role and a gain."""

    bl_idname = "METAFACE_UL_bones"

    def draw_item(self, context, layout, data, item, _icon, _active, _property, _index=0, _flag=0) -> None:
        """Draws bone, role and gain side by side."""
        row = layout.row(align=True)
        row.label(text=item.joint or "choose a bone", icon="BONE_DATA" if item.joint else "ERROR")
        row.prop(item, "role", text="", emboss=False)
        row.prop(item, "gain", text="", emboss=False)


def draw(layout: bpy.types.UILayout, context: bpy.types.Context, found: Figure) -> None:
    """Draws this part of the panel."""
    known = preview.while_drawing(found)
    if known is None:
        layout.label(text="Checking the character …", icon="TIME")
        return
    if known.report is None:
        paragraph(layout, context, known.error, "ERROR")
        return
    _draw_driven(layout, known.report)
    _draw_undriven(layout, context, known.report)
    _draw_channels(layout, context, known.report)
    _draw_limits(layout, found, known.report)
    layout.separator()
    _draw_map(layout, found)


def _draw_driven(layout: bpy.types.UILayout, report) -> None:
    title = f"Will move: {count(len(report.driven), 'shape')}, {count(len(report.driven_joints), 'bone')}"
    header, body = layout.panel("METAFACE_driven", default_closed=True)
    header.label(text=title, icon="CHECKMARK")
    if body is None:
        return
    column = body.column(align=True)
    for at, (name, channels) in enumerate(driven(report)):
        row = column.split(factor=0.5)
        row.label(text=name, icon="SHAPEKEY_DATA" if at < len(report.driven) else "BONE_DATA")
        row.label(text=channels)


def _draw_undriven(layout: bpy.types.UILayout, context: bpy.types.Context, report) -> None:
    header, body = layout.panel("METAFACE_undriven", default_closed=True)
    header.label(text=f"Will stay at rest: {count(len(report.undriven_targets), 'shape')}", icon="CANCEL")
    if body is None:
        return
    for shape in report.undriven_targets:
        box = body.box().column(align=True)
        row = box.row()
        row.label(text=shape.target, icon="SHAPEKEY_DATA")
        row.operator("metaface.add_shape_row", text="", icon="ADD").target = shape.target
        paragraph(box, context, shape.reason)


def _draw_channels(layout: bpy.types.UILayout, context: bpy.types.Context, report) -> None:
    if not report.undriven_channels:
        return
    header, body = layout.panel("METAFACE_channels", default_closed=True)
    header.label(text=f"Unused: {count(len(report.undriven_channels), 'channel')}", icon="INFO")
    if body is None:
        return
    by_reason: dict[str, list[str]] = {}
    for channel in report.undriven_channels:
        by_reason.setdefault(channel.reason, []).append(channel.channel)
    for reason, channels in by_reason.items():
        paragraph(body, context, f"{', '.join(channels)}: {reason}")


def _draw_limits(layout: bpy.types.UILayout, found: Figure, report) -> None:
    kinds = {joint_kind(bone.channels) for bone in report.driven_joints} - {""}
    if not kinds:
        return
    header, body = layout.panel("METAFACE_limits", default_closed=False)
    header.label(text="Bones", icon="BONE_DATA")
    if body is None:
        return
    settings = found.root.metaface
    column = body.column(align=True)
    for kind in ("jaw", "head", "eye"):
        if kind in kinds:
            row = column.row(align=True)
            row.prop(settings, f"{kind}_factor")
            row.prop(settings, f"{kind}_limit")


def _draw_map(layout: bpy.types.UILayout, found: Figure) -> None:
    settings = found.root.metaface
    row = layout.row(align=True)
    if not rig.is_edited(found.root):
        row.operator("metaface.edit_rig_map", icon="GREASEPENCIL")
        row.operator("metaface.load_rig_map", text="", icon="FILE_FOLDER")
        row.operator("metaface.save_rig_map", text="", icon="FILE_TICK")
        return
    row.label(text="Rig map, edited")
    row.operator("metaface.load_rig_map", text="", icon="FILE_FOLDER")
    row.operator("metaface.save_rig_map", text="", icon="FILE_TICK")
    row.operator("metaface.reset_rig_map", text="", icon="LOOP_BACK")
    _draw_table(layout, settings, "shape", "METAFACE_UL_shapes", "metaface.add_shape_row")
    if 0 <= settings.shape_row < len(settings.shape_rows):
        _draw_shape(layout, found, settings.shape_rows[settings.shape_row])
    _draw_table(layout, settings, "bone", "METAFACE_UL_bones", "metaface.add_bone_row")
    if 0 <= settings.bone_row < len(settings.bone_rows):
        row = settings.bone_rows[settings.bone_row]
        if found.armature is not None:
            layout.prop_search(row, "joint", found.armature.data, "bones")
        else:  # objects that rotate rigidly
            layout.prop_search(row, "joint", bpy.data, "objects", text="Object")


def _draw_table(layout: bpy.types.UILayout, settings, kind: str, list_type: str, add: str) -> None:
    row = layout.row()
    row.template_list(list_type, "", settings, f"{kind}_rows", settings, f"{kind}_row", rows=4)
    column = row.column(align=True)
    column.operator(add, text="", icon="ADD")
    column.operator("metaface.remove_row", text="", icon="REMOVE").kind = kind.upper()


def _draw_shape(layout: bpy.types.UILayout, found: Figure, row) -> None:
    """Draws the fields of the chosen row."""
    column = layout.column(align=True)
    mesh = next((mesh for mesh in found.meshes if mesh.name == row.mesh), found.meshes[0])
    owner = next((m for m in found.meshes if row.target in m.data.shape_keys.key_blocks), mesh)
    column.prop_search(row, "target", owner.data.shape_keys if row.target else mesh.data.shape_keys, "key_blocks")
    column.prop(row, "channel")
    column.prop(row, "mesh")


CLASSES = (METAFACE_UL_shapes, METAFACE_UL_bones)
