"""How a line is said: kept with the take, so that it can be made again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from .trouble import Trouble

_RANGES = {
    "style_strength": (0.0, 2.0),
    "strength": (0.0, 2.0),
    "liveliness": (0.0, 2.0),
    "smoothing": (0.0, 1.0),
    "jaw": (0.0, 3.0),
    "head_turn": (0.0, 3.0),
    "eye_turn": (0.0, 3.0),
}


@dataclass(frozen=True)
class Options:
    """Factors are 1 for what was learned; `gains` as the command line writes them: `JawOpen=1.2,brows=1.3`."""

    speaker: str = ""
    style_strength: float = 1.0
    strength: float = 1.0
    liveliness: float = 1.0
    smoothing: float = 0.0
    gains: str = ""
    seed: int = 7
    head: bool = True
    eyes: bool = True
    jaw: float = 1.0
    head_turn: float = 1.0
    eye_turn: float = 1.0

    def checked(self) -> Options:
        """Itself, if every value is in its range."""
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise Trouble(f"{name} is {getattr(self, name):g}: choose {low:g} to {high:g}")
        if self.seed < 0:
            raise Trouble(f"seed is {self.seed}: choose 0 or more")
        return self

    def to_json(self) -> dict[str, Any]:
        """As a take keeps them."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Options:
        """What an older or newer version wrote beside is left aside."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def for_animator(self) -> dict[str, Any]:
        """The arguments of `metaface.Animator.animate`."""
        return {
            "seed": self.seed,
            "strength": self.strength,
            "gains": self.gains,
            "smoothing": self.smoothing or None,
            "liveliness": self.liveliness,
            "head": self.head,
            "eyes": self.eyes,
        }
