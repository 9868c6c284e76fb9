"""Commands about keys and animation layers."""

from __future__ import annotations

from typing import Any

from . import animation, units
from .graph import Scene
from .running import command, names_in


@command()
def animLayer(scene: Scene, *names: str, query: bool = False, edit: bool = False, root: bool = False, attribute: Any = None,
              findCurveForPlug: str = "", removeAttribute: str = "", moveLayerBefore: str = "", animCurves: bool = False,
              **flags: Any) -> Any:  # fmt: skip
    """Makes, edits and queries layers."""
    if root:
        found = scene.find("BaseAnimation")
        return scene.short(found[0]) if found else None
    if query:
        return _queried(scene, scene.node(names[0]), attribute, findCurveForPlug, animCurves, flags)
    if not edit:
        return scene.short(animation.make_layer(scene, names[0], bool(flags.get("override", False))))
    layer = scene.node(names[0])
    if scene.values.get((layer, "lock")) and "lock" not in flags:
        raise RuntimeError(f"{names[0]} is locked")
    for name in names_in((attribute,)) if attribute else []:
        animation.add_member(scene, layer, scene.plug(name))
    if removeAttribute:
        animation.remove_member(scene, layer, scene.plug(removeAttribute))
    if moveLayerBefore:
        others = [one for one in scene.order["layers"] if one != layer]
        others.insert(others.index(scene.node(moveLayerBefore)), layer)
        scene.put(scene.order, "layers", tuple(others))
    for name, value in flags.items():
        scene.put(scene.values, (layer, name), value)
    return None


def _queried(scene: Scene, layer: int, attribute: Any, plug: str, curves: bool, flags: dict[str, Any]) -> Any:
    if attribute:
        return [scene.plug_name(one) for one in scene.members[layer]] or None
    if plug:
        curve = scene.layer_curves.get((layer, scene.plug(plug)))
        return [scene.short(curve)] if curve is not None else None
    if curves:
        return [scene.short(c) for (at, _), c in scene.layer_curves.items() if at == layer and scene.keys[c]] or None
    (name,) = flags
    return scene.values[layer, name]


@command()
def setKeyframe(scene: Scene, name: str, attribute: str = "", animLayer: str = "", time: Any = None, value: float | None = None) -> int:
    """Sets a key so that the attribute gets the value; without a layer, the key is below all layers."""
    plug = scene.plug(f"{name}.{attribute}" if attribute else name)
    if scene.locks.get(plug):
        return 0
    frame = time[0] if isinstance(time, (tuple, list)) else time
    at = scene.settings["now"] if frame is None else units.ticks(frame, scene.settings["time"])
    if animLayer:
        layer = scene.node(animLayer)
        if plug not in scene.members[layer] or scene.values[layer, "lock"]:
            return 0
        curve = scene.layer_curves.get((layer, plug))
        if curve is None:
            curve = animation.make_curve(scene, f"{scene.names[plug[0]]}_{animLayer}_inputB", animation.is_angular(plug))
            scene.put(scene.layer_curves, (layer, plug), curve)
    else:
        curve = _base_curve(scene, plug)
    shown = float(animation.value_at(scene, plug, at))
    inside = shown if value is None else value * scene.scale(plug[1])
    if animLayer:
        inside = _layer_value(scene, layer, curve, at, inside - shown)
    animation.key(scene, curve, at, float(inside))
    return 1


def _layer_value(scene: Scene, layer: int, curve: int, at: int, difference: float) -> float:
    """The value that a layer needs so that the attribute changes by this difference."""
    value, weight = animation.curve_at(scene, curve, at), float(animation.value_at(scene, (layer, "weight"), at))
    if scene.values.get((layer, "mute")) or weight == 0.0:
        weight = 1.0
    # The new curve of an override starts at 0.
    return value + difference / weight


def _base_curve(scene: Scene, plug: animation.Plug) -> int:
    source = scene.bases[plug] if plug in scene.bases else scene.sources.get(plug)
    if source is not None:
        if source[0] not in scene.keys:
            raise RuntimeError(f"{scene.plug_name(plug)} is connected and cannot be keyed")
        return source[0]
    curve = animation.make_curve(scene, f"{scene.names[plug[0]]}_{plug[1].strip(']').replace('[', '_')}", animation.is_angular(plug))
    if plug in scene.bases:
        scene.put(scene.bases, plug, (curve, "output"))
    else:
        scene.put(scene.sources, plug, (curve, "output"))
    return curve


@command()
def cutKey(scene: Scene, name: str, attribute: str = "", time: Any = None, clear: bool = False) -> int:
    """Cuts keys of a curve or attribute between two times; a curve without keys is deleted."""
    node = scene.node(name)
    if attribute:
        source = scene.sources.get((node, attribute))
        if source is None or source[0] not in scene.keys:
            return 0
        node = source[0]
    low, high = (units.ticks(frame, scene.settings["time"]) for frame in time)
    remaining = tuple(key for key in scene.keys[node] if not low <= key[0] <= high)
    cut = len(scene.keys[node]) - len(remaining)
    if remaining:
        scene.put(scene.keys, node, remaining)
        return cut
    for end, source in list(scene.sources.items()):
        if source[0] == node:
            scene.put(scene.values, end, scene.keys[node][-1][1] if scene.keys[node] else 0.0)
    for at, curve in list(scene.layer_curves.items()):
        if curve == node:
            scene.drop(scene.layer_curves, at)
    scene.destroy(node)
    return cut


@command(undoable=False)
def keyframe(scene: Scene, name: str, query: bool = False, timeChange: bool = False, valueChange: bool = False,
             time: Any = None) -> list[float] | None:  # fmt: skip
    """Times or values of a curve, in the user's units."""
    curve, unit = scene.node(name), scene.settings["time"]
    keys = scene.keys[curve]
    if time is not None:
        low, high = (units.ticks(frame, unit) for frame in time)
        keys = tuple(key for key in keys if low <= key[0] <= high)
    if timeChange:
        return [units.frames(at, unit) for at, _ in keys] or None
    scale = units.RADIANS[scene.settings["angle"]] if scene.kinds[curve] == "animCurveTA" else 1.0
    return [value / scale for _, value in keys] or None
