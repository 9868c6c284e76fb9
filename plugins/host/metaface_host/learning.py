"""Learns a speaker from sounds and the motion of a character during them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import library
from .errors import UserError
from .jobs import Plan, ProgressCallback
from .placement import Placement, overlap

ENDING = ".speaker"
SHORTEST = 1.0  # seconds of a take; the package checks the total length
STILL = 1e-3  # a face whose channels all change by less does not move
SAMPLE_RATE = 16_000  # of `metaface.Sound.samples`, in Hz


@dataclass(frozen=True)
class SpeakerFile:
    """The speaker file to write: its path, what is stored in it, and how it is learned."""

    path: str
    name: str = ""
    """Defaults to the name of the file."""
    instant: bool = False
    consent: str = ""
    licence: str = ""

    @property
    def speaker(self) -> str:
        """The name of the speaker."""
        return self.name or Path(self.path).stem


@dataclass(frozen=True)
class ReferenceTake:
    """A sound, its audible part in seconds, and the motion during it as a `metaface.Clip`."""

    sound: str
    audible: tuple[float, float]
    clip: Any

    def pair(self) -> tuple[Any, Any]:
        """The audible part of the sound, with the clip."""
        sound = library.metaface().Sound.open(self.sound)
        first, last = round(max(self.audible[0], 0.0) * SAMPLE_RATE), round(self.audible[1] * SAMPLE_RATE)
        if first > 0 or last < len(sound.samples):
            sound = library.metaface().Sound(sound.samples[first:last].copy(), SAMPLE_RATE)
        return sound, self.clip


def reference_take(character: str, sound: str, placement: Placement, recover: Callable[[], Any]) -> ReferenceTake:
    """A sound with the character's motion, which `recover` samples from the scene."""
    first, last = placement.audible
    name = Path(sound).name
    if last - first < SHORTEST:
        raise UserError(
            f"{name}: only {max(last - first, 0.0):.1f} s are audible. Learning a speaker needs at least a few "
            "seconds; ten are good"
        )
    clip = recover()
    if float(abs(clip.values - clip.values[:1]).max(initial=0.0)) < STILL:
        raise UserError(
            f"“{character}” does not move while {name} plays: key its shapes there first, or import a capture"
        )
    return ReferenceTake(sound, (first, last), clip)


def plan(pairs: Callable[[], Any], file: SpeakerFile, device: str, finish: Callable[[int], Any]) -> Plan:
    """The plan that learns from pairs of sound and motion and writes the file; `finish` gets its size in bytes."""

    def work(progress: ProgressCallback) -> int:
        speaker = library.animator(device).learn(
            pairs(),
            name=file.speaker,
            instant=file.instant,
            consent=file.consent,
            licence=file.licence,
            progress=progress,
        )
        return int(speaker.save(file.path))

    return Plan(f"MetaFace learns {file.speaker}", work, finish)


def summary(file: SpeakerFile, size: int, character: str) -> str:
    """The message when the speaker was learned and assigned to a character."""
    return (
        f"Learned {file.speaker}: {Path(file.path).name}, {size / 1000:.0f} kB. {character} uses this speaker now"
    )


def generated_warning(takes: Iterable[tuple[str, float, float]], placements: Sequence[Placement]) -> str:
    """A warning if a generated take (name, first and last frame) overlaps a sound; empty otherwise."""
    for name, first, last in takes:
        if any(overlap((first, last), (placed.first_visible, placed.last_visible)) for placed in placements):
            return (
                f"The generated take “{name}” overlaps the sound: its motion is learned along with your keys. "
                "Mute or remove the take to learn from your keys alone"
            )
    return ""
