"""Texts in panels: wrapped to the panel's width, since labels are cut off."""

from __future__ import annotations

import textwrap

import bpy

LETTER = 7.0  # pixels of a letter at a user interface scale of 1, about


def width(context: bpy.types.Context) -> int:
    """How many letters a line of the panel holds."""
    region = context.region
    if region is None:
        return 44
    return max(20, int((region.width - 60) / (LETTER * context.preferences.system.ui_scale)))


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """A text over as many lines as it needs; the icon stands before the first."""
    column = layout.column(align=True)
    for at, line in enumerate(textwrap.wrap(text, width(context)) or [""]):
        column.label(text=line, icon=icon if at == 0 else "BLANK1" if icon != "NONE" else "NONE")


def gain(value: float) -> str:
    """A gain as it is read in a formula: nothing for 1."""
    return "" if abs(value - 1.0) < 1e-6 else f" × {value:.3g}"


def count(number: int, what: str) -> str:
    """`1 shape`, `2 shapes`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
