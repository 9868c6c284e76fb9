"""The options of a take. They are stored with the take, so that it can be regenerated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from . import option_table
from .errors import UserError

TAKE_OPTIONS = tuple(
    option
    for option in option_table.OPTIONS
    if option.name == "style_strength" or (option.is_animation and option.kind != "rate")
)
"""The options of the table that a take has, besides the speaker file. The frame rate is the scene's."""

_TURN_FACTORS = ("jaw", "head_turn", "eye_turn")
_MAX_TURN_FACTOR = 3.0


def label(option: option_table.Option) -> str:
    """The option's name in panels."""
    return option.name.replace("_", " ").capitalize()


def _defaults() -> dict[str, Any]:
    return {option.name: option.default for option in TAKE_OPTIONS}


@dataclass(frozen=True)
class Options:
    """`values` has the options of the table by name. The others are factors on joint rotations, 0 to 3.

    An empty `speaker` is the average speaker.
    """

    speaker: str = ""
    values: dict[str, Any] = field(default_factory=_defaults)
    jaw: float = 1.0
    head_turn: float = 1.0
    eye_turn: float = 1.0

    @property
    def style_strength(self) -> float:
        """How much of the speaker is applied; 0 is the average speaker."""
        return float(self.values["style_strength"])

    def with_values(self, changes: dict[str, Any]) -> Options:
        """A copy with some options changed, by name: those of the table, `speaker` and the factors."""
        table_values = {name: value for name, value in changes.items() if name in self.values}
        other_fields = {name: value for name, value in changes.items() if name not in self.values}
        return replace(self, values=self.values | table_values, **other_fields)

    def checked(self) -> Options:
        """Returns itself if every number is in its range."""
        for name, value, low, high in self._ranges():
            if value < low or (high is not None and value > high):
                allowed = f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
                raise UserError(f"{name} is {value:g}: choose {allowed}")
        return self

    def _ranges(self) -> Iterator[tuple[str, float, float, float | None]]:
        """Name, value, lowest and highest value of every number."""
        for option in TAKE_OPTIONS:
            if option.kind in {"number", "whole"}:
                yield option.name, self.values[option.name], option.low or 0.0, option.high
        for name in _TURN_FACTORS:
            yield name, getattr(self, name), 0.0, _MAX_TURN_FACTOR

    def to_json(self) -> dict[str, Any]:
        """The form in which a take stores them."""
        return {"speaker": self.speaker} | self.values | {name: getattr(self, name) for name in _TURN_FACTORS}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Options:
        """The reverse of `to_json`; ignores options of other versions."""
        known = {"speaker", *_defaults(), *_TURN_FACTORS}
        return cls().with_values({name: value for name, value in stored.items() if name in known})

    def for_animator(self) -> dict[str, Any]:
        """The arguments of `metaface.Animator.animate`."""
        return {option.name: self.values[option.name] for option in TAKE_OPTIONS if option.is_animation}
