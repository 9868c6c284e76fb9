"""Problems that keep an animated face from moving as intended, in the words that every host uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from .errors import name_list
from .motion import FADE

_AT_REST = 0.01  # a weight at rest that is visible between lines
_OVERLAP_SLACK = 0.5  # frames


@dataclass(frozen=True)
class Problem:
    """A problem, its remedy, and the name of the node, bone, action or take that has it."""

    text: str
    remedy: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}. {self.remedy}"


def other_rate(take: str, rate: float) -> Problem:
    """A take that was generated for another frame rate than the scene's."""
    return Problem(
        f"Generated for {rate:.5g} frames per second, but the scene now has another frame rate", "Regenerate it", take
    )


def edited_take(take: str, kept: str, remedy: str) -> Problem:
    """A take whose keys were edited; `kept` is where regenerating keeps them."""
    return Problem(f"Keys inside the take were edited: regenerating replaces them and keeps {kept}", remedy, take)


def not_at_rest(where: str, at_rest: Iterable[tuple[str, float]]) -> Iterator[Problem]:
    """Shapes (name, weight at rest) that are not 0 between the lines."""
    names = [name for name, weight in at_rest if abs(weight) > _AT_REST]
    if names:
        yield Problem(
            f"At rest {name_list(names)} is not 0: before, between and after lines the face returns to that value",
            "Set these shapes to 0 before the first line is generated",
            where,
        )


def overlapping(takes: Iterable[tuple[str, str, float, float]], rate: Fraction) -> Iterator[Problem]:
    """Takes (line, name, first and last frame) that overlap by more than their fades."""
    allowed = 2.0 * FADE * float(rate) + _OVERLAP_SLACK
    longest: tuple[str, str, float, float] | None = None
    for take in sorted(takes, key=lambda take: take[2]):
        if longest is not None and longest[0] != take[0] and min(longest[3], take[3]) - take[2] > allowed:
            yield Problem(
                "Two takes overlap: their motion adds up",
                "Remove one of them, or move its sound and generate it again",
                f"{longest[1]}, {take[1]}",
            )
        if longest is None or take[3] > longest[3]:
            longest = take
