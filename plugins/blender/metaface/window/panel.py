"""The MetaFace tab in the sidebars of the 3D view and the sequencer."""

from __future__ import annotations

from collections.abc import Callable

import bpy

from ..commands import operator
from ..commands.layout import paragraph
from ..host import library
from ..host.options import TAKE_OPTIONS
from ..host.wording import summary
from ..scene import characters, layers, sounds
from ..scene.characters import Figure
from . import preview, rig_editor

_SHOWN_TAKES = 12


def draw_main(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The character, the sound, and the Generate button."""
    if not library.available():
        paragraph(
            layout,
            context,
            "The metaface library is missing: install the zip for this Blender version",
            "ERROR",
        )
        return
    if operator.current is not None:
        _draw_job(layout)
    found = characters.selected(context)
    _draw_character(layout, context, found)
    layout.separator()
    _draw_sound(layout, context)
    row = layout.row()
    row.scale_y = 1.5
    row.operator("metaface.generate", text=_generate_text(context), icon="PLAY_SOUND")
    if found is not None:
        _draw_problems(layout, context, found)


def draw_motion(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The speaker and the animation options."""
    found = characters.selected(context)
    if found is None:
        layout.label(text="Select a character")
        return
    settings = found.root.metaface
    layout.use_property_split = True
    layout.use_property_decorate = False
    layout.prop(settings, "speaker")
    shown = [option for option in TAKE_OPTIONS if option.is_animation or settings.speaker]
    for option in sorted(shown, key=lambda option: option.is_animation):  # the speaker's options first
        if option.kind != "switch":
            layout.prop(settings, option.name)
    row = layout.row(heading="Move", align=True)
    for option in shown:
        if option.kind == "switch":
            row.prop(settings, option.name, toggle=True)


def draw_shapes(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The driven and undriven shapes, and the rig map."""
    found = characters.selected(context)
    if found is None:
        layout.label(text="Select a character")
    else:
        rig_editor.draw(layout, context, found)


def draw_takes(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The takes, and the buttons that act on them."""
    found = characters.selected(context)
    takes = layers.takes(found) if found is not None else []
    if not takes:
        layout.label(text="None yet")
        return
    chosen = found.root.metaface.take_line
    column = layout.box().column(align=True)
    shown = _near(takes, context.scene.frame_current)
    for take in shown:
        row = column.row(align=True)
        icon = "RADIOBUT_ON" if take.line == chosen else "RADIOBUT_OFF"
        label = str(take.info.get("label", take.line))
        row.operator("metaface.choose_take", text=label, icon=icon, emboss=False).line = take.line
        row.label(text=f"{take.frame_start:.0f} – {take.frame_end:.0f}")
    if len(shown) < len(takes):
        column.label(text=f"and {len(takes) - len(shown)} more on the timeline")
    row = layout.row(align=True)
    row.operator("metaface.regenerate", icon="FILE_REFRESH")
    row.operator("metaface.regenerate", text="All").every = True
    row = layout.row(align=True)
    row.operator("metaface.use_settings", icon="PRESET")
    row.operator("metaface.remove_take", text="Remove", icon="TRASH")
    layout.label(text="Key over it: your edits are kept in a separate layer", icon="KEYINGSET")
    row = layout.row(align=True)
    row.operator("metaface.end_hand_edits", icon="KEYFRAME")
    row.operator("metaface.bake_down", icon="NLA_PUSHDOWN")


def draw_exchange(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Speakers and files."""
    layout.operator("metaface.learn", icon="USER")
    paragraph(layout, context, "Learns from the sound chosen above and the keys during it", "INFO")
    layout.operator("metaface.import_curves", icon="IMPORT")
    layout.operator("metaface.export", icon="EXPORT")


def _near(takes: list[layers.Take], frame: int) -> list[layers.Take]:
    """The takes nearest to a frame, in order of time: a scene may have a hundred."""
    by_distance = sorted(takes, key=lambda take: max(take.frame_start - frame, frame - take.frame_end, 0.0))
    return sorted(by_distance[:_SHOWN_TAKES], key=lambda take: take.frame_start)


def _draw_job(layout: bpy.types.UILayout) -> None:
    job = operator.current
    text = "Stopping …" if job.stopping else f"{job.plan.label}  {job.fraction:.0%}  (Esc stops)"
    layout.progress(text=text, factor=job.fraction)


def _draw_character(layout: bpy.types.UILayout, context: bpy.types.Context, found: Figure | None) -> None:
    box = layout.box()
    if found is None:
        paragraph(box, context, "Select any part of a character: a mesh with shape keys, or its armature", "INFO")
        return
    box.label(text=found.name, icon="ARMATURE_DATA" if found.armature is not None else "MESH_DATA")
    if found.meshes:
        box.label(text=", ".join(mesh.name for mesh in found.meshes), icon="SHAPEKEY_DATA")
    known = preview.while_drawing(found)
    if known is None:
        box.label(text="Checking the character …", icon="TIME")
    elif known.report is None:
        paragraph(box, context, known.error, "ERROR")
    else:
        box.label(text=summary(known.report, "bone"), icon="CHECKMARK")


def _draw_sound(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    settings = context.scene.metaface
    layout.row(align=True).prop(settings, "source", expand=True)
    if settings.source == "FILE":
        column = layout.column()
        column.prop(settings, "sound_file", text="")
        row = column.row()
        row.prop(settings, "file_frame")
        column.prop(settings, "add_strip")
    elif settings.source == "STRIP":
        strip = sounds.active(context)
        if strip is None:
            paragraph(layout, context, "Click a sound strip in the Video Sequencer", "INFO")
        else:
            layout.label(text=f"{strip.name}, from frame {strip.placement.first_visible:.0f}", icon="SOUND")
    else:
        _draw_channels(layout, settings)


def _draw_channels(layout: bpy.types.UILayout, settings) -> None:
    layout.operator("metaface.read_channels", icon="FILE_REFRESH")
    for assignment in settings.channels:
        column = layout.box().column(align=True)
        row = column.row(align=True)
        row.prop(assignment, "use", text=f"Channel {assignment.channel}")
        row.prop(assignment, "character", text="")
        speaker = column.row()
        speaker.active = assignment.use
        speaker.prop(assignment, "speaker", text="Speaker")


def _draw_problems(layout: bpy.types.UILayout, context: bpy.types.Context, found: Figure) -> None:
    known = preview.while_drawing(found)
    if known is None or known.report is None:
        return
    for warning in known.report.warnings:
        paragraph(layout, context, warning, "ERROR")
    for problem in known.problems:
        box = layout.box().column(align=True)
        paragraph(box, context, problem.text, "ERROR")
        paragraph(box, context, problem.remedy, "FORWARD")


def _generate_text(context: bpy.types.Context) -> str:
    return "Generate All Lines" if context.scene.metaface.source == "ALL" else "Generate"


Draw = Callable[[bpy.types.UILayout, bpy.types.Context], None]

PARTS: tuple[tuple[str, str, Draw, set[str]], ...] = (
    ("motion", "Speaker and Motion", draw_motion, set()),
    ("shapes", "Shapes and Bones", draw_shapes, {"DEFAULT_CLOSED"}),
    ("takes", "Takes", draw_takes, set()),
    ("exchange", "Learn, Import, Export", draw_exchange, {"DEFAULT_CLOSED"}),
)


def _panel(space: str, name: str, label: str, draw: Draw, options: set[str], parent: str) -> type[bpy.types.Panel]:
    """Creates a panel class; both editors have the same panels."""
    idname = f"{space}_PT_metaface_{name}"
    members = {
        "bl_idname": idname,
        "bl_label": label,
        "bl_space_type": space,
        "bl_region_type": "UI",
        "bl_category": "MetaFace",
        "bl_options": options,
        "draw": lambda self, context: draw(self.layout, context),
        "__doc__": draw.__doc__,
        "__module__": __name__,
    }
    if parent:
        members["bl_parent_id"] = parent
    return type(idname, (bpy.types.Panel,), members)


def _panels(space: str) -> list[type[bpy.types.Panel]]:
    main = _panel(space, "main", "MetaFace", draw_main, set(), "")
    return [main, *(_panel(space, *part, main.bl_idname) for part in PARTS)]


CLASSES = (*_panels("VIEW_3D"), *_panels("SEQUENCE_EDITOR"))
