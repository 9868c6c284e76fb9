"""Converts between seconds of a sound and frames of a scene, at any frame rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

_NTSC = Fraction(1000, 1001)
"""The factor from 24, 30 and 60 to 23.976, 29.97 and 59.94."""

_SAME_RATE = 1e-5
"""Rates that differ relatively by less are equal: hosts give them in single precision or with three decimals."""


def exact_rate(fps: float) -> Fraction:
    """Exact frames per second: 23.976 and 23.97602 are 24000/1001."""
    for exact in (Fraction(round(fps)), round(fps / _NTSC) * _NTSC):
        if exact > 0 and abs(fps / float(exact) - 1.0) < _SAME_RATE:
            return exact
    return Fraction(fps).limit_denominator(100_000)


@dataclass(frozen=True)
class Placement:
    """The place of a sound on a scene's timeline, in frames of the scene (fractions allowed).

    start_frame    second 0 of the sound file, also if it is trimmed
    first_visible  start of the audible part: later than `start_frame` if the beginning is trimmed
    last_visible   end of the audible part
    rate           frames per second of the scene
    """

    start_frame: float
    first_visible: float
    last_visible: float
    rate: Fraction

    @classmethod
    def untrimmed(cls, start_frame: float, seconds: float, rate: Fraction) -> Placement:
        """A sound of this length, audible from beginning to end."""
        return cls(start_frame, start_frame, start_frame + seconds * float(rate), rate)

    def seconds(self, frame: float) -> float:
        """The second of the file at a frame of the scene."""
        return (frame - self.start_frame) / float(self.rate)

    @property
    def audible(self) -> tuple[float, float]:
        """The first and the last second of the audible part of the file."""
        return self.seconds(self.first_visible), self.seconds(self.last_visible)

    def local_frames(self, count: int, rate: Fraction) -> tuple[slice, np.ndarray]:
        """The slice of a clip's `count` samples at `rate` that is audible, and their scene frames after second 0.

        It includes one sample beyond each cut, so that the motion reaches the cut.
        """
        step = float(self.rate / Fraction(rate))
        first = (self.first_visible - self.start_frame) / step
        last = (self.last_visible - self.start_frame) / step
        begin = min(count, max(0, int(np.floor(first + 1e-4))))
        end = max(begin, min(count, int(np.ceil(last - 1e-4)) + 1))
        return slice(begin, end), np.arange(begin, end, dtype=np.float64) * step


def overlap(a: tuple[float, float], b: tuple[float, float], slack: float = 1e-3) -> bool:
    """Whether two spans of frames have more than an edge in common."""
    return a[0] < b[1] - slack and b[0] < a[1] - slack
