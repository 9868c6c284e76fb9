"""Collects the lines to animate from the panel's settings, and places them on the timeline."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from typing import Any

import bpy

from ..host.errors import UserError
from ..host.options import TAKE_OPTIONS, Options
from ..host.placement import Placement
from . import characters, hand_edits, layers, settings, sounds, tracks
from .characters import Figure
from .shapes import key_of


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
    options: Options = field(default_factory=Options)
    error: str = ""  # an error that is known before the work starts; the other lines are still animated


def file_key(found: Figure, kind: str, path: str) -> str:
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
        return [from_panel(context, characters.require_selected(context))]
    if source == "STRIP":
        return [from_strip(_active_strip(context), characters.require_selected(context))]
    return from_channels(context)


def from_panel(context: bpy.types.Context, found: Figure) -> DialogueLine:
    """The line of the panel's sound file."""
    panel = context.scene.metaface
    if not panel.sound_file:
        raise UserError("Choose a sound file first")
    path = settings.absolute_path(panel.sound_file, "The sound")
    line = from_path(found, path, panel.file_frame, file_key(found, "file", path))
    return dataclasses.replace(line, to_strip=panel.add_strip)


def from_path(found: Figure, path: str, frame: int, key: str) -> DialogueLine:
    """The line of a sound file that starts at a frame."""
    _require_file(path)
    return DialogueLine(key, os.path.basename(path), found.root.name, path, None, frame, options=_options(found))


def from_strip(strip: sounds.SoundStrip, found: Figure, speaker: str = "") -> DialogueLine:
    """The line of a sound strip. `speaker` defaults to the character's."""
    _require_file(strip.path)
    options = _options(found, speaker)
    return DialogueLine(strip.key, strip.name, found.root.name, strip.path, strip.placement, options=options)


def from_channels(context: bpy.types.Context) -> list[DialogueLine]:
    """The lines of all sound strips whose channel has a character in the table; some may have an error."""
    strips = [strip for strip in sounds.strips(sounds.sequencer_scene(context)) if not strip.muted]
    if not strips:
        raise UserError("The sequencer has no sound strip that is unmuted: add sounds in the Video Sequencer first")
    table = context.scene.metaface.channels
    assigned = {row.channel: row for row in table if row.use and row.character is not None}
    if not assigned:
        raise UserError("No channel has a character yet: press “Read channels”, then choose a character for each")
    found_lines = [_from_row(strip, assigned[strip.channel]) for strip in strips if strip.channel in assigned]
    if not found_lines:
        raise UserError("No strip is on a channel that has a character: press “Read channels”")
    return found_lines


def place(line: DialogueLine, found: Figure, seconds: float, warnings: list[str]) -> tuple[str, Placement]:
    """The key and the placement of a line whose sound has this length.

    The line of a file gets a strip, so that the sound is audible, or only its frame. Removes the takes that it
    replaces: takes of the same sound at the same frame, whose motion would add up, and those of the moved strip.
    """
    context = bpy.context
    scene = sounds.sequencer_scene(context)
    placement, replaced = line.placement, set()
    if placement is None:
        placement = Placement.untrimmed(line.at_frame, seconds, sounds.rate_of(scene))
        others = _lines_of_other_characters(context.scene, found)
        strip = _strip_for_file(scene, line, others, warnings) if line.to_strip else None
    else:
        strip = next((strip for strip in sounds.strips(scene) if strip.key == line.key), None)
        if strip is not None and strip.retimed:
            warnings.append(
                f"{line.label}: the strip is retimed, but the motion follows the original speed of the sound file"
            )
    key = line.key if strip is None else sounds.store_key(scene, strip)
    if line.placement is None and strip is not None:
        placement = strip.placement
        # Takes without a strip, and takes at a strip that is not moved because another character uses it too.
        replaced = {line.key, *(sounds.added_keys(scene, line.sound) & others)} - {key}
    _remove_replaced(found, key, line.sound, placement, replaced)
    return key, placement


def _strip_for_file(
    scene: bpy.types.Scene, line: DialogueLine, others: set[str], warnings: list[str]
) -> sounds.SoundStrip | None:
    """The strip of a sound file, added if missing; `None` if Blender cannot read the file."""
    try:
        strip = sounds.find_or_move(scene, line.sound, line.at_frame, others)
        return strip or sounds.add(scene, line.sound, line.at_frame)
    except UserError as error:
        # MetaFace reads more formats than Blender: animate without a strip.
        warnings.append(str(error))
        return None


def _remove_replaced(found: Figure, key: str, sound: str, placement: Placement, replaced: set[str]) -> None:
    """A take without a strip replaces one at a strip, and vice versa; takes at two strips are two lines.

    Edited keys inside a take are kept as a copy, as when it is regenerated.
    """
    if placement.last_visible <= placement.first_visible:
        return  # no take will be written instead
    for take in layers.takes(found):
        is_same_sound = (
            key.startswith("file:") != take.line.startswith("file:")
            and take.info.get("kind") == "sound"
            and abs(take.sound_start - placement.start_frame) < 0.5
            and _is_same_file(str(take.info.get("sound", "")), sound)
        )
        if take.line in replaced or is_same_sound:
            for action in take.actions:
                if hand_edits.is_edited(action):
                    hand_edits.keep_copy(action)
            layers.remove(found, take.line)


def _lines_of_other_characters(scene: bpy.types.Scene, found: Figure) -> set[str]:
    parts: set[bpy.types.ID] = set(scene.objects)
    parts |= {key_of(part) for part in scene.objects if part.type == "MESH" and part.data.shape_keys}
    return {strip.action[tracks.LINE] for part in parts - set(layers.owners(found)) for _, strip in tracks.strips(part)}


def _is_same_file(stored: str, path: str) -> bool:
    return os.path.realpath(bpy.path.abspath(stored)) == os.path.realpath(path)


def _from_row(strip: sounds.SoundStrip, row: Any) -> DialogueLine:
    """The line of a strip, with the character of a row of the channel table; it may have an error."""
    found = characters.find([row.character])
    root = found.root if found is not None else row.character
    try:
        if found is None:
            raise UserError(
                f"“{row.character.name}” (channel {row.channel}) has neither shape keys nor bones to animate: "
                "choose another object"
            )
        reason = characters.not_editable_reason(found.root)
        if reason:
            raise UserError(reason)
        return from_strip(strip, found, row.speaker)
    except UserError as error:
        return DialogueLine(strip.key, strip.name, root.name, strip.path, strip.placement, error=str(error))


def _active_strip(context: bpy.types.Context) -> sounds.SoundStrip:
    sounds.sequencer_scene(context)  # only for its error: the sequencer's scene may have another frame rate
    strip = sounds.active(context)
    if strip is None:
        raise UserError("No sound strip is active: click one in the Video Sequencer, or choose “File” above")
    return strip


def _options(found: Figure, speaker: str = "") -> Options:
    """The character's options. `speaker` defaults to the character's."""
    stored = found.root.metaface
    return Options(
        speaker=settings.absolute_path(speaker or stored.speaker, "The speaker"),
        values={option.name: getattr(stored, option.name) for option in TAKE_OPTIONS},
    )


def _require_file(path: str) -> None:
    if not os.path.isfile(path):
        raise UserError(f"Sound file not found: {path}. Choose it again, or restore the file")
