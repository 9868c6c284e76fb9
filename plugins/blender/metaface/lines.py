"""What is to be spoken, by whom: from the panel's settings to a list of lines."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import bpy

from . import figure, layers, placement, rig, sounds, version
from .trouble import Trouble

OPTIONS = ("strength", "liveliness", "gains", "seed", "head", "eyes")


@dataclass(frozen=True)
class Line:
    """A sound, a character, and how. Holds names instead of Blender's data, which may move meanwhile."""

    line: str  # which take it is: the same line generated again replaces itself
    label: str
    root: str  # the character's root object
    sound: str  # absolute path
    placed: placement.Placed | None  # None: a whole file at `at_frame`, whose length is not known yet
    at_frame: int = 0
    to_strip: bool = False  # a whole file is put on the timeline, so that it is heard
    options: Mapping[str, Any] = field(default_factory=dict)
    speaker: str = ""
    style_strength: float = 1.0
    trouble: str = ""  # why it cannot be spoken: known before the work begins, and no hindrance to other lines


def options_of(root: bpy.types.Object) -> dict[str, Any]:
    """A character's settings as `Animator.animate` takes them."""
    settings = root.metaface
    chosen = {name: getattr(settings, name) for name in OPTIONS}
    chosen["smoothing"] = settings.smoothing if settings.use_smoothing else None
    return chosen


def absolute(path: str, what: str, owner: bpy.types.ID | None = None) -> str:
    """A path from a field as an absolute one; says what a `//` in an unsaved file means."""
    if path.startswith("//") and not bpy.data.filepath:
        raise Trouble(
            f"{what} is given from the .blend file's folder ({path}), but the file was never saved: "
            "save it first, or choose a full path"
        )
    library = owner.library if owner is not None else None
    return os.path.normpath(bpy.path.abspath(path, library=library))


def portable(path: str) -> str:
    """A path as it is stored: from the .blend file on where it lies below its folder, so that both can move."""
    folder = os.path.dirname(bpy.data.filepath)
    if not path or not folder or not os.path.abspath(path).startswith(os.path.join(folder, "")):
        return path
    return bpy.path.relpath(path)


def of_file(found: figure.Figure, kind: str, path: str) -> str:
    """The line of a file that has no strip: the take that was made of it before, wherever both have moved since.

    `kind` is "file" for sounds and "clip" for captures.
    """
    stored = "sound" if kind == "file" else "clip"
    for take in layers.takes(found):
        made_of = os.path.normpath(bpy.path.abspath(str(take.info.get(stored, ""))))
        if take.line.startswith(f"{kind}:") and made_of == path:
            return take.line
    return f"{kind}:{path}"


def rate_of(scene: bpy.types.Scene) -> Fraction:
    """The scene's exact frame rate."""
    return placement.scene_rate(scene.render.fps, scene.render.fps_base)


def sequencer(context: bpy.types.Context) -> bpy.types.Scene:
    """The scene whose strips are heard: since Blender 5 a workspace may show another scene's sequencer."""
    scene = version.sequencer_scene(context)
    if scene != context.scene and rate_of(scene) != rate_of(context.scene):
        raise Trouble(
            f"The sequencer shows the scene “{scene.name}”, whose frame rate is not that of “{context.scene.name}”: "
            "their frames do not meet. Give both the same rate"
        )
    return scene


def selected(context: bpy.types.Context) -> figure.Figure | None:
    """The character that the selection belongs to; the active object goes first."""
    layer = context.view_layer
    active = layer.objects.active
    if active is not None and active.select_get():
        found = figure.find([active])
        if found is not None:
            return found
    chosen = list(layer.objects.selected)
    return figure.find(chosen) if chosen else (figure.find([active]) if active is not None else None)


def chosen_figure(context: bpy.types.Context) -> figure.Figure:
    """As [`selected`], or words about what to select."""
    found = selected(context)
    if found is None:
        raise Trouble("No character is selected. Select any part of one: a mesh with shape keys, or its armature")
    refused = rig.editable(found.root)
    if refused:
        raise Trouble(refused)
    return found


def collect(context: bpy.types.Context) -> list[Line]:
    """The lines that Generate would make now."""
    source = context.scene.metaface.source
    if source == "FILE":
        return [from_file(context, chosen_figure(context))]
    if source == "STRIP":
        return [from_strip(_active_strip(context), chosen_figure(context))]
    return from_channels(context)


def from_file(context: bpy.types.Context, found: figure.Figure) -> Line:
    """The sound file of the panel."""
    settings = context.scene.metaface
    if not settings.sound_file:
        raise Trouble("Choose a sound file first")
    path = absolute(settings.sound_file, "The sound")
    line = from_path(found, path, settings.file_frame, of_file(found, "file", path))
    return dataclasses.replace(line, to_strip=settings.add_strip)


def from_path(found: figure.Figure, path: str, frame: int, line: str) -> Line:
    """A sound file that begins at a frame."""
    _must_be_there(path)
    return _line(line, os.path.basename(path), found, path, None, "", frame)


def from_strip(strip: sounds.SoundStrip, found: figure.Figure, speaker: str = "") -> Line:
    """A sound strip, at its place."""
    _must_be_there(strip.path)
    return _line(strip.key, strip.name, found, strip.path, strip.placed, speaker)


def from_channels(context: bpy.types.Context) -> list[Line]:
    """Every sound strip whose channel has a character in the table; one that cannot be spoken says so itself."""
    scene = context.scene
    found_lines: list[Line] = []
    strips = [strip for strip in sounds.strips(sequencer(context)) if not strip.muted]
    if not strips:
        raise Trouble("The sequencer has no sound strip that is heard: add sounds in the Video Sequencer first")
    voices = {row.channel: row for row in scene.metaface.channels if row.use and row.character is not None}
    if not voices:
        raise Trouble("No channel has a character yet: press “Read channels”, then choose who speaks on each")
    for strip in strips:
        row = voices.get(strip.channel)
        if row is not None:
            found_lines.append(_of_row(strip, row))
    if not found_lines:
        raise Trouble("No strip lies on a channel that has a character: press “Read channels”")
    return found_lines


def _of_row(strip: sounds.SoundStrip, row: Any) -> Line:
    """What a row of the table has its character say at a strip."""
    found = figure.find([row.character])
    root = found.root if found is not None else row.character
    try:
        if found is None:
            raise Trouble(
                f"“{row.character.name}” (channel {row.channel}) has neither shape keys nor bones to speak with"
            )
        refused = rig.editable(found.root)
        if refused:
            raise Trouble(refused)
        return from_strip(strip, found, row.speaker)
    except Trouble as error:
        return Line(strip.key, strip.name, root.name, strip.path, strip.placed, trouble=str(error))


def _active_strip(context: bpy.types.Context) -> sounds.SoundStrip:
    sequencer(context)
    strip = sounds.active(context)
    if strip is None:
        raise Trouble("No sound strip is active: click one in the Video Sequencer, or choose “File” above")
    return strip


def _line(
    line: str,
    label: str,
    found: figure.Figure,
    path: str,
    placed: placement.Placed | None,
    speaker: str,
    at_frame: int = 0,
) -> Line:
    settings = found.root.metaface
    voice = speaker or settings.speaker
    return Line(
        line=line,
        label=label,
        root=found.root.name,
        sound=path,
        placed=placed,
        at_frame=at_frame,
        options=options_of(found.root),
        speaker=absolute(voice, "The speaker") if voice else "",
        style_strength=settings.style_strength,
    )


def _must_be_there(path: str) -> None:
    if not os.path.isfile(path):
        raise Trouble(f"The sound is not there: {path}. Choose it again, or restore the file")
