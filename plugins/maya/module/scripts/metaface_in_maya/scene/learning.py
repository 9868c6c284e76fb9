"""Learns a speaker from a character's keyed or captured motion and its sound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from maya import cmds

from ..core.figures import Figure
from ..host import learning
from ..host.errors import UserError
from ..host.jobs import Plan
from ..host.learning import SpeakerFile
from ..host.placement import Placement
from . import characters, layers, recording, sounds, storage
from .undo import undo_step


@dataclass(frozen=True)
class Learned:
    """A speaker file that was written. `text` says so, `warning` may be empty."""

    path: str
    text: str
    warning: str = ""


def plan(figure: Figure, sources: list[tuple[str, Placement]], file: SpeakerFile, device: str = "auto") -> Plan:
    """Learns from these sounds and the character's motion during them."""
    if not file.path.lower().endswith(learning.ENDING):
        raise UserError(f"The name of a speaker file must end in {learning.ENDING}: {file.path}")
    if not sources:
        raise UserError("No sound to learn from: choose one on the timeline, or name a file")
    takes = [
        learning.reference_take(
            figure.name, sound, placed, partial(recording.recover, figure, placed.first_visible, placed.last_visible)
        )
        for sound, placed in sources
    ]
    playing = [
        (take.name, take.first, take.last)
        for layer, take in layers.takes(figure)
        if take.kind != "clip" and not cmds.animLayer(layer, query=True, mute=True)
    ]
    warning = learning.generated_warning(playing, [placed for _, placed in sources])

    def finish(size: int) -> Learned:
        root = characters.fresh(figure).root
        with undo_step(f"MetaFace speaker {file.speaker}"):
            storage.change_character_settings(root, speaker=file.path)
        return Learned(file.path, learning.summary(file, size, figure.name), warning)

    return learning.plan(lambda: [take.pair() for take in takes], file, device, finish)


def from_files(pairs: list[tuple[str, str]], file: SpeakerFile, device: str = "auto") -> Plan:
    """Learns from sounds and the captures recorded with them, without a character."""
    return learning.plan(lambda: pairs, file, device, lambda _size: Learned(file.path, f"Learned: {file.path}"))


def sounds_on_timeline(names: list[str]) -> list[tuple[str, Placement]]:
    """The file and position of these audio nodes, by default of the one on the time slider."""
    chosen = names or [node for node in [sounds.active()] if node]
    audios = [sounds.audio_of(node) for node in chosen]
    return [(audio.file, audio.placement) for audio in audios]
