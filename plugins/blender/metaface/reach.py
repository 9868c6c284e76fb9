"""Warnings about takes beyond the rendered or exported frames, which Blender does not show."""

from __future__ import annotations

from typing import Any

import bpy

from . import figure, layers, motion, selection
from .jobs import Plan, Steps, as_steps
from .lines import DialogueLine

_NAMED = 3  # number of takes that a warning names; it counts the others
_SLACK = 1e-3  # frames


def cut_warning(found: figure.Figure, frames: tuple[float, float], rate: float) -> str:
    """A warning if an export of these frames cuts takes of the character; empty otherwise."""
    fade = motion.FADE * rate + _SLACK
    left_out = [
        f"“{take.label}” (frames {take.frame_start:.0f} to {take.frame_end:.0f})"
        for take in layers.takes(found)
        if take.shown and (take.frame_start < frames[0] - fade or take.frame_end > frames[1] + fade)
    ]
    if not left_out:
        return ""
    return (
        f"Only frames {frames[0]:g} to {frames[1]:g} are exported, which cuts {_listed(left_out)}. "
        "To export everything, widen the scene's range (Output > Frame Range), then export again"
    )


def with_range_warning(plan: Plan, chosen: list[DialogueLine]) -> Plan:
    """The plan with a warning about lines that end after the scene."""

    def finish(context: bpy.types.Context, result: Any) -> Steps:
        message = yield from as_steps(plan.finish(context, result))
        late = _range_warning(context.scene, chosen)
        return f"{message}\n{late}" if late else message

    return Plan(plan.label, plan.work, finish)


def _range_warning(scene: bpy.types.Scene, chosen: list[DialogueLine]) -> str:
    fade = motion.FADE * float(selection.rate_of(scene)) + _SLACK
    latest = scene.frame_end + fade
    ends = [(line.label, end) for line in chosen if not line.error and (end := _end(line, fade)) > latest]
    if not ends:
        return ""
    named = _listed([f"“{label}”" for label, _ in ends])
    last = max(end for _, end in ends)
    return f"The scene ends at frame {scene.frame_end}, before the end of {named}: set End to {last:.0f} to show it"


def _end(line: DialogueLine, fade: float) -> float:
    """The last frame of a generated line, without its fade."""
    if line.placement is not None:
        return line.placement.last_visible
    root = bpy.data.objects.get(line.root)
    found = figure.find([root]) if root is not None else None
    by_key = {take.line: take for take in layers.takes(found)} if found is not None else {}
    # A file that was added to the sequencer has its strip's key now, and its take is the chosen one.
    take = by_key.get(line.key) or (by_key.get(root.metaface.take_line) if root is not None else None)
    return take.frame_end - fade if take is not None else 0.0


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
