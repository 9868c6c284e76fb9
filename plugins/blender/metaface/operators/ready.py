"""Preconditions of operators: poll functions that explain why a button is disabled."""

from __future__ import annotations

import bpy

from .. import figure, jobs, layers, rig, selection, tracks


def character(cls: type[bpy.types.Operator], context: bpy.types.Context) -> figure.Figure | None:
    """The selected character if it can be edited; otherwise `None`, with the reason in the button's tooltip."""
    if jobs.current is not None:
        cls.poll_message_set("MetaFace is running: wait for it to finish, or press Esc")
        return None
    found = selection.selected_figure(context)
    if found is None:
        cls.poll_message_set("Select any part of a character: a mesh with shape keys, or its armature")
        return None
    reason = rig.not_editable_reason(found.root)
    if reason:
        cls.poll_message_set(reason)
        return None
    return found


def has_takes(found: figure.Figure) -> bool:
    """Whether the character has a take. Faster than listing the takes, since panels check with every redraw."""
    likely = [figure.key_of(mesh) for mesh in found.meshes]
    if found.armature is not None:
        likely.append(found.armature)
    if any(_has_take(owner) for owner in likely):
        return True
    # Child objects of the character may have takes too, but Blender searches the whole file for them.
    if not any(tracks.LINE in action for action in bpy.data.actions):
        return False
    return any(_has_take(owner) for owner in layers.owners(found))


def _has_take(owner: bpy.types.ID) -> bool:
    return next(tracks.strips(owner), None) is not None


def idle(cls: type[bpy.types.Operator]) -> bool:
    """Whether no job is running."""
    if jobs.current is not None:
        cls.poll_message_set("MetaFace is running: wait for it to finish, or press Esc")
        return False
    return True
