"""Texts in panels. Blender cuts off long labels, so texts are wrapped to the panel's width."""

from __future__ import annotations

import textwrap

import bpy

LETTER_WIDTH = 7.0  # approximate width in pixels at a user interface scale of 1


def width(context: bpy.types.Context) -> int:
    """The number of letters in a line of the panel."""
    region = context.region
    if region is None:
        return 44
    return max(20, int((region.width - 60) / (LETTER_WIDTH * context.preferences.system.ui_scale)))


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draws a text on as many lines as needed, with the icon before the first."""
    column = layout.column(align=True)
    for at, line in enumerate(textwrap.wrap(text, width(context)) or [""]):
        column.label(text=line, icon=icon if at == 0 else "BLANK1" if icon != "NONE" else "NONE")


def gain(value: float) -> str:
    """A gain as a factor in a formula; empty for 1."""
    return "" if abs(value - 1.0) < 1e-6 else f" × {value:.3g}"


def count(number: int, what: str) -> str:
    """`1 shape`, `2 shapes`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
