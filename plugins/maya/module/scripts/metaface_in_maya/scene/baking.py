"""Bakes the visible motion into ordinary keys below all layers, for delivery and for tools without layers."""

from __future__ import annotations

import math

import numpy as np
from maya import cmds

from ..core.figures import Figure
from ..core.keys import Keys
from ..host.errors import UserError, name_list
from . import curves, layers, recording, units
from .attributes import as_list, kind_of
from .undo import undo_step


def bake(figure: Figure) -> tuple[int, tuple[float, float]]:
    """Bakes all takes and hand edits, on whole frames. Returns the number of curves, and the first and last frame."""
    takes = [take for _, take in layers.takes(figure)]
    if not takes:
        raise UserError(f"“{figure.name}” has no take to bake")
    baked_layers = layers.metaface_layers(figure)
    plugs = list(dict.fromkeys(plug for layer in baked_layers for plug in layers.members(layer)))
    others = [
        layer for layer in layers.all_layers() if layer not in baked_layers and set(plugs) & set(layers.members(layer))
    ]
    if others:
        raise UserError(f"Other layers have the same attributes ({name_list(others)}): merge or remove them first")
    first, last = _span(baked_layers, [take.first for take in takes], [take.last for take in takes])
    frames = [float(frame) for frame in range(math.floor(first), math.ceil(last) + 1)]
    values_of = {plug: recording.values_at(plug, frames) for plug in plugs}
    with undo_step("MetaFace bake down"):
        for layer in baked_layers:
            if cmds.objExists(layer):
                cmds.delete(layer)
        updates = []
        for plug, values in values_of.items():
            curve = curves.ensured_base_curve(plug, frames[0])
            curves.cut(curve, frames[0], frames[-1])
            # Maya deletes a curve that loses its last key.
            curve = curves.ensured_base_curve(plug, frames[0])
            angular = kind_of(curve) == "animCurveTA"
            scaled = values * units.radians_per_unit() if angular else values
            updates.append(curves.CurveUpdate(curve, Keys(plug, np.array(frames), scaled, angular), keep_others=True))
        curves.write(updates)
    return len(updates), (frames[0], frames[-1])


def _span(baked_layers: list[str], firsts: list[float], lasts: list[float]) -> tuple[float, float]:
    """The frames of all takes and of all keys on their layers, which may have keys outside the takes."""
    keyed: list[float] = []
    for layer in baked_layers:
        for curve in as_list(cmds.animLayer(layer, query=True, animCurves=True)):
            keyed += [float(frame) for frame in as_list(cmds.keyframe(curve, query=True, timeChange=True))]
    return min([*firsts, *keyed]), max([*lasts, *keyed])
