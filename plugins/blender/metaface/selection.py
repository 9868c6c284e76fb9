"""Reads the context: the selected character, the sequencer's scene, and a scene's frame rate."""

from __future__ import annotations

from fractions import Fraction

import bpy

from . import figure, rig, version
from .errors import UserError
from .placement import scene_rate


def rate_of(scene: bpy.types.Scene) -> Fraction:
    """The scene's exact frame rate."""
    return scene_rate(scene.render.fps, scene.render.fps_base)


def sequencer_scene(context: bpy.types.Context) -> bpy.types.Scene:
    """The scene of the sequencer: since Blender 5 a workspace may show another scene's sequencer."""
    scene = version.sequencer_scene(context)
    if scene != context.scene and rate_of(scene) != rate_of(context.scene):
        raise UserError(
            f"The sequencer shows the scene “{scene.name}”, whose frame rate differs from that of "
            f"“{context.scene.name}”. Give both scenes the same frame rate"
        )
    return scene


def selected_figure(context: bpy.types.Context) -> figure.Figure | None:
    """The character of the selection; the active object has priority."""
    layer = context.view_layer
    active = layer.objects.active
    if active is not None and active.select_get():
        found = figure.find([active])
        if found is not None:
            return found
    chosen = list(layer.objects.selected)
    return figure.find(chosen) if chosen else (figure.find([active]) if active is not None else None)


def chosen_figure(context: bpy.types.Context) -> figure.Figure:
    """As `selected_figure`; raises `UserError` if there is no character, or if it cannot be edited."""
    found = selected_figure(context)
    if found is None:
        raise UserError("No character is selected. Select any part of one: a mesh with shape keys, or its armature")
    reason = rig.not_editable_reason(found.root)
    if reason:
        raise UserError(reason)
    return found
