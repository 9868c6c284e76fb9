"""What lies beyond the frames that are rendered or exported: said, for nothing else shows it."""

from __future__ import annotations

from typing import Any

import bpy

from . import figure, layers, lines, motion
from .jobs import Plan, Steps, steps
from .lines import Line

_NAMED = 3  # takes that a warning names; of more it gives the number
_SLACK = 1e-3


def cut(found: figure.Figure, frames: tuple[float, float], rate: float) -> str:
    """A warning where an export of these frames leaves out some of the character's takes; empty where none."""
    fade = motion.FADE * rate + _SLACK
    left_out = [
        f"“{take.label}” (frames {take.frame_start:.0f} to {take.frame_end:.0f})"
        for take in layers.takes(found)
        if take.shown and (take.frame_start < frames[0] - fade or take.frame_end > frames[1] + fade)
    ]
    if not left_out:
        return ""
    return (
        f"Only frames {frames[0]:g} to {frames[1]:g} are written, and this is cut: {_few(left_out)}. "
        "For all of it widen the scene's range (Output > Frame Range), then export again"
    )


def watched(plan: Plan, chosen: list[Line]) -> Plan:
    """A plan that makes lines, which also warns of those that end after the scene does."""

    def finish(context: bpy.types.Context, result: Any) -> Steps:
        told = yield from steps(plan.finish(context, result))
        late = _late(context.scene, chosen)
        return f"{told}\n{late}" if late else told

    return Plan(plan.label, plan.work, finish)


def _late(scene: bpy.types.Scene, chosen: list[Line]) -> str:
    fade = motion.FADE * float(lines.rate_of(scene)) + _SLACK
    latest = scene.frame_end + fade
    ends = [(line.label, end) for line in chosen if not line.trouble and (end := _end(line, fade)) > latest]
    if not ends:
        return ""
    named = _few([f"“{label}”" for label, _ in ends])
    last = max(end for _, end in ends)
    return f"The scene ends at frame {scene.frame_end}, before {named}: set End to {last:.0f} so that all of it is seen"


def _end(line: Line, fade: float) -> float:
    """The frame at which a line that was made ends, its fade not counted."""
    if line.placed is not None:
        return line.placed.last_visible
    root = bpy.data.objects.get(line.root)
    found = figure.find([root]) if root is not None else None
    made = {take.line: take for take in layers.takes(found)} if found is not None else {}
    # A file that was put on the timeline is its strip's line from now on, and the chosen one.
    take = made.get(line.line) or (made.get(root.metaface.take_line) if root is not None else None)
    return take.frame_end - fade if take is not None else 0.0


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
