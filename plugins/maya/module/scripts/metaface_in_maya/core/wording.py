"""A rig map's report as lines to read: what moves, what stays at rest and why."""

from __future__ import annotations

from typing import Any


def count(number: int, what: str) -> str:
    """`1 shape`, `2 shapes`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def summary(report: Any) -> str:
    """One line."""
    moves = f"{count(len(report.driven), 'shape')} and {count(len(report.driven_joints), 'joint')} will move"
    still = len(report.undriven_targets)
    return f"{moves}, {still} will not" if still else moves


def driven(report: Any) -> list[tuple[str, str]]:
    """Shape or joint, and the channels that move it."""
    shapes = [(one.target, " + ".join(f"{c}{_gain(g)}" for c, g in one.channels.items())) for one in report.driven]
    return shapes + [(one.joint, ", ".join(one.channels)) for one in report.driven_joints]


def undriven(report: Any) -> list[tuple[str, str]]:
    """Shape, and why it stays at rest."""
    return [(one.target, one.reason) for one in report.undriven_targets]


def _gain(value: float) -> str:
    return "" if abs(value - 1.0) < 1e-6 else f" × {value:.3g}"
