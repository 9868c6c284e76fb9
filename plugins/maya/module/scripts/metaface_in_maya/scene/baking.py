"""What is seen becomes ordinary keys below all layers: for hand-over, and for tools that know no layers."""

from __future__ import annotations

import math

import numpy as np
from maya import cmds

from ..core.figures import Figure
from ..core.keys import Keys
from ..core.trouble import Trouble, some
from . import curves, layers, recording, units
from .attributes import kind_of, listed
from .undo import step


def bake(figure: Figure) -> tuple[int, tuple[float, float]]:
    """Bakes all takes and hand edits down, on whole frames; gives how many curves, and from where to where."""
    every = layers.takes(figure)
    if not every:
        raise Trouble(f"“{figure.name}” has no take to bake")
    ours = layers.own_layers(figure)
    plugs = list(dict.fromkeys(plug for layer in ours for plug in layers.members(layer)))
    others = [one for one in layers.all_layers() if one not in ours and set(plugs) & set(layers.members(one))]
    if others:
        raise Trouble(f"Other layers have the same attributes ({some(others)}): merge or remove these first")
    first, last = _span(ours, [take.first for _, take in every], [take.last for _, take in every])
    frames = [float(frame) for frame in range(math.floor(first), math.ceil(last) + 1)]
    seen = {plug: recording.shown(plug, frames) for plug in plugs}
    with step("MetaFace bake down"):
        for layer in ours:
            if cmds.objExists(layer):
                cmds.delete(layer)
        written = []
        for plug, values in seen.items():
            curve = curves.below_layers(plug, frames[0])
            curves.cut(curve, frames[0], frames[-1])
            # A curve that lost its last key is gone.
            curve = curves.below_layers(plug, frames[0])
            angular = kind_of(curve) == "animCurveTA"
            scaled = values * units.radians() if angular else values
            written.append(curves.Written(curve, Keys(plug, np.array(frames), scaled, angular), keep_others=True))
        curves.write(written)
    return len(written), (frames[0], frames[-1])


def _span(ours: list[str], firsts: list[float], lasts: list[float]) -> tuple[float, float]:
    """The frames of all takes, and of every key on their layers: other keys lie there too, and go with the layers."""
    keyed: list[float] = []
    for layer in ours:
        for curve in listed(cmds.animLayer(layer, query=True, animCurves=True)):
            keyed += [float(frame) for frame in listed(cmds.keyframe(curve, query=True, timeChange=True))]
    return min([*firsts, *keyed]), max([*lasts, *keyed])
