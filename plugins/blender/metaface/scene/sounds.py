"""The sound strips of the sequencer: their files, and their placement on the timeline."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import bpy
from bpy.types import Scene

from ..host.errors import UserError
from ..host.placement import Placement, exact_rate
from . import version

_IDENTITY = "metaface_line"
_NAME = "metaface_name"
_ADDED = "metaface"
"""Custom properties of a strip: its key, its name when the key was stored, and whether MetaFace added it."""


@dataclass(frozen=True)
class SoundStrip:
    """A sound strip. `key` identifies it when it is moved or trimmed and, once stored, when it is renamed."""

    name: str
    channel: int
    path: str
    placement: Placement
    muted: bool
    key: str
    retimed: bool = False


def rate_of(scene: Scene) -> Fraction:
    """The scene's exact frame rate."""
    return exact_rate(scene.render.fps / scene.render.fps_base)


def sequencer_scene(context: bpy.types.Context) -> Scene:
    """The scene of the sequencer: since Blender 5 a workspace may show another scene's sequencer."""
    scene = version.sequencer_scene(context)
    if scene != context.scene and rate_of(scene) != rate_of(context.scene):
        raise UserError(
            f"The sequencer shows the scene “{scene.name}”, whose frame rate differs from that of "
            f"“{context.scene.name}”. Give both scenes the same frame rate"
        )
    return scene


def strips(scene: Scene) -> list[SoundStrip]:
    """All sound strips of the scene in order of time, including those in meta strips."""
    rate = rate_of(scene)
    found = []
    keys = _keys(scene)
    for strip, muted, (left, right), channel in _sounds(scene):
        if strip.sound is None:
            continue
        begin, _, _, end = version.sequence_times(strip)
        begin += getattr(strip, "sound_offset", 0.0) * float(rate)
        placement = Placement(begin, max(begin, left), max(begin, left, min(right, end)), rate)
        path, key = _file_on_disk(strip.sound), keys[strip.name]
        found.append(SoundStrip(strip.name, channel, path, placement, muted, key, version.is_retimed(strip)))
    return sorted(found, key=lambda sound: (sound.placement.first_visible, sound.channel, sound.name))


def active(context: bpy.types.Context) -> SoundStrip | None:
    """The sequencer's active strip if it is a sound."""
    scene = version.sequencer_scene(context)
    strip = version.active_sequence(scene)
    if strip is None or strip.type != "SOUND":
        return None
    return next((sound for sound in strips(scene) if sound.name == strip.name), None)


def store_key(scene: Scene, sound: SoundStrip) -> str:
    """Stores a strip's key on it, so that renaming the strip keeps its line; returns the key."""
    for strip, *_ in _sounds(scene):
        if strip.name == sound.name:
            if sound.key == _default_key(strip.name):
                strip[_IDENTITY], strip[_NAME] = uuid.uuid4().hex[:16], strip.name
                return strip[_IDENTITY]
            strip[_NAME] = strip.name
            return sound.key
    return sound.key


def find_or_move(scene: Scene, path: str, frame: float, shared: Collection[str] = ()) -> SoundStrip | None:
    """The strip that plays this file from this frame on. A strip that MetaFace added is moved to the frame.

    Strips whose keys are in `shared` have lines of other characters and are not moved.
    """
    wanted = _real_path(path)
    same = [sound for sound in strips(scene) if _real_path(sound.path) == wanted]
    movable = {sound.name for sound in same if sound.key not in shared}
    ours = [strip for strip, *_ in _sounds(scene) if strip.get(_ADDED) and strip.name in movable]
    if ours:
        strip = min(ours, key=lambda strip: abs(version.sequence_times(strip)[0] - frame) > 0.5)
        if abs(version.sequence_times(strip)[0] - frame) > 0.5:
            version.move_sequence(strip, round(frame))
        return next(sound for sound in strips(scene) if sound.name == strip.name)
    return next((sound for sound in same if abs(sound.placement.start_frame - frame) < 0.5), None)


def added_keys(scene: Scene, path: str) -> set[str]:
    """The keys of the strips that MetaFace added for this file."""
    ours = {strip.name for strip, *_ in _sounds(scene) if strip.get(_ADDED)}
    return {sound.key for sound in strips(scene) if sound.name in ours and _real_path(sound.path) == _real_path(path)}


def add(scene: Scene, path: str, frame: float, channel: int | None = None) -> SoundStrip:
    """Adds a sound file to the sequencer, second 0 at a whole frame, on a channel that is free from there on."""
    if not os.path.isfile(path):
        raise UserError(f"Sound file not found: {path}. Choose another file")
    name = Path(path).stem
    try:
        strip = version.sequences_for_writing(scene).new_sound(
            name, path, channel or _free_channel(scene, frame), round(frame)
        )
    except RuntimeError as error:
        if "Audaspace" in str(error):
            raise UserError("This Blender was built without sound: the file cannot be added to the timeline") from error
        raise UserError(f"Blender cannot read this sound ({error}): {path}") from error
    strip[_ADDED] = True
    return next(sound for sound in strips(scene) if sound.name == strip.name)


def _sounds(scene: Scene) -> Iterator[tuple]:
    """Each sound strip, whether it is muted, its visible frames, and its channel at the top level."""
    editor = scene.sequence_editor
    channels = editor.channels if editor is not None else ()
    muted_channels = {index for index, channel in enumerate(channels) if channel.mute}

    def walk(level, muted: bool, left: float, right: float, top: int | None) -> Iterator[tuple]:
        for strip in level:
            channel = strip.channel if top is None else top
            _, begin, end, _ = version.sequence_times(strip)
            strip_muted = muted or strip.mute or channel in muted_channels
            visible = (max(left, begin), min(right, end))
            if strip.type == "META":
                yield from walk(version.nested(strip), strip_muted, *visible, channel)
            elif strip.type == "SOUND" and visible[0] < visible[1]:
                yield strip, strip_muted, visible, channel

    yield from walk(version.sequences(scene), False, float("-inf"), float("inf"), None)


def _keys(scene: Scene) -> dict[str, str]:
    """The keys by strip name: the key stored on the strip, or one made from its name.

    A copy of a strip has the key of its original; the strip that still has the stored name keeps it.
    """
    claims: dict[str, list[str]] = {}
    keys = {}
    for strip, *_ in _sounds(scene):
        keys[strip.name] = _default_key(strip.name)
        if _IDENTITY in strip:
            claimants = claims.setdefault(str(strip[_IDENTITY]), [])
            claimants.insert(0 if strip.get(_NAME) == strip.name else len(claimants), strip.name)
    for identity, claimants in claims.items():
        keys[claimants[0]] = identity
    return keys


def _default_key(name: str) -> str:
    return f"strip {name}"


def _file_on_disk(sound: bpy.types.Sound) -> str:
    """The path of the file on disk; a packed file is unpacked to Blender's temporary folder."""
    path = bpy.path.abspath(sound.filepath, library=sound.library)
    if os.path.isfile(path) or sound.packed_file is None:
        return os.path.normpath(path)
    data = sound.packed_file.data
    folder = Path(bpy.app.tempdir) / "metaface" / hashlib.sha256(data).hexdigest()[:16]
    unpacked = folder / (Path(path.replace("\\", "/")).name or "sound")
    if not unpacked.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        unpacked.write_bytes(data)
    return str(unpacked)


def _free_channel(scene: Scene, frame: float) -> int:
    """The lowest channel without strips from the frame on."""
    ends: dict[int, float] = {}
    for strip in version.sequences(scene):
        ends[strip.channel] = max(ends.get(strip.channel, float("-inf")), version.sequence_times(strip)[2])
    channel = 1
    while ends.get(channel, float("-inf")) > frame:
        channel += 1
    return channel


def _real_path(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
