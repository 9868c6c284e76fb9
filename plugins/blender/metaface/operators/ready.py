"""Why a button is grey, in plain words."""

from __future__ import annotations

import bpy

from .. import figure, jobs, layers, lines, rig, tracks


def character(cls: type[bpy.types.Operator], context: bpy.types.Context) -> figure.Figure | None:
    """The selected character if it can be written to; or else the button's tooltip says why not."""
    if jobs.current is not None:
        cls.poll_message_set("MetaFace is at work: wait for it, or press Esc")
        return None
    found = lines.selected(context)
    if found is None:
        cls.poll_message_set("Select any part of a character: a mesh with shape keys, or its armature")
        return None
    refused = rig.editable(found.root)
    if refused:
        cls.poll_message_set(refused)
        return None
    return found


def has_takes(found: figure.Figure) -> bool:
    """Whether a take is on the character; far quicker than listing them, as panels ask with every drawing."""
    near = [figure.key_of(mesh) for mesh in found.meshes]
    if found.armature is not None:
        near.append(found.armature)
    if any(_has_take(owner) for owner in near):
        return True
    # Objects below the character may have takes too, but to find them Blender goes through the whole file.
    if not any(tracks.LINE in action for action in bpy.data.actions):
        return False
    return any(_has_take(owner) for owner in layers.owners(found))


def _has_take(owner: bpy.types.ID) -> bool:
    return next(tracks.strips(owner), None) is not None


def idle(cls: type[bpy.types.Operator]) -> bool:
    """Whether MetaFace is not at work already."""
    if jobs.current is not None:
        cls.poll_message_set("MetaFace is at work: wait for it, or press Esc")
        return False
    return True
