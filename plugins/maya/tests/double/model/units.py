"""Time in Maya's ticks, and the units shown to the user."""

from __future__ import annotations

import math
from fractions import Fraction

TICKS = 141_120_000
"""Ticks per second, since Maya 2018."""

NTSC = Fraction(1000, 1001)
RATES = {
    "game": Fraction(15),
    "film": Fraction(24),
    "pal": Fraction(25),
    "ntsc": Fraction(30),
    "show": Fraction(48),
    "palf": Fraction(50),
    "ntscf": Fraction(60),
    "23.976fps": 24 * NTSC,
    "29.97fps": 30 * NTSC,
    "29.97df": 30 * NTSC,
    "47.952fps": 48 * NTSC,
    "59.94fps": 60 * NTSC,
    "119.88fps": 120 * NTSC,
    "120fps": Fraction(120),
    "12fps": Fraction(12),
    "100fps": Fraction(100),
    "240fps": Fraction(240),
    "sec": Fraction(1),
    "44100fps": Fraction(44100),
}
UNITS = list(RATES)
"""The index of a unit here is its number in MTime."""

CENTIMETRES = {"mm": 0.1, "cm": 1.0, "m": 100.0, "in": 2.54, "ft": 30.48}
RADIANS = {"deg": math.pi / 180.0, "rad": 1.0}


def ticks(value: float, unit: str) -> int:
    """Converts frames of a unit to ticks."""
    return round(Fraction(value) * TICKS / RATES[unit])


def frames(at: int, unit: str) -> float:
    """Converts ticks to frames of a unit."""
    rate = RATES[unit]
    return at * rate.numerator / (TICKS * rate.denominator)
