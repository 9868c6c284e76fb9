"""Import of a capture as a take of the character, and export of the character's animation to other programs' files."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import os
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..host import library
from ..host.errors import UserError, name_list
from ..host.format_table import FORMATS
from ..host.motion import FADE
from ..host.placement import Placement
from ..scene import characters, layers, lines, rig, sounds, version
from ..scene.characters import Figure
from ..scene.settings import absolute_path, portable_path
from .operator import CharacterOperator, ImmediateOperator

# Audio2Face files end in .a2f.json or only in .json.
_IMPORT_FILTER = ";".join(f"*.{form.suffix.split('.')[-1]}" for form in FORMATS if form.is_read)
_FORMAT_ITEMS = tuple((form.identifier, form.title, form.help) for form in FORMATS)
_WITH_CHARACTER = {form.identifier for form in FORMATS if form.has_character}
SUFFIXES = {form.identifier: form.suffix for form in FORMATS}

_NAMED = 3  # number of takes that a warning names; it counts the others
_SLACK = 1e-3  # frames


def import_clip(context: bpy.types.Context, found: Figure, path: str, frame: float, line: str = "") -> str:
    """Imports a capture as a take of the character, with its first frame at `frame`; returns the report's text.

    `line` identifies the take to replace; it defaults to the take of this file.
    """
    rate = sounds.rate_of(context.scene)
    clip = library.metaface().Clip.open(path)
    warnings = list(clip.warnings)
    clip = clip.resampled(rate)
    known = rig.load(found)
    name = line or lines.file_key(found, "clip", path)
    info: dict[str, Any] = {"kind": "clip", "label": clip.name or os.path.basename(path)}
    info |= {"clip": portable_path(path), "frame": float(frame), "generator": clip.metadata.get("generator", "")}
    placement = Placement.untrimmed(frame, clip.duration, rate)
    layers.write(found, name, known.drive(clip), placement, info, limits=known.limits)
    found.root.metaface.take_line = name
    return "\n".join([f"{found.name}: {os.path.basename(path)}, {len(clip)} frames from frame {frame:g}", *warnings])


def export_clip(
    context: bpy.types.Context,
    found: Figure,
    path: str,
    frames: tuple[int, int],
    character_file: str = "",
    *,
    part: bool = False,
) -> str:
    """Writes the character's animation, generated and hand-keyed, to a file; returns the report's text.

    `part`: the user chose a part of the scene, so cut takes need no warning.
    """
    rate = sounds.rate_of(context.scene)
    clip = rig.recover_clip(found, frames[0], frames[1], rate)
    clip = clip.replace(name=found.name, start_frame=float(frames[0]))
    written = clip.save(path, character=character_file or None)
    names = ", ".join(os.path.basename(file) for file in written)
    cut = "" if part else _cut_warning(found, frames, float(rate))
    return "\n".join([f"{names}: {len(clip)} frames of {found.name}", *([cut] if cut else []), *clip.warnings])


def _cut_warning(found: Figure, frames: tuple[float, float], rate: float) -> str:
    """A warning if an export of these frames cuts takes of the character; empty otherwise."""
    fade = FADE * rate + _SLACK
    left_out = [
        f"“{take.label}” (frames {take.frame_start:.0f} to {take.frame_end:.0f})"
        for take in layers.takes(found)
        if take.shown and (take.frame_start < frames[0] - fade or take.frame_end > frames[1] + fade)
    ]
    if not left_out:
        return ""
    return (
        f"Only frames {frames[0]:g} to {frames[1]:g} are exported, which cuts {name_list(left_out, _NAMED)}. "
        "To export everything, widen the scene's range (Output > Frame Range), then export again"
    )


def _with_suffix(path: str, form: str) -> str:
    """The path with the format's suffix; replaces the suffix of another format."""
    folder, name = os.path.split(path)
    for suffix in sorted(SUFFIXES.values(), key=len, reverse=True):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
            break
    return os.path.join(folder, name + SUFFIXES[form])


class METAFACE_OT_import_curves(CharacterOperator, ImmediateOperator, bpy.types.Operator):
    """Read curves (Live Link CSV, Audio2Face JSON, a clip in glTF or USD) as a take of this character"""

    bl_idname = "metaface.import_curves"
    bl_label = "Import Curves"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default=_IMPORT_FILTER, options={"HIDDEN"})
    at: EnumProperty(
        name="At",
        items=(
            ("FRAME", "Current frame", "The take starts at the current frame"),
            ("START", "Start of the scene", "The take starts at the scene's first frame"),
            ("STRIP", "Active sound", "The take starts where the active sound strip's file begins"),
        ),
        default="FRAME",
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Opens the file browser."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def run(self, context: bpy.types.Context) -> str:
        """Imports the file."""
        if not self.filepath:
            raise UserError("Choose an animation file")
        path = absolute_path(self.filepath, "The animation file")
        return import_clip(context, characters.require_selected(context), path, self._frame(context))

    def _frame(self, context: bpy.types.Context) -> float:
        if self.at == "START":
            return float(context.scene.frame_start)
        if self.at == "FRAME":
            return float(context.scene.frame_current)
        strip = sounds.active(context)
        if strip is None:
            raise UserError("No sound strip is active: click one in the Video Sequencer or choose another start")
        return strip.placement.start_frame


class METAFACE_OT_export(CharacterOperator, ImmediateOperator, bpy.types.Operator):
    """Write this character's animation, with your hand edits, as curves or as an animated head"""

    bl_idname = "metaface.export"
    bl_label = "Export Animation"
    bl_options = {"REGISTER"}

    filepath: StringProperty(name="File", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    form: EnumProperty(name="Format", items=_FORMAT_ITEMS, default="CSV")
    use_preview_range: BoolProperty(
        name="Preview range", default=False, description="Only the preview range instead of the whole scene"
    )
    character_file: StringProperty(
        name="Character",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="For glTF and USD: the character's file, to which the animation is added; empty: the sample head",
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draws the options in the file browser."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "form")
        layout.prop(self, "use_preview_range")
        if self.form in _WITH_CHARACTER:
            layout.prop(self, "character_file")

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Opens the file browser."""
        found = characters.selected(context)
        self.filepath = _with_suffix(bpy.path.clean_name(found.name if found else "clip"), self.form)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, _context: bpy.types.Context) -> bool:
        """Keeps the file's suffix in line with the chosen format."""
        path = _with_suffix(self.filepath, self.form)
        changed, self.filepath = path != self.filepath, path
        return changed

    def run(self, context: bpy.types.Context) -> str:
        """Samples every frame and writes the file."""
        if not self.filepath:
            raise UserError("Enter a file name")
        path = absolute_path(_with_suffix(self.filepath, self.form), "The file")
        scene = context.scene
        preview = self.use_preview_range and scene.use_preview_range
        frames = (
            (scene.frame_preview_start, scene.frame_preview_end)
            if preview
            else (scene.frame_start, scene.frame_end)
        )
        character = absolute_path(self.character_file, "The character file")
        return export_clip(context, characters.require_selected(context), path, frames, character, part=preview)


CLASSES = (METAFACE_OT_import_curves, METAFACE_OT_export)
