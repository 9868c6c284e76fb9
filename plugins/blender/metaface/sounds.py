"""The sound strips of the sequencer: which file, and where on the timeline it is heard."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import bpy
from bpy.types import Scene

from . import version
from .placement import Placed, scene_rate
from .trouble import Trouble

_IDENTITY = "metaface_line"
_NAME = "metaface_name"
_ADDED = "metaface"
"""Custom properties of a strip: its identity, the name that it had when it got it, and whether we added it."""


@dataclass(frozen=True)
class SoundStrip:
    """A sound strip. `key` stays the same when the strip is moved, trimmed or, once kept, renamed."""

    name: str
    channel: int
    path: str
    placed: Placed
    muted: bool
    key: str
    retimed: bool = False


def strips(scene: Scene) -> list[SoundStrip]:
    """Every sound strip of the scene by its place in time, those inside meta strips too."""
    rate = scene_rate(scene.render.fps, scene.render.fps_base)
    found = []
    keys = _keys(scene)
    for strip, muted, (left, right), channel in _sounds(scene):
        if strip.sound is None:
            continue
        begin, _, _, end = version.sequence_times(strip)
        begin += getattr(strip, "sound_offset", 0.0) * float(rate)
        placed = Placed(begin, max(begin, left), max(begin, left, min(right, end)), rate)
        key = keys[strip.name]
        found.append(
            SoundStrip(strip.name, channel, _file(strip.sound), placed, muted, key, version.is_retimed(strip))
        )
    return sorted(found, key=lambda sound: (sound.placed.first_visible, sound.channel, sound.name))


def active(context: bpy.types.Context) -> SoundStrip | None:
    """The sequencer's active strip, if it is a sound."""
    scene = version.sequencer_scene(context)
    strip = version.active_sequence(scene)
    if strip is None or strip.type != "SOUND":
        return None
    return next((sound for sound in strips(scene) if sound.name == strip.name), None)


def keep(scene: Scene, sound: SoundStrip) -> str:
    """Writes a strip's identity onto it, so that renaming it later does not make another line of it."""
    for strip, *_ in _sounds(scene):
        if strip.name == sound.name:
            if sound.key == _by_name(strip.name):
                strip[_IDENTITY], strip[_NAME] = uuid.uuid4().hex[:16], strip.name
                return strip[_IDENTITY]
            strip[_NAME] = strip.name
            return sound.key
    return sound.key


def at(scene: Scene, path: str, frame: float, taken: Collection[str] = ()) -> SoundStrip | None:
    """The strip that plays this file from this frame on: one that we added is moved there if it lies elsewhere.

    Those whose keys are `taken` are spoken by somebody else too, and stay where they are.
    """
    wanted = _same(path)
    same = [sound for sound in strips(scene) if _same(sound.path) == wanted]
    free = {sound.name for sound in same if sound.key not in taken}
    ours = [strip for strip, *_ in _sounds(scene) if strip.get(_ADDED) and strip.name in free]
    if ours:
        strip = min(ours, key=lambda strip: abs(version.sequence_times(strip)[0] - frame) > 0.5)
        if abs(version.sequence_times(strip)[0] - frame) > 0.5:
            version.move_sequence(strip, round(frame))
        return next(sound for sound in strips(scene) if sound.name == strip.name)
    return next((sound for sound in same if abs(sound.placed.start_frame - frame) < 0.5), None)


def added(scene: Scene, path: str) -> set[str]:
    """The keys of the strips that we added for this file."""
    ours = {strip.name for strip, *_ in _sounds(scene) if strip.get(_ADDED)}
    return {sound.key for sound in strips(scene) if sound.name in ours and _same(sound.path) == _same(path)}


def add(scene: Scene, path: str, frame: float, channel: int | None = None) -> SoundStrip:
    """Puts a sound file on the timeline, its second 0 at a whole frame, on a channel that is free from there on."""
    if not os.path.isfile(path):
        raise Trouble(f"The sound file is not there: {path}")
    name = Path(path).stem
    try:
        strip = version.sequences_for_writing(scene).new_sound(
            name, path, channel or _free_channel(scene, frame), round(frame)
        )
    except RuntimeError as error:
        if "Audaspace" in str(error):
            raise Trouble("This Blender was built without sound, so the file cannot be put on the timeline") from error
        raise Trouble(f"Blender cannot read this sound ({error}): {path}") from error
    strip[_ADDED] = True
    return next(sound for sound in strips(scene) if sound.name == strip.name)


def _sounds(scene: Scene) -> Iterator[tuple]:
    """Each sound strip, whether it is muted, the frames in which it can be heard, its channel at the top level."""
    editor = scene.sequence_editor
    silent = {index for index, channel in enumerate(editor.channels) if channel.mute} if editor is not None else set()

    def walk(level, muted: bool, left: float, right: float, top: int | None) -> Iterator[tuple]:
        for strip in level:
            channel = strip.channel if top is None else top
            _, from_, to, _ = version.sequence_times(strip)
            off = muted or strip.mute or channel in silent
            seen = (max(left, from_), min(right, to))
            if strip.type == "META":
                yield from walk(version.nested(strip), off, *seen, channel)
            elif strip.type == "SOUND" and seen[0] < seen[1]:
                yield strip, off, seen, channel

    yield from walk(version.sequences(scene), False, float("-inf"), float("inf"), None)


def _keys(scene: Scene) -> dict[str, str]:
    """By name: the identity kept on a strip, or one made from its name.

    A copy of a strip carries the identity of its original; the one that still has the name keeps it.
    """
    claims: dict[str, list[str]] = {}
    keys = {}
    for strip, *_ in _sounds(scene):
        keys[strip.name] = _by_name(strip.name)
        if _IDENTITY in strip:
            claimants = claims.setdefault(str(strip[_IDENTITY]), [])
            claimants.insert(0 if strip.get(_NAME) == strip.name else len(claimants), strip.name)
    for identity, claimants in claims.items():
        keys[claimants[0]] = identity
    return keys


def _by_name(name: str) -> str:
    return f"strip {name}"


def _file(sound: bpy.types.Sound) -> str:
    """Where the file is on disk; a packed one is unpacked into Blender's folder for this run."""
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
    """The lowest channel with nothing on it from the frame on."""
    ends: dict[int, float] = {}
    for strip in version.sequences(scene):
        ends[strip.channel] = max(ends.get(strip.channel, float("-inf")), version.sequence_times(strip)[2])
    channel = 1
    while ends.get(channel, float("-inf")) > frame:
        channel += 1
    return channel


def _same(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
