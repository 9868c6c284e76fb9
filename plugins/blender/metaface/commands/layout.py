"""Texts in panels and dialogs. Blender cuts off long labels, so texts are wrapped to the panel's width."""

from __future__ import annotations

import textwrap

import bpy

_LETTER_WIDTH = 7.0  # approximate width in pixels at a user interface scale of 1


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draws a text on as many lines as needed, with the icon before the first."""
    column = layout.column(align=True)
    for at, line in enumerate(textwrap.wrap(text, _letters(context)) or [""]):
        column.label(text=line, icon=icon if at == 0 else "BLANK1" if icon != "NONE" else "NONE")


def _letters(context: bpy.types.Context) -> int:
    """The number of letters in a line of the panel."""
    region = context.region
    if region is None:
        return 44
    return max(20, int((region.width - 60) / (_LETTER_WIDTH * context.preferences.system.ui_scale)))
