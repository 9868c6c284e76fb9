"""Collects the lines to animate from the panel's settings."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import bpy

from . import figure, layers, paths, rig, selection, settings, sounds
from .errors import UserError
from .placement import Placement


@dataclass(frozen=True)
class DialogueLine:
    """A sound, a character and options. Holds names, not Blender objects, which may be deleted while a job runs."""

    key: str  # identifies the take: generating the same line again replaces it
    label: str
    root: str  # name of the character's root object
    sound: str  # absolute path
    placement: Placement | None  # `None`: an untrimmed file at `at_frame`, whose length is not known yet
    at_frame: int = 0
    to_strip: bool = False  # add the file to the sequencer, so that it is audible
    options: Mapping[str, Any] = field(default_factory=dict)
    speaker: str = ""
    style_strength: float = 1.0
    error: str = ""  # an error that is known before the work starts; the other lines are still animated


def animation_options(root: bpy.types.Object) -> dict[str, Any]:
    """A character's settings as keyword arguments of `Animator.animate`."""
    chosen = (option for option in settings.OPTIONS if option.is_animation)
    return {option.name: getattr(root.metaface, option.name) for option in chosen}


def file_key(found: figure.Figure, kind: str, path: str) -> str:
    """The key of a file without a strip: that of an existing take of the file, also if the project was moved.

    `kind` is "file" for sounds and "clip" for captures.
    """
    field_name = "sound" if kind == "file" else "clip"
    for take in layers.takes(found):
        source = os.path.normpath(bpy.path.abspath(str(take.info.get(field_name, ""))))
        if take.line.startswith(f"{kind}:") and source == path:
            return take.line
    return f"{kind}:{path}"


def collect(context: bpy.types.Context) -> list[DialogueLine]:
    """The lines that Generate animates."""
    source = context.scene.metaface.source
    if source == "FILE":
        return [from_panel(context, selection.chosen_figure(context))]
    if source == "STRIP":
        return [from_strip(_active_strip(context), selection.chosen_figure(context))]
    return from_channels(context)


def from_panel(context: bpy.types.Context, found: figure.Figure) -> DialogueLine:
    """The line of the panel's sound file."""
    panel = context.scene.metaface
    if not panel.sound_file:
        raise UserError("Choose a sound file first")
    path = paths.absolute(panel.sound_file, "The sound")
    line = from_path(found, path, panel.file_frame, file_key(found, "file", path))
    return dataclasses.replace(line, to_strip=panel.add_strip)


def from_path(found: figure.Figure, path: str, frame: int, key: str) -> DialogueLine:
    """The line of a sound file that starts at a frame."""
    _require_file(path)
    return _line(key, os.path.basename(path), found, path, None, "", frame)


def from_strip(strip: sounds.SoundStrip, found: figure.Figure, speaker: str = "") -> DialogueLine:
    """The line of a sound strip."""
    _require_file(strip.path)
    return _line(strip.key, strip.name, found, strip.path, strip.placement, speaker)


def from_channels(context: bpy.types.Context) -> list[DialogueLine]:
    """The lines of all sound strips whose channel has a character in the table; some may have an error."""
    scene = context.scene
    found_lines: list[DialogueLine] = []
    strips = [strip for strip in sounds.strips(selection.sequencer_scene(context)) if not strip.muted]
    if not strips:
        raise UserError("The sequencer has no sound strip that is unmuted: add sounds in the Video Sequencer first")
    assigned = {row.channel: row for row in scene.metaface.channels if row.use and row.character is not None}
    if not assigned:
        raise UserError("No channel has a character yet: press “Read channels”, then choose a character for each")
    for strip in strips:
        row = assigned.get(strip.channel)
        if row is not None:
            found_lines.append(_from_row(strip, row))
    if not found_lines:
        raise UserError("No strip is on a channel that has a character: press “Read channels”")
    return found_lines


def _from_row(strip: sounds.SoundStrip, row: Any) -> DialogueLine:
    """The line of a strip, with the character of a row of the channel table; it may have an error."""
    found = figure.find([row.character])
    root = found.root if found is not None else row.character
    try:
        if found is None:
            raise UserError(
                f"“{row.character.name}” (channel {row.channel}) has neither shape keys nor bones to animate: "
                "choose another object"
            )
        reason = rig.not_editable_reason(found.root)
        if reason:
            raise UserError(reason)
        return from_strip(strip, found, row.speaker)
    except UserError as error:
        return DialogueLine(strip.key, strip.name, root.name, strip.path, strip.placement, error=str(error))


def _active_strip(context: bpy.types.Context) -> sounds.SoundStrip:
    selection.sequencer_scene(context)  # only for its error: the sequencer's scene may have another frame rate
    strip = sounds.active(context)
    if strip is None:
        raise UserError("No sound strip is active: click one in the Video Sequencer, or choose “File” above")
    return strip


def _line(
    key: str,
    label: str,
    found: figure.Figure,
    path: str,
    placement: Placement | None,
    speaker: str,
    at_frame: int = 0,
) -> DialogueLine:
    character = found.root.metaface
    speaker_path = speaker or character.speaker
    return DialogueLine(
        key=key,
        label=label,
        root=found.root.name,
        sound=path,
        placement=placement,
        at_frame=at_frame,
        options=animation_options(found.root),
        speaker=paths.absolute(speaker_path, "The speaker") if speaker_path else "",
        style_strength=character.style_strength,
    )


def _require_file(path: str) -> None:
    if not os.path.isfile(path):
        raise UserError(f"Sound file not found: {path}. Choose it again, or restore the file")
