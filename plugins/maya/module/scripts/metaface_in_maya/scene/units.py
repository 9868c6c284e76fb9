"""The units that Maya shows the scene in."""

from __future__ import annotations

import math
from fractions import Fraction

from maya import cmds

from ..core import rates

_METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0, "in": 0.0254, "ft": 0.3048, "yd": 0.9144, "mi": 1609.344}


def time_unit() -> str:
    """The scene's time unit, such as `film` or `23.976fps`."""
    return str(cmds.currentUnit(query=True, time=True))


def rate() -> Fraction:
    """The scene's exact frame rate."""
    return rates.animated(time_unit())


def metres_per_unit() -> float:
    """Metres per unit of length that commands read and write."""
    return _METRES.get(str(cmds.currentUnit(query=True, linear=True)), 0.01)


def radians_per_unit() -> float:
    """Radians per unit of angle that commands read and write, which the user can set to degrees or radians."""
    return 1.0 if str(cmds.currentUnit(query=True, angle=True)) in {"rad", "radian"} else math.pi / 180.0


def z_up() -> bool:
    """Whether Z is the up axis; otherwise it is Y."""
    return str(cmds.upAxis(query=True, axis=True)) == "z"


def now() -> float:
    """The current frame."""
    return float(cmds.currentTime(query=True))  # type: ignore[call-arg]


def playback() -> tuple[float, float]:
    """The first and the last frame of the playback range."""
    return (
        float(cmds.playbackOptions(query=True, minTime=True)),
        float(cmds.playbackOptions(query=True, maxTime=True)),
    )
