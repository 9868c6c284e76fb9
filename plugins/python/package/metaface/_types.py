"""Type aliases of arguments."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from os import PathLike
from typing import TypeAlias

FrameRateLike: TypeAlias = int | float | str | Fraction
"""Frames per second: 24, 23.976 (which means 24000/1001), "30000/1001" or a Fraction."""

Path: TypeAlias = str | PathLike[str]
"""A path: str or os.PathLike, such as pathlib.Path."""

Progress: TypeAlias = Callable[[float], bool | None]
"""Progress callback, called with the completed fraction, 0 to 1; returning False stops the work."""
