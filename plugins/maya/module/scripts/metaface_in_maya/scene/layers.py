"""Animation layers: one for each take, and one above them for the animator's hand edits.

A take's layer is named after the take. It is additive (its keys are added to the layers below) or an override (it
replaces the layers below during the take). The layer of hand edits is additive and receives new keys; MetaFace never
writes to it. Regenerating a take replaces only the keys that MetaFace wrote for it.

Several takes may share a layer. Then a take owns only the keys inside its frames.
"""

from __future__ import annotations

from dataclasses import replace

from maya import cmds

from ..core import keys as core_keys
from ..core import rates
from ..core import takes as core_takes
from ..core.figures import Figure
from ..core.keys import Keys
from ..core.takes import Take
from ..host.errors import UserError, name_list
from ..host.motion import FADE
from . import characters, curves, storage, units
from .attributes import as_list, canonical, in_layers, node_of, short
from .undo import undo_step

_SLACK = 1e-3  # frames; a key at the edge of a take belongs to the take


def all_layers() -> list[str]:
    """All animation layers except the base layer."""
    base = cmds.animLayer(query=True, root=True)
    return [str(layer) for layer in as_list(cmds.ls(type="animLayer")) if layer != base]


def members(layer: str) -> list[str]:
    """The attributes in a layer."""
    return [canonical(str(plug)) for plug in as_list(cmds.animLayer(layer, query=True, attribute=True))]


def takes(figure: Figure) -> list[tuple[str, Take]]:
    """The character's takes with their layers, ordered by first frame."""
    nodes = _nodes(figure)
    found = []
    for layer in all_layers():
        stored = _stored_takes(layer)
        if stored and nodes & {short(node_of(plug)) for plug in members(layer)}:
            # A shared layer may have takes of other characters.
            found += [(layer, take) for take in stored if nodes & {short(node_of(plug)) for plug in take.plugs}]
    return sorted(found, key=lambda each: (each[1].first, each[1].name))


def take_named(figure: Figure, name: str) -> tuple[str, Take]:
    """The take of this name, with its layer."""
    known = takes(figure)
    for layer, take in known:
        if take.name == name:
            return layer, take
    choices = f"its takes are {name_list([take.name for _, take in known])}" if known else "it has no takes"
    raise UserError(f"“{figure.name}” has no take “{name}”: {choices}")


def is_edited(layer: str, take: Take) -> bool:
    """Whether keys inside the take were changed after MetaFace wrote them."""
    return bool(take.seal) and _seal(layer, take, _scale(layer, take)) != take.seal


def at_current_rate(layer: str, take: Take) -> Take:
    """The take in frames of the scene's current rate, which may differ from the rate it was generated at."""
    scale = _scale(layer, take)
    first, last = take.first * scale, take.last * scale
    return replace(take, start=take.start * scale, first=first, last=last, unit=units.time_unit())


def hand_edits(figure: Figure) -> str:
    """The name of the layer for the animator's hand edits."""
    return core_takes.layer_name(figure.name, "hand_edits")


def write(figure: Figure, take: Take, keys: list[Keys], layer: str = "") -> Take:
    """Writes a take, replacing the take of the same name. Returns the take as stored.

    `layer` is the layer to write to; by default the take's layer, which is made if needed.
    """
    if not keys:
        raise UserError(
            f"“{figure.name}” would not move: it has no driven target or joint that can be keyed, or all of the sound "
            "is trimmed off. metafaceAnimate -query -problems lists the causes"
        )
    with undo_step(f"MetaFace {take.name}"):
        rest = characters.at_rest_now(figure)
        before = next(((at, old) for at, old in takes(figure) if old.name == take.name), None)
        if before is not None and is_edited(*before):
            _set_aside(*before)
            before = None
        target = layer or (before[0] if before else _free_name(core_takes.layer_name(figure.name, take.name)))
        if before is not None:
            before = before[0], at_current_rate(*before)
        if before is not None and before[0] != target:
            _drop(*before)
            before = None
        if target == hand_edits(figure):
            raise UserError(f"“{target}” is the layer of hand edits: choose another name or layer for the take")
        _ensure_layer(target, take.override)
        first, last = core_keys.span_of(keys)
        placed = replace(take, first=first, last=last, unit=units.time_unit(), plugs=tuple(k.plug for k in keys))
        others = [other for other in _stored_takes(target) if other.name != take.name]
        alone = not others and not _has_other_members(target, before)
        _clear(target, before[1] if before else None, placed, alone)
        _write_keys(target, placed, keys, keep_others=not alone)
        sealed = replace(placed, seal=_seal(target, placed))
        _store_takes(target, [*others, sealed])
        storage.change_character_settings(figure.root, rest=rest or None)
        _move_hand_edits_to_top(figure, target, [curve.plug for curve in keys])
    return sealed


def remove(figure: Figure, name: str) -> None:
    """Removes a take; the animator's keys stay."""
    layer, take = take_named(figure, name)
    with undo_step(f"MetaFace remove {name}"):
        _drop(layer, take)
        edits = hand_edits(figure)
        if takes(figure) or not cmds.objExists(edits):
            return
        if not as_list(cmds.animLayer(edits, query=True, animCurves=True)):
            cmds.delete(edits)


def metaface_layers(figure: Figure) -> list[str]:
    """The layers of the character's takes, and its layer of hand edits."""
    found = list(dict.fromkeys(layer for layer, _ in takes(figure)))
    edits = hand_edits(figure)
    return [*found, edits] if cmds.objExists(edits) else found


def _ensure_layer(layer: str, override: bool) -> None:
    if not cmds.objExists(layer):
        made = str(cmds.animLayer(layer, override=override))
        if made != layer:
            raise UserError(f"Cannot make a layer “{layer}”: Maya names it “{made}”. Choose another name with -layer")
    elif cmds.nodeType(layer) != "animLayer":
        raise UserError(f"“{layer}” is not an animation layer: choose another name with -layer")
    elif cmds.animLayer(layer, query=True, lock=True):
        raise UserError(f"The layer “{layer}” is locked: unlock it in the Layer Editor")
    elif bool(cmds.animLayer(layer, query=True, override=True)) != override:
        cmds.animLayer(layer, edit=True, override=override)


def _clear(layer: str, old: Take | None, new: Take, alone: bool) -> None:
    """Removes the old take's keys, and the attributes that the new take does not move."""
    removed = set(old.plugs) - set(new.plugs) if old else set()
    present = members(layer)
    if alone:
        for plug in sorted(removed & set(present)):
            cmds.animLayer(layer, edit=True, removeAttribute=plug)
    else:
        for span, plugs in ((old, old.plugs if old else ()), (new, new.plugs)):
            for plug in plugs:
                curve = curves.layer_curve(layer, plug)
                if curve and span is not None:
                    curves.cut(curve, span.first - _SLACK, span.last + _SLACK)
    added = [plug for plug in new.plugs if plug not in present]
    if added:
        cmds.animLayer(layer, edit=True, attribute=added)


def _write_keys(layer: str, take: Take, keys: list[Keys], keep_others: bool) -> None:
    frame = take.first
    updates = [
        curves.CurveUpdate(curves.ensured_layer_curve(layer, curve.plug, frame), curve, keep_others) for curve in keys
    ]
    rejected = [update.keys.plug for update in updates if not update.curve]
    if rejected:
        raise UserError(
            f"Maya cannot add {name_list(rejected)} to the layer “{layer}”: look for locked layers and attributes"
        )
    curves.write(updates)
    if take.override:
        fade = FADE * float(units.rate())
        cmds.cutKey(layer, attribute="weight", time=(take.first - _SLACK, take.last + _SLACK), clear=True)
        for ramp, value in ((0.0, 0.0), (fade, 1.0)):
            cmds.setKeyframe(layer, attribute="weight", time=curves.at(take.first + ramp), value=value)
            cmds.setKeyframe(layer, attribute="weight", time=curves.at(take.last - ramp), value=value)


def _move_hand_edits_to_top(figure: Figure, below: str, plugs: list[str]) -> None:
    """Puts the layer of hand edits above `below`, adds the attributes to it, and makes it receive new keys."""
    edits = hand_edits(figure)
    if not cmds.objExists(edits):
        cmds.animLayer(edits)
    present = members(edits)
    added = [plug for plug in plugs if plug not in present]
    if added:
        cmds.animLayer(edits, edit=True, attribute=added)
    cmds.animLayer(below, edit=True, moveLayerBefore=edits)
    for layer in all_layers():
        chosen = layer == edits
        if bool(cmds.animLayer(layer, query=True, preferred=True)) != chosen:
            cmds.animLayer(layer, edit=True, preferred=chosen)
        if bool(cmds.animLayer(layer, query=True, selected=True)) != chosen:
            cmds.animLayer(layer, edit=True, selected=chosen)


def _set_aside(layer: str, take: Take) -> None:
    """Keeps the layer of an edited take under another name, muted."""
    others = [other.name for other in _stored_takes(layer) if other.name != take.name]
    if others:
        raise UserError(
            f"Keys inside the take “{take.name}” were changed, and its layer “{layer}” also has {name_list(others)}: "
            "move your keys to the layer of hand edits, or choose another layer with -layer"
        )
    cmds.animLayer(layer, edit=True, mute=True)
    _store_takes(layer, [])
    cmds.rename(layer, _free_name(f"{layer}_edited"))


def _drop(layer: str, take: Take) -> None:
    others = [other for other in _stored_takes(layer) if other.name != take.name]
    if not others and not _has_other_members(layer, (layer, take)):
        cmds.delete(layer)
        return
    current = at_current_rate(layer, take)
    for plug in current.plugs:
        curve = curves.layer_curve(layer, plug)
        if curve:
            curves.cut(curve, current.first - _SLACK, current.last + _SLACK)
    _store_takes(layer, others)


def _has_other_members(layer: str, old: tuple[str, Take] | None) -> bool:
    """Whether a layer has attributes that no take added, as an artist's layer chosen with -layer has."""
    known = {plug for take in _stored_takes(layer) for plug in take.plugs}
    if old is not None:
        known |= set(old[1].plugs)
    return bool(set(members(layer)) - known)


def _stored_takes(layer: str) -> list[Take]:
    return core_takes.from_text(storage.read(layer, storage.LAYER_ATTRIBUTE))


def _store_takes(layer: str, layer_takes: list[Take]) -> None:
    storage.write(layer, storage.LAYER_ATTRIBUTE, core_takes.to_text(layer_takes) if layer_takes else "")


def _scale(layer: str, take: Take) -> float:
    """Frames at the scene's current rate per frame of the take.

    1 if the rate was changed with the option that keeps the frame of each key instead of its time.
    """
    if take.unit in {"", units.time_unit()} or _seal(layer, take) == take.seal:
        return 1.0
    return float(units.rate() / rates.of_unit(take.unit))


def _seal(layer: str, take: Take, scale: float = 1.0) -> str:
    found = []
    for plug in take.plugs:
        curve = curves.layer_curve(layer, plug) if in_layers(plug) else ""
        times, values = curves.read(curve, take.first * scale - _SLACK, take.last * scale + _SLACK)
        found.append((times / scale, values))
    return core_takes.seal(found)


def _nodes(figure: Figure) -> set[str]:
    plugs = [target.plug for mesh in figure.meshes for target in mesh.targets]
    return {short(node_of(plug)) for plug in plugs} | {joint.node for joint in figure.joints}


def _free_name(name: str) -> str:
    number, free = 2, name
    while cmds.objExists(free):
        free, number = f"{name}{number}", number + 1
    return free
