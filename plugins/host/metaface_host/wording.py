"""A rig map's report as text: what moves, and what stays at rest and why."""

from __future__ import annotations

from typing import Any


def count(number: int, noun: str) -> str:
    """`1 shape`, `2 shapes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(report: Any, joint: str = "joint") -> str:
    """The report in one line; `joint` is the host's word for one."""
    moves = f"{count(len(report.driven), 'shape')} and {count(len(report.driven_joints), joint)} will move"
    at_rest = len(report.undriven_targets)
    return f"{moves}, {at_rest} will not" if at_rest else moves


def driven(report: Any) -> list[tuple[str, str]]:
    """Each driven shape or joint, and the channels that drive it."""
    shapes = [(one.target, " + ".join(f"{c}{_gain(g)}" for c, g in one.channels.items())) for one in report.driven]
    return shapes + [(one.joint, ", ".join(one.channels)) for one in report.driven_joints]


def undriven(report: Any) -> list[tuple[str, str]]:
    """Each shape that stays at rest, and why."""
    return [(one.target, one.reason) for one in report.undriven_targets]


def _gain(value: float) -> str:
    return "" if abs(value - 1.0) < 1e-6 else f" × {value:.3g}"
