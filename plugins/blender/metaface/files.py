"""Curves from and to files: captures in, what the character does out."""

from __future__ import annotations

import os
from typing import Any

import bpy

from . import core, figure, layers, lines, placement, reach, rig

READS = "*.csv;*.json;*.glb;*.gltf;*.usd;*.usda;*.usdc;*.usdz"

FORMATS = (
    ("CSV", "Live Link CSV", "Curves for Unreal and others"),
    ("A2F", "Audio2Face JSON", "Curves as Audio2Face writes them"),
    ("GLB", "glTF binary", "A talking head: the sample head, or the character file that you name"),
    ("GLTF", "glTF", "As glTF binary, in JSON"),
    ("USDA", "USD text", "A talking head in USD, or a layer over the character file that you name"),
    ("USDC", "USD binary", "As USD text, in binary"),
    ("USDZ", "USD package", "As USD, in one file"),
    ("CUES", "Mouth cues (JSON)", "Nine mouth shapes, as Rhubarb writes them"),
    ("TSV", "Mouth cues (TSV)", "Nine mouth shapes as a table"),
    ("DAT", "Mouth cues (Moho)", "Nine mouth shapes for Moho and OpenToonz"),
)
SUFFIXES = {"A2F": ".a2f.json", "CUES": ".cues.json"} | {
    name: f".{name.lower()}" for name, _, _ in FORMATS if name not in {"A2F", "CUES"}
}
SCENES = {"GLB", "GLTF", "USDA", "USDC", "USDZ"}  # formats that hold a character


def take_in(context: bpy.types.Context, found: figure.Figure, path: str, frame: float, line: str = "") -> str:
    """A capture becomes a take of the character, its first frame at `frame`; what to tell the artist.

    `line` names the take that is read again; without it, the file does.
    """
    rate = lines.rate_of(context.scene)
    clip = core.metaface().Clip.open(path)
    warnings = list(clip.warnings)
    clip = clip.resampled(rate)
    character = figure.character(found)
    rig_map = rig.rig_map(found, character)
    report = rig_map.report(character)
    rig.usable(found, report)
    performance = rig_map.drive(character, clip)
    label = clip.name or os.path.basename(path)
    name = line or lines.of_file(found, "clip", path)
    info: dict[str, Any] = {"kind": "clip", "label": label, "clip": lines.portable(path), "frame": float(frame)}
    info["generator"] = clip.metadata.get("generator", "")
    placed = placement.Placed.whole(frame, clip.duration, rate)
    limits = rig.limits(found, report, list(character.joints))
    layers.write(found, name, performance, placed, info, limits=limits)
    found.root.metaface.take_line = name
    said = f"{found.name}: {os.path.basename(path)}, {len(clip)} frames from frame {frame:g}"
    return "\n".join([said, *warnings])


def give_out(
    context: bpy.types.Context,
    found: figure.Figure,
    path: str,
    frames: tuple[int, int],
    character_file: str = "",
    *,
    part: bool = False,
) -> str:
    """Writes what the character does, generated and by hand, to a file; what to tell the artist.

    `part`: the artist chose a part of the scene, and knows that takes are cut.
    """
    rate = lines.rate_of(context.scene)
    clip = rig.recovered(found, frames[0], frames[1], rate)
    clip = clip.replace(name=found.name, start_frame=float(frames[0]))
    written = clip.save(path, character=character_file or None)
    names = ", ".join(os.path.basename(file) for file in written)
    cut = "" if part else reach.cut(found, frames, float(rate))
    return "\n".join([f"{names}: {len(clip)} frames of {found.name}", *([cut] if cut else []), *clip.warnings])


def with_suffix(path: str, form: str) -> str:
    """The path with the format's suffix, instead of another format's."""
    folder, name = os.path.split(path)
    for suffix in sorted(SUFFIXES.values(), key=len, reverse=True):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
            break
    return os.path.join(folder, name + SUFFIXES[form])
