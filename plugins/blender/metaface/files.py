"""Import of captures as takes, and export of a character's animation."""

from __future__ import annotations

import os
from typing import Any

import bpy

from . import core, figure, layers, lines, paths, reach, rig, selection
from .format_table import FORMATS
from .placement import Placement

# Audio2Face files end in .a2f.json or only in .json.
IMPORT_FILTER = ";".join(f"*.{form.suffix.split('.')[-1]}" for form in FORMATS if form.is_read)

FORMAT_ITEMS = tuple((form.identifier, form.title, form.help) for form in FORMATS)
SUFFIXES = {form.identifier: form.suffix for form in FORMATS}
SCENES = {form.identifier for form in FORMATS if form.has_character}


def import_clip(context: bpy.types.Context, found: figure.Figure, path: str, frame: float, line: str = "") -> str:
    """Imports a capture as a take of the character, with its first frame at `frame`; returns the report's text.

    `line` identifies the take to replace; it defaults to the take of this file.
    """
    rate = selection.rate_of(context.scene)
    clip = core.metaface().Clip.open(path)
    warnings = list(clip.warnings)
    clip = clip.resampled(rate)
    character = figure.character(found)
    rig_map = rig.rig_map(found, character)
    report = rig_map.report(character)
    rig.require_usable(found, report)
    performance = rig_map.drive(character, clip)
    label = clip.name or os.path.basename(path)
    name = line or lines.file_key(found, "clip", path)
    info: dict[str, Any] = {"kind": "clip", "label": label, "clip": paths.portable(path), "frame": float(frame)}
    info["generator"] = clip.metadata.get("generator", "")
    placement = Placement.untrimmed(frame, clip.duration, rate)
    limits = rig.limits(found, report, list(character.joints))
    layers.write(found, name, performance, placement, info, limits=limits)
    found.root.metaface.take_line = name
    summary = f"{found.name}: {os.path.basename(path)}, {len(clip)} frames from frame {frame:g}"
    return "\n".join([summary, *warnings])


def export_clip(
    context: bpy.types.Context,
    found: figure.Figure,
    path: str,
    frames: tuple[int, int],
    character_file: str = "",
    *,
    part: bool = False,
) -> str:
    """Writes the character's animation, generated and hand-keyed, to a file; returns the report's text.

    `part`: the user chose a part of the scene, so cut takes need no warning.
    """
    rate = selection.rate_of(context.scene)
    clip = rig.recover_clip(found, frames[0], frames[1], rate)
    clip = clip.replace(name=found.name, start_frame=float(frames[0]))
    written = clip.save(path, character=character_file or None)
    names = ", ".join(os.path.basename(file) for file in written)
    cut = "" if part else reach.cut_warning(found, frames, float(rate))
    return "\n".join([f"{names}: {len(clip)} frames of {found.name}", *([cut] if cut else []), *clip.warnings])


def with_suffix(path: str, form: str) -> str:
    """The path with the format's suffix; replaces the suffix of another format."""
    folder, name = os.path.split(path)
    for suffix in sorted(SUFFIXES.values(), key=len, reverse=True):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
            break
    return os.path.join(folder, name + SUFFIXES[form])
