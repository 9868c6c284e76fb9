"""Animates one line, and many lines of which some may fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from . import library
from .errors import UserError, is_cancelled, message_of
from .jobs import ProgressCallback
from .options import Options

T = TypeVar("T")

_MADE_BY = ("generator", "base_model", "speaker_hash")


@dataclass(frozen=True)
class Speech:
    """The `metaface.Clip` of a sound, the sound's length, and warnings about both."""

    clip: Any
    seconds: float
    warnings: tuple[str, ...]


def animate(
    sound: str,
    name: str,
    rate: Fraction,
    options: Options,
    progress: ProgressCallback,
    device: str = "auto",
) -> Speech:
    """Animates a sound file."""
    animator = library.animator(device)
    if options.speaker:
        animator = animator.with_speaker(library.speaker(options.speaker), options.style_strength)
    opened = library.metaface().Sound.open(sound)
    clip = animator.animate(opened, name=name, fps=rate, progress=progress, **options.for_animator())
    return Speech(clip, opened.duration, tuple(dict.fromkeys([*opened.warnings, *clip.warnings])))


def made_by(metadata: Mapping[str, str]) -> dict[str, str]:
    """What a take stores of its clip's metadata: the program, the base model and the speaker that made it."""
    return {name: metadata[name] for name in _MADE_BY if name in metadata}


class Lines:
    """Work on several lines: one that fails does not stop the others. The error of a single line is raised."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.failed: list[tuple[str, str]] = []
        """The label and the error of each line that failed."""
        self.warnings: list[str] = []

    def attempt(self, label: str, work: Callable[[], T]) -> T | None:
        """The result of the work on one line; `None` if it failed."""
        try:
            return work()
        except Exception as error:
            if is_cancelled(error) or self.count == 1:
                raise
            self.failed.append((label, message_of(error)))
            return None

    def require_any(self) -> None:
        """Raises `UserError` if all lines have failed."""
        if self.count == 1 and self.failed:
            raise UserError(self.failed[0][1])
        if self.failed and len(self.failed) == self.count:
            raise UserError("\n".join([f"All {self.count} lines failed.", *self._failures()]))

    def summary(self, animated: Sequence[tuple[str, str]]) -> str:
        """What was done, from the character and the label of each animated line; then failures and warnings."""
        names = ", ".join(dict.fromkeys(name for name, _ in animated))
        one = len(animated) == 1
        texts = [f"{names}: animated “{animated[0][1]}”" if one else f"{len(animated)} lines animated: {names}"]
        if self.failed:
            texts.append(f"{len(self.failed)} of {self.count} lines failed.")
        return "\n".join([*texts, *self._failures(), *self.warnings])

    def _failures(self) -> list[str]:
        return [f"{label}: {message}" for label, message in self.failed]
