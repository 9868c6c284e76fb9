"""Seconds of a sound and frames of a scene, at any frame rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Placed:
    """Where a sound lies on the timeline; all in frames of the scene, fractions allowed.

    start   where second 0 of the sound's file lies, heard or not
    first   where it begins to be heard: later than `start` if its beginning is trimmed
    last    where it stops being heard
    rate    frames per second of the scene
    """

    start: float
    first: float
    last: float
    rate: Fraction

    @classmethod
    def whole(cls, start: float, seconds: float, rate: Fraction) -> Placed:
        """A sound of this length, heard from its beginning to its end."""
        return cls(start, start, start + seconds * float(rate), rate)

    @property
    def heard(self) -> tuple[float, float]:
        """The part of the file that is heard: from second, to second."""
        rate = float(self.rate)
        return (self.first - self.start) / rate, (self.last - self.start) / rate

    def frames(self, count: int, rate: Fraction) -> tuple[slice, np.ndarray]:
        """Which of a clip's `count` samples at `rate` are heard, and the scene's frames of them.

        The sample next to a cut is kept on either side, so that the motion reaches the cut.
        """
        step = float(self.rate / rate)
        begin = min(count, max(0, int(np.floor((self.first - self.start) / step + 1e-4))))
        end = max(begin, min(count, int(np.ceil((self.last - self.start) / step - 1e-4)) + 1))
        return slice(begin, end), self.start + np.arange(begin, end, dtype=np.float64) * step
