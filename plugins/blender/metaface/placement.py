"""Seconds of a sound and frames of a scene, at any frame rate. Nothing here knows Blender."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

NTSC = Fraction(1000, 1001)
"""23.976, 29.97 and 59.94 are 24, 30 and 60 times this."""

_SAME_RATE = 1e-5
"""Rates that differ by less than this share are one: a scene keeps its rate in single precision."""


def scene_rate(fps: int, fps_base: float) -> Fraction:
    """Frames per second of a scene: 24 over 1.001 is exactly 24000/1001, however it was typed."""
    rate = fps / fps_base
    for exact in (Fraction(round(rate)), round(rate / NTSC) * NTSC):
        if exact > 0 and abs(rate / float(exact) - 1.0) < _SAME_RATE:
            return exact
    return Fraction(rate).limit_denominator(100_000)


@dataclass(frozen=True)
class Placed:
    """Where a sound lies on a scene's timeline; all in frames of the scene, fractions allowed.

    start_frame    where second 0 of the sound's file lies, heard or not
    first_visible  where the sound begins to be heard: later than `start_frame` if its beginning is cut off
    last_visible   where it stops being heard
    rate           frames per second of the scene
    """

    start_frame: float
    first_visible: float
    last_visible: float
    rate: Fraction

    @classmethod
    def whole(cls, start_frame: float, seconds: float, rate: Fraction) -> Placed:
        """A sound of this length, heard from its beginning to its end."""
        return cls(start_frame, start_frame, start_frame + seconds * float(rate), rate)

    def frame(self, seconds: float) -> float:
        """The scene's frame at which this second of the file is heard."""
        return self.start_frame + seconds * float(self.rate)

    def seconds(self, frame: float) -> float:
        """The second of the file that is heard at a frame of the scene."""
        return (frame - self.start_frame) / float(self.rate)

    @property
    def heard(self) -> tuple[float, float]:
        """The part of the file that is heard: from second, to second."""
        return self.seconds(self.first_visible), self.seconds(self.last_visible)

    def local_frames(self, count: int, rate: Fraction) -> tuple[slice, np.ndarray]:
        """Which of a clip's `count` samples at `rate` are heard, and their scene frames after second 0.

        The sample next to a cut is kept on either side, so that the motion reaches the cut.
        """
        step = self.rate / Fraction(rate)
        first = (self.first_visible - self.start_frame) / float(step)
        last = (self.last_visible - self.start_frame) / float(step)
        begin = min(count, max(0, int(np.floor(first + 1e-4))))
        end = max(begin, min(count, int(np.ceil(last - 1e-4)) + 1))
        chosen = slice(begin, end)
        return chosen, np.arange(chosen.start, chosen.stop, dtype=np.float64) * float(step)


def overlap(a: tuple[float, float], b: tuple[float, float], slack: float = 1e-3) -> bool:
    """Whether two spans of frames have more than an edge in common."""
    return a[0] < b[1] - slack and b[0] < a[1] - slack
