"""Learns a speaker from a character's keyed or captured motion and its sound."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maya import cmds

from ..core import library
from ..core.errors import UserError
from ..core.figures import Figure
from ..core.jobs import Plan, ProgressCallback
from ..core.placement import Placed
from . import characters, layers, recording, sounds, storage
from .undo import undo_step

SHORTEST = 1.0  # seconds of a take; the package has further requirements and reports them
SAMPLE_RATE = 16_000  # samples per second of metaface.Sound


@dataclass(frozen=True)
class LearnSettings:
    """The speaker file to write: its path, what is stored in it, and how it is learned."""

    path: str
    name: str
    instant: bool = False
    consent: str = ""
    licence: str = ""


def plan(figure: Figure, sources: list[tuple[str, Placed]], settings: LearnSettings, device: str = "auto") -> Plan:
    """Learns from these sounds and the character's motion during them."""
    if not settings.path.lower().endswith(".speaker"):
        raise UserError(f"The name of a speaker file must end in .speaker: {settings.path}")
    if not sources:
        raise UserError("No sound to learn from: choose one on the timeline, or name a file")
    takes = [(sound, placed.audible, _clip(figure, sound, placed)) for sound, placed in sources]
    warning = _generated_motion(figure, [placed for _, placed in sources])

    def pairs() -> list[tuple[Any, Any]]:
        package = library.metaface()
        return [(_trimmed(package.Sound.open(sound), audible), clip) for sound, audible, clip in takes]

    return _plan(pairs, settings, device, lambda _size: _set_speaker(figure, settings, warning))


def from_files(pairs: list[tuple[str, str]], settings: LearnSettings, device: str = "auto") -> Plan:
    """Learns from sounds and the captures recorded with them, without a character."""
    return _plan(lambda: pairs, settings, device, lambda _size: (settings.path, ()))


def _plan(pairs: Callable[[], Any], settings: LearnSettings, device: str, finish: Callable[[int], Any]) -> Plan:
    """The plan whose `work` opens the pairs of sound and motion, learns, and writes the file."""

    def work(progress: ProgressCallback) -> int:
        speaker = library.animator(device).learn(
            pairs(),
            name=settings.name or Path(settings.path).stem,
            instant=settings.instant,
            consent=settings.consent,
            licence=settings.licence,
            progress=progress,
        )
        return int(speaker.save(settings.path))

    return Plan(f"MetaFace learns {settings.name}", work, finish)


def _clip(figure: Figure, sound: str, placed: Placed) -> Any:
    first, last = placed.audible
    if last - first < SHORTEST:
        raise UserError(
            f"{os.path.basename(sound)}: only {max(last - first, 0.0):.1f} s are audible. Learning a speaker needs at "
            "least a few seconds; ten are good"
        )
    clip = recording.recover(figure, placed.first, placed.last)
    if float(abs(clip.values - clip.values[:1]).max(initial=0.0)) < 1e-3:
        raise UserError(
            f"“{figure.name}” does not move during {os.path.basename(sound)}: key its targets there first, or import "
            "a capture"
        )
    return clip


def _trimmed(sound: Any, audible: tuple[float, float]) -> Any:
    """The audible part of a sound, given in seconds."""
    first, last = round(max(audible[0], 0.0) * SAMPLE_RATE), round(audible[1] * SAMPLE_RATE)
    if first <= 0 and last >= len(sound.samples):
        return sound
    return library.metaface().Sound(sound.samples[first:last].copy(), SAMPLE_RATE)


def _set_speaker(figure: Figure, settings: LearnSettings, warning: str) -> tuple[str, tuple[str, ...]]:
    """Makes the file the character's speaker. Returns its path and the warnings."""
    root = characters.fresh(figure).root
    with undo_step(f"MetaFace speaker {settings.name}"):
        storage.change_character_settings(root, speaker=settings.path)
    return settings.path, ((warning,) if warning else ())


def _generated_motion(figure: Figure, sources: list[Placed]) -> str:
    """A warning if a generated take overlaps a sound. Takes that play a capture are not generated."""
    for layer, take in layers.takes(figure):
        if take.kind == "clip" or cmds.animLayer(layer, query=True, mute=True):
            continue
        if any(take.first < placed.last and placed.first < take.last for placed in sources):
            return (
                f"The generated take “{take.name}” overlaps the sound and is learned along with your keys. "
                "Mute its layer to learn from your keys alone"
            )
    return ""


def sounds_on_timeline(names: list[str]) -> list[tuple[str, Placed]]:
    """The file and position of these audio nodes, by default of the one on the time slider."""
    chosen = names or [node for node in [sounds.active()] if node]
    audios = [sounds.audio_of(node) for node in chosen]
    return [(audio.file, audio.placed) for audio in audios]
