"""A speaker from what an animator keyed or captured: the character's own motion and its sound."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maya import cmds

from ..core import library
from ..core.figures import Figure
from ..core.jobs import Plan, Progress
from ..core.placement import Placed
from ..core.trouble import Trouble
from . import cast, kept, layers, recording, sounds
from .undo import step

SHORTEST = 1.0  # seconds of a take; MetaFace itself says what is too little to learn from
SAMPLES = 16_000  # a second, of metaface.Sound


@dataclass(frozen=True)
class Wishes:
    """What is said about the speaker's file."""

    path: str
    name: str
    instant: bool = False
    consent: str = ""
    licence: str = ""


def plan(figure: Figure, heard: list[tuple[str, Placed]], wishes: Wishes, device: str = "auto") -> Plan:
    """Learns from these sounds and what the character does while they are heard."""
    if not wishes.path.lower().endswith(".speaker"):
        raise Trouble(f"A speaker's file ends in .speaker: {wishes.path}")
    if not heard:
        raise Trouble("No sound to learn from: choose one on the timeline, or name a file")
    takes = [(sound, placed.heard, _clip(figure, sound, placed)) for sound, placed in heard]
    warning = _of_our_own(figure, [placed for _, placed in heard])

    def pairs() -> list[tuple[Any, Any]]:
        package = library.metaface()
        return [(_part(package.Sound.open(sound), part), clip) for sound, part, clip in takes]

    return _plan(pairs, wishes, device, lambda size: _keep(figure, wishes, size, warning))


def from_files(pairs: list[tuple[str, str]], wishes: Wishes, device: str = "auto") -> Plan:
    """Learns from sounds and the captures made with them, without a character."""
    return _plan(lambda: pairs, wishes, device, lambda size: (wishes.path, ()))


def _plan(pairs: Callable[[], Any], wishes: Wishes, device: str, finish: Callable[[int], Any]) -> Plan:
    """Opens the pairs of sound and motion, learns, and writes the file, all beside Maya's thread."""

    def work(progress: Progress) -> int:
        speaker = library.animator(device).learn(
            pairs(),
            name=wishes.name or Path(wishes.path).stem,
            instant=wishes.instant,
            consent=wishes.consent,
            licence=wishes.licence,
            progress=progress,
        )
        return int(speaker.save(wishes.path))

    return Plan(f"MetaFace learns {wishes.name}", work, finish)


def _clip(figure: Figure, sound: str, placed: Placed) -> Any:
    heard = placed.heard
    if heard[1] - heard[0] < SHORTEST:
        raise Trouble(
            f"{os.path.basename(sound)}: only {max(heard[1] - heard[0], 0.0):.1f} s are heard. A speaker is learned "
            "from a few seconds at least; ten are good"
        )
    clip = recording.recovered(figure, placed.first, placed.last)
    if float(abs(clip.values - clip.values[:1]).max(initial=0.0)) < 1e-3:
        raise Trouble(
            f"“{figure.name}” does not move while {os.path.basename(sound)} is heard: key its targets there first, or "
            "bring in a capture"
        )
    return clip


def _part(sound: Any, heard: tuple[float, float]) -> Any:
    """The heard part of a sound."""
    first, last = round(max(heard[0], 0.0) * SAMPLES), round(heard[1] * SAMPLES)
    if first <= 0 and last >= len(sound.samples):
        return sound
    return library.metaface().Sound(sound.samples[first:last].copy(), SAMPLES)


def _keep(figure: Figure, wishes: Wishes, size: int, warning: str) -> tuple[str, tuple[str, ...]]:
    """The character speaks like this from now on."""
    root = cast.fresh(figure).root
    with step(f"MetaFace speaker {wishes.name}"):
        kept.change_character(root, speaker=wishes.path)
    return wishes.path, ((warning,) if warning else ())


def _of_our_own(figure: Figure, places: list[Placed]) -> str:
    """A capture is not MetaFace's own motion."""
    for layer, take in layers.takes(figure):
        if take.kind == "clip" or cmds.animLayer(layer, query=True, mute=True):
            continue
        if any(take.first < place.last and place.first < take.last for place in places):
            return (
                f"MetaFace's own take “{take.name}” lies there: what it made is learned along with your keys. "
                "Mute its layer to learn from yours alone"
            )
    return ""


def heard_on_timeline(names: list[str]) -> list[tuple[str, Placed]]:
    """These audio nodes, or the one that the time slider shows."""
    chosen = names or [node for node in [sounds.active()] if node]
    found = [sounds.of(node) for node in chosen]
    return [(audio.file, audio.placed) for audio in found]
