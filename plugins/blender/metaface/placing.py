"""Places the line of a sound file, and finds older takes of the same sound that it replaces."""

from __future__ import annotations

import os

import bpy

from . import figure, inplace, layers, selection, sounds, tracks
from .errors import UserError
from .lines import DialogueLine
from .placement import Placement


def resolve(
    context: bpy.types.Context, found: figure.Figure, line: DialogueLine, seconds: float, warnings: list[str]
) -> tuple[str, Placement, set[str]]:
    """The key, the placement and the replaced takes of a sound file's line.

    The line gets a strip, so that the sound is audible, or only its frame.
    """
    scene = selection.sequencer_scene(context)
    without_strip = line.key, Placement.untrimmed(line.at_frame, seconds, selection.rate_of(scene)), set()
    if not line.to_strip:
        return without_strip
    shared = _lines_of_other_characters(context.scene, found)
    try:
        strip = sounds.find_or_move(scene, line.sound, line.at_frame, shared)
        strip = strip or sounds.add(scene, line.sound, line.at_frame)
    except UserError as error:
        # MetaFace reads more formats than Blender: animate without a strip.
        warnings.append(str(error))
        return without_strip
    key = sounds.store_key(scene, strip)
    # Takes without a strip, and takes at a strip that is not moved because another character uses it too.
    replaced = {line.key, *(sounds.added_keys(scene, line.sound) & shared)} - {key}
    return key, strip.placement, replaced


def remove_replaced(found: figure.Figure, key: str, sound: str, placement: Placement, replaced: set[str]) -> None:
    """Removes the `replaced` takes, and takes of the same sound at the same frame, whose motion would add up.

    A take without a strip replaces one at a strip, and vice versa; takes at two strips are two lines.
    Edited keys inside a take are kept as a copy, as when it is regenerated.
    """
    if placement.last_visible <= placement.first_visible:
        return  # no take will be written instead
    for take in layers.takes(found):
        is_same_sound = (
            key.startswith("file:") != take.line.startswith("file:")
            and take.info.get("kind") == "sound"
            and abs(take.sound_start - placement.start_frame) < 0.5
            and _same_file(str(take.info.get("sound", "")), sound)
        )
        if take.line in replaced or is_same_sound:
            for action in take.actions:
                if inplace.is_edited(action):
                    inplace.keep_copy(action, tracks.LINE)
            layers.remove(found, take.line)


def _lines_of_other_characters(scene: bpy.types.Scene, found: figure.Figure) -> set[str]:
    """The lines of the other characters in the scene."""
    own_data = set(layers.owners(found))
    parts: set[bpy.types.ID] = set(scene.objects)
    parts |= {figure.key_of(part) for part in scene.objects if part.type == "MESH" and part.data.shape_keys}
    return {strip.action[tracks.LINE] for part in parts - own_data for _, strip in tracks.strips(part)}


def _same_file(stored: str, path: str) -> bool:
    return os.path.realpath(bpy.path.abspath(stored)) == os.path.realpath(path)
