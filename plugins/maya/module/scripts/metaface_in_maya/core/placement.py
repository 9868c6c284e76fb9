"""Converts between seconds of a sound and frames of the scene, at any frame rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Placed:
    """The position of a sound on the timeline, in frames of the scene; fractions are allowed.

    start   the frame of second 0 of the file, even if that part is trimmed
    first   the first audible frame: later than `start` if the beginning is trimmed
    last    the last audible frame
    rate    frames per second of the scene
    """

    start: float
    first: float
    last: float
    rate: Fraction

    @classmethod
    def whole(cls, start: float, seconds: float, rate: Fraction) -> Placed:
        """A sound of this length without trims."""
        return cls(start, start, start + seconds * float(rate), rate)

    @property
    def audible(self) -> tuple[float, float]:
        """The audible part of the file: first and last second."""
        rate = float(self.rate)
        return (self.first - self.start) / rate, (self.last - self.start) / rate

    def frames(self, count: int, rate: Fraction) -> tuple[slice, np.ndarray]:
        """The audible samples among a clip's `count` samples at `rate`, and their frames in the scene.

        The sample beyond each trim is included, so that the motion reaches the trim.
        """
        step = float(self.rate / rate)
        begin = min(count, max(0, int(np.floor((self.first - self.start) / step + 1e-4))))
        end = max(begin, min(count, int(np.ceil((self.last - self.start) / step - 1e-4)) + 1))
        return slice(begin, end), self.start + np.arange(begin, end, dtype=np.float64) * step
