"""Learns a speaker from the character's keyed or captured motion and its sound."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import bpy

from . import core, figure, layers, lines, paths, preferences, rig, selection
from .errors import UserError
from .jobs import Plan, ProgressCallback
from .placement import Placement, overlap

SHORTEST = 1.0  # seconds of a take; the metaface package checks the total length
STILL = 1e-3  # a face whose channels all change by less does not move
SAMPLE_RATE = 16_000  # of `metaface.Sound.samples`, in Hz


@dataclass(frozen=True)
class ReferenceTake:
    """A sound and the motion during its audible part."""

    sound: str
    audible: tuple[float, float]  # first and last second of the file
    clip: Any  # metaface.Clip; frame 0 is the first audible one


@dataclass(frozen=True)
class LearningOptions:
    """The user's options for the speaker file."""

    path: str
    name: str
    instant: bool
    consent: str
    licence: str


def plan(context: bpy.types.Context, found: figure.Figure, options: LearningOptions) -> Plan:
    """The plan that learns a speaker from the sounds that are chosen in the panel."""
    chosen = _sounds(context, found)
    takes = [_reference_take(context, found, path, placement) for path, placement in chosen]
    device = preferences.device(context)
    warning = _generated_take_warning(found, [placement for _, placement in chosen])
    root = found.root.name
    return Plan(
        f"MetaFace learns {options.name}",
        lambda progress: _learn(takes, options, device, progress),
        lambda _context, size: _finish(root, options, size, warning),
    )


def _sounds(context: bpy.types.Context, found: figure.Figure) -> list[tuple[str, Placement]]:
    """The sounds to learn from and their placements: the file, the active strip, or all strips of this character."""
    scene = context.scene
    if scene.metaface.source == "FILE":
        line = lines.from_panel(context, found)
        seconds = core.metaface().Sound.open(line.sound).duration
        return [(line.sound, Placement.untrimmed(line.at_frame, seconds, selection.rate_of(scene)))]
    if scene.metaface.source == "STRIP":
        chosen = lines.collect(context)
    else:
        chosen = [line for line in lines.from_channels(context) if line.root == found.root.name]
        if not chosen:
            raise UserError(f"No strip is on a channel of “{found.name}”: press “Read channels” and assign it there")
    return [(line.sound, line.placement) for line in chosen]


def _reference_take(
    context: bpy.types.Context, found: figure.Figure, sound: str, placement: Placement
) -> ReferenceTake:
    """The character's motion during the audible part of a sound, as a clip of channels."""
    audible = placement.audible
    if audible[1] - audible[0] < SHORTEST:
        raise UserError(
            f"{os.path.basename(sound)}: only {max(audible[1] - audible[0], 0.0):.1f} s are audible. "
            "Learning a speaker needs a few seconds at least; ten are good"
        )
    rate = selection.rate_of(context.scene)
    clip = rig.recover_clip(found, placement.first_visible, placement.last_visible, rate)
    if float(abs(clip.values - clip.values[:1]).max(initial=0.0)) < STILL:
        raise UserError(
            f"“{found.name}” does not move while {os.path.basename(sound)} plays: key its shapes there first, "
            "or import a capture"
        )
    return ReferenceTake(sound, audible, clip)


def _learn(takes: list[ReferenceTake], options: LearningOptions, device: str, progress: ProgressCallback) -> int:
    """Runs in the thread: fits the speaker and writes its file; returns the file's size in bytes."""
    package = core.metaface()
    pairs = [(_audible_part(package.Sound.open(take.sound), take.audible), take.clip) for take in takes]
    speaker = core.animator(device).learn(
        pairs,
        name=options.name,
        instant=options.instant,
        consent=options.consent,
        licence=options.licence,
        progress=progress,
    )
    return speaker.save(options.path)


def _audible_part(sound: Any, audible: tuple[float, float]) -> Any:
    """The audible part of a sound."""
    samples = sound.samples
    first, last = round(max(audible[0], 0.0) * SAMPLE_RATE), round(audible[1] * SAMPLE_RATE)
    if first <= 0 and last >= len(samples):
        return sound
    return core.metaface().Sound(samples[first:last].copy(), SAMPLE_RATE)


def _finish(root: str, options: LearningOptions, size: int, warning: str) -> str:
    """Assigns the new speaker to the character; returns the report's text."""
    owner = bpy.data.objects.get(root)
    if owner is not None:
        owner.metaface.speaker = paths.portable(options.path)
    summary = (
        f"Learned {options.name}: {os.path.basename(options.path)}, {size / 1000:.0f} kB. {root} uses this speaker now"
    )
    return f"{summary}\n{warning}" if warning else summary


def generated_take_warning(context: bpy.types.Context, found: figure.Figure) -> str:
    """A warning if the chosen sounds overlap generated takes; empty otherwise."""
    return _generated_take_warning(found, [placement for _, placement in _sounds(context, found)])


def _generated_take_warning(found: figure.Figure, placements: list[Placement]) -> str:
    """As above, for these placements. Imported captures and muted takes need no warning."""
    for take in layers.takes(found):
        if take.info.get("kind") == "clip" or not take.shown:
            continue
        for placement in placements:
            if overlap((take.frame_start, take.frame_end), (placement.first_visible, placement.last_visible)):
                return (
                    "A generated take overlaps this sound: its motion is learned along with your keys. "
                    "Mute or remove the take to learn from your keys alone"
                )
    return ""
