"""A speaker from what an animator keyed or captured here: the character's own motion and its sound."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import bpy

from . import core, figure, layers, lines, placement, preferences, rig
from .jobs import Plan, Progress
from .trouble import Trouble

SHORTEST = 1.0  # seconds of a take; MetaFace itself says what is too little to learn from


@dataclass(frozen=True)
class Take:
    """Sound and motion of the same stretch of time."""

    sound: str
    heard: tuple[float, float]  # from second, to second of the file
    clip: Any  # metaface.Clip: frame 0 is the first that is heard


@dataclass(frozen=True)
class Wishes:
    """What the artist says about the speaker's file."""

    path: str
    name: str
    instant: bool
    consent: str
    licence: str


def plan(context: bpy.types.Context, found: figure.Figure, wishes: Wishes) -> Plan:
    """The plan that learns a speaker from the sounds that the panel names."""
    heard = _sounds(context, found)
    takes = [_record(context, found, name, place) for name, place in heard]
    device = preferences.device(context)
    warning = _of_our_own(found, [place for _, place in heard])
    root = found.root.name
    return Plan(
        f"MetaFace learns {wishes.name}",
        lambda progress: _learn(takes, wishes, device, progress),
        lambda _context, size: _keep(root, wishes, size, warning),
    )


def _sounds(context: bpy.types.Context, found: figure.Figure) -> list[tuple[str, placement.Placed]]:
    """Sounds to learn from, and where they lie: the file, the active strip, or every strip of this character."""
    scene = context.scene
    if scene.metaface.source == "FILE":
        line = lines.from_file(context, found)
        seconds = core.metaface().Sound.open(line.sound).duration
        return [(line.sound, placement.Placed.whole(line.at_frame, seconds, lines.rate_of(scene)))]
    if scene.metaface.source == "STRIP":
        chosen = lines.collect(context)
    else:
        chosen = [line for line in lines.from_channels(context) if line.root == found.root.name]
        if not chosen:
            raise Trouble(f"No strip lies on a channel of “{found.name}”: press “Read channels” and choose it there")
    return [(line.sound, line.placed) for line in chosen]


def _record(context: bpy.types.Context, found: figure.Figure, sound: str, placed: placement.Placed) -> Take:
    """What the character does while the sound is heard, as a clip of channels."""
    heard = placed.heard
    if heard[1] - heard[0] < SHORTEST:
        raise Trouble(
            f"{os.path.basename(sound)}: only {max(heard[1] - heard[0], 0.0):.1f} s are heard. "
            "A speaker is learned from a few seconds at least; ten are good"
        )
    rate = lines.rate_of(context.scene)
    clip = rig.recovered(found, placed.first_visible, placed.last_visible, rate)
    if float(abs(clip.values - clip.values[:1]).max(initial=0.0)) < 1e-3:
        raise Trouble(
            f"“{found.name}” does not move while {os.path.basename(sound)} is heard: key its shapes there first, "
            "or import a capture"
        )
    return Take(sound, heard, clip)


def _learn(takes: list[Take], wishes: Wishes, device: str, progress: Progress) -> int:
    """In the thread: fits the speaker and writes its file."""
    package = core.metaface()
    pairs = [(_part(package.Sound.open(take.sound), take.heard), take.clip) for take in takes]
    speaker = core.animator(device).learn(
        pairs,
        name=wishes.name,
        instant=wishes.instant,
        consent=wishes.consent,
        licence=wishes.licence,
        progress=progress,
    )
    return speaker.save(wishes.path)


def _part(sound: Any, heard: tuple[float, float]) -> Any:
    """The heard part of a sound."""
    rate = 16_000
    samples = sound.samples
    first, last = round(max(heard[0], 0.0) * rate), round(heard[1] * rate)
    if first <= 0 and last >= len(samples):
        return sound
    return core.metaface().Sound(samples[first:last].copy(), rate)


def _keep(root: str, wishes: Wishes, size: int, warning: str) -> str:
    """The character speaks like this from now on."""
    owner = bpy.data.objects.get(root)
    if owner is not None:
        owner.metaface.speaker = lines.portable(wishes.path)
    said = (
        f"{wishes.name} is learned: {os.path.basename(wishes.path)}, {size / 1000:.0f} kB; {root} speaks like this now"
    )
    return f"{said}\n{warning}" if warning else said


def own_takes(context: bpy.types.Context, found: figure.Figure) -> str:
    """A warning where MetaFace would learn from itself, before anything is learned."""
    return _of_our_own(found, [place for _, place in _sounds(context, found)])


def _of_our_own(found: figure.Figure, places: list[placement.Placed]) -> str:
    """A capture is not MetaFace's own motion, and what is muted is not seen."""
    for take in layers.takes(found):
        if take.info.get("kind") == "clip" or not take.shown:
            continue
        for place in places:
            if placement.overlap((take.frame_start, take.frame_end), (place.first_visible, place.last_visible)):
                return (
                    "A take of MetaFace's own lies there: what it made is learned along with your keys. "
                    "Mute or remove the take to learn from yours alone"
                )
    return ""
