"""Maya's time units as exact frame rates: `ntsc` is 30, `23.976fps` is 24000/1001."""

from __future__ import annotations

import re
from fractions import Fraction

from ..host.errors import UserError
from ..host.placement import exact_rate

_NAMED = {
    "game": Fraction(15),
    "film": Fraction(24),
    "pal": Fraction(25),
    "ntsc": Fraction(30),
    "show": Fraction(48),
    "palf": Fraction(50),
    "ntscf": Fraction(60),
    "millisec": Fraction(1000),
    "sec": Fraction(1),
    "min": Fraction(1, 60),
    "hour": Fraction(1, 3600),
}
_FPS = re.compile(r"(\d+(?:\.\d+)?)(?:fps|df)")


def of_unit(unit: str) -> Fraction:
    """Frames per second for the result of `currentUnit -query -time`.

    Drop-frame time code (29.97df) skips numbers, not frames: its rate is 30000/1001 too.
    """
    if unit in _NAMED:
        return _NAMED[unit]
    found = _FPS.fullmatch(unit)
    if found is None or float(found[1]) <= 0.0:
        raise UserError(f"Unknown time unit “{unit}”: choose another in Preferences, Settings, Time")
    return exact_rate(float(found[1]))


def animated(unit: str) -> Fraction:
    """Like `of_unit`, but raises `UserError` if the rate is not usable for animation."""
    rate = of_unit(unit)
    if not 1 <= rate <= 1000 or unit in {"sec", "millisec"}:
        raise UserError(
            f"The scene's time unit is “{unit}”, which is not a frame rate for animation: choose one, such as 24 fps, "
            "in Preferences, Settings, Time"
        )
    return rate
