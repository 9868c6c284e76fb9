"""Curves, animation layers, and the value of an attribute at a time."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from .graph import Scene

Plug = tuple[int, str]


def curve_at(scene: Scene, curve: int, tick: int) -> float:
    """Linear between keys, constant outside them; 0 for a curve without keys."""
    keys = scene.keys.get(curve, ())
    if not keys:
        return 0.0
    at = bisect_right(keys, (tick, float("inf")))
    if at == 0 or at == len(keys):
        return keys[0 if at == 0 else -1][1]
    (t0, v0), (t1, v1) = keys[at - 1], keys[at]
    return v0 + (v1 - v0) * (tick - t0) / (t1 - t0)


def value_at(scene: Scene, plug: Plug, tick: int) -> Any:
    """The value in Maya's internal units."""
    if plug in scene.bases:
        return _layered(scene, plug, tick)
    source = scene.sources.get(plug)
    if source is None:
        return scene.values.get(plug, 0.0)
    return curve_at(scene, source[0], tick) if source[0] in scene.keys else value_at(scene, source, tick)


def _layered(scene: Scene, plug: Plug, tick: int) -> float:
    base = scene.bases[plug]
    shown = float(scene.values.get(plug, 0.0)) if base is None else curve_at(scene, base[0], tick)
    layers = [layer for layer in scene.order["layers"] if plug in scene.members[layer]]
    solo = [layer for layer in layers if scene.values.get((layer, "solo"))]
    for layer in solo or layers:
        curve = scene.layer_curves.get((layer, plug))
        if scene.values.get((layer, "mute")) or curve is None:
            continue
        value, weight = curve_at(scene, curve, tick), float(value_at(scene, (layer, "weight"), tick))
        shown = shown + (value - shown) * weight if scene.values[layer, "override"] else shown + value * weight
    return shown


def make_curve(scene: Scene, name: str, angular: bool) -> int:
    """Makes an empty curve over time."""
    curve = scene.make("animCurveTA" if angular else "animCurveTU", name)
    scene.put(scene.keys, curve, ())
    return curve


def key(scene: Scene, curve: int, tick: int, value: float) -> None:
    """Sets a key, replacing a key at the same time."""
    others = {t: v for t, v in scene.keys[curve]}
    others[tick] = value
    scene.put(scene.keys, curve, tuple(sorted(others.items())))


def is_angular(plug: Plug) -> bool:
    """Whether the plug's values are angles."""
    return plug[1] in {"rotateX", "rotateY", "rotateZ"}


def make_layer(scene: Scene, name: str, override: bool) -> int:
    """Makes a layer above all others."""
    if not scene.find("BaseAnimation"):
        base = scene.make("animLayer", "BaseAnimation")
        scene.put(scene.members, base, ())
    layer = scene.make("animLayer", name)
    for attribute, value in (("override", override), ("weight", 1.0), ("mute", False), ("solo", False), ("lock", False),
                             ("preferred", False), ("selected", False)):  # fmt: skip
        scene.put(scene.values, (layer, attribute), value)
    scene.put(scene.members, layer, ())
    scene.put(scene.order, "layers", (*scene.order["layers"], layer))
    return layer


def add_member(scene: Scene, layer: int, plug: Plug) -> None:
    """Adds an attribute to a layer, with a blend node between the attribute and its former source."""
    if plug in scene.members[layer] or scene.locks.get(plug):
        return
    if is_angular(plug) and (plug[0], "rotate") in scene.sources:
        return  # The compound rotation is connected.
    if plug not in scene.bases:
        base = scene.sources.get(plug)
        if base is not None and base[0] not in scene.keys:
            return  # Maya does not add attributes that are driven by something else.
        blend = scene.make("animBlendNodeAdditiveDA" if is_angular(plug) else "animBlendNodeAdditiveDL", "blend")
        scene.put(scene.bases, plug, base)
        scene.put(scene.sources, plug, (blend, "output"))
    scene.put(scene.members, layer, (*scene.members[layer], plug))


def remove_member(scene: Scene, layer: int, plug: Plug) -> None:
    """Removes an attribute from a layer; with the last layer, the blend node goes too."""
    scene.put(scene.members, layer, tuple(one for one in scene.members[layer] if one != plug))
    curve = scene.layer_curves.get((layer, plug))
    scene.drop(scene.layer_curves, (layer, plug))
    if curve is not None:
        scene.destroy(curve)
    if any(plug in others for others in scene.members.values()):
        return
    blend, base = scene.sources[plug][0], scene.bases[plug]
    scene.drop(scene.bases, plug)
    scene.destroy(blend)
    if base is not None:
        scene.put(scene.sources, plug, base)


def delete_layer(scene: Scene, layer: int) -> None:
    """Deletes a layer and its curves."""
    for plug in scene.members[layer]:
        remove_member(scene, layer, plug)
    scene.put(scene.order, "layers", tuple(one for one in scene.order["layers"] if one != layer))
    scene.destroy(layer)
