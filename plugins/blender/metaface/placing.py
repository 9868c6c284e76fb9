"""Where a sound file's line goes, and which older takes of the same sound it stands in for."""

from __future__ import annotations

import os

import bpy

from . import figure, inplace, layers, lines, sounds, tracks
from .lines import Line
from .placement import Placed
from .trouble import Trouble


def place(
    context: bpy.types.Context, found: figure.Figure, line: Line, seconds: float, warnings: list[str]
) -> tuple[str, Placed, set[str]]:
    """A sound file's take and place: at a strip, so that it is heard, or at its frame alone; and what it replaces."""
    scene = lines.sequencer(context)
    alone = line.line, Placed.whole(line.at_frame, seconds, lines.rate_of(scene)), set()
    if not line.to_strip:
        return alone
    taken = _lines_of_others(context.scene, found)
    try:
        strip = sounds.at(scene, line.sound, line.at_frame, taken) or sounds.add(scene, line.sound, line.at_frame)
    except Trouble as error:
        # MetaFace reads more formats than Blender plays: the face speaks all the same.
        warnings.append(str(error))
        return alone
    key = sounds.keep(scene, strip)
    # Made before the sound had a strip, or at a strip that stays where it is for somebody else.
    before = {line.line, *(sounds.added(scene, line.sound) & taken)} - {key}
    return key, strip.placed, before


def replace(found: figure.Figure, name: str, sound: str, placed: Placed, before: set[str]) -> None:
    """Takes away what was made `before`, and what says the same sound at the same frame: motion would add up.

    A file's take stands in for one at a strip, and the other way round; two strips are two lines.
    Keys changed inside a take are kept as a copy, as where it is written again.
    """
    if placed.last_visible <= placed.first_visible:
        return  # nothing will be written in their place
    for take in layers.takes(found):
        twice = (
            name.startswith("file:") != take.line.startswith("file:")
            and take.info.get("kind") == "sound"
            and abs(take.placed_start - placed.start_frame) < 0.5
            and _same(str(take.info.get("sound", "")), sound)
        )
        if take.line in before or twice:
            for action in take.actions:
                if inplace.is_edited(action):
                    inplace.keep_copy(action, tracks.LINE)
            layers.remove(found, take.line)


def _lines_of_others(scene: bpy.types.Scene, found: figure.Figure) -> set[str]:
    """The lines that anybody else in the scene speaks."""
    own = set(layers.owners(found))
    parts: set[bpy.types.ID] = set(scene.objects)
    parts |= {figure.key_of(part) for part in scene.objects if part.type == "MESH" and part.data.shape_keys}
    return {strip.action[tracks.LINE] for part in parts - own for _, strip in tracks.strips(part)}


def _same(stored: str, path: str) -> bool:
    return os.path.realpath(bpy.path.abspath(stored)) == os.path.realpath(path)
