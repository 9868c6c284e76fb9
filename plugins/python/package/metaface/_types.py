"""Names for what functions take."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from os import PathLike
from typing import TypeAlias

FrameRateLike: TypeAlias = int | float | str | Fraction
"""Frames per second: 24, 23.976 (which means 24000/1001), "30000/1001" or a Fraction."""

Path: TypeAlias = str | PathLike[str]
"""A file: text or a pathlib.Path."""

Progress: TypeAlias = Callable[[float], bool | None]
"""Called with the share of the work that is done, 0 to 1; False stops the work."""
