"""Takes: generated motion on an animation layer of its own, the animator's on another above it.

A take's layer is named for it, and is additive (its keys are added to what lies below) or an override (it
replaces that, while its line lasts). Above lies the layer of hand edits, additive, where new keys go: it is never
written to. Generating a line again replaces the keys that MetaFace wrote for it, and nothing else.

Several takes may share a layer; then only the keys inside a take's frames are its own.
"""

from __future__ import annotations

from dataclasses import replace

from maya import cmds

from ..core import keys as core_keys
from ..core import rates
from ..core import takes as core_takes
from ..core.figures import Figure
from ..core.keys import FADE, Keys
from ..core.takes import Take
from ..core.trouble import Trouble, some
from . import cast, curves, kept, units
from .attributes import canonical, in_layers, listed, node_of, short
from .undo import step

_SLACK = 1e-3  # frames: a key at the very edge of a take is the take's


def all_layers() -> list[str]:
    """Every animation layer but the base."""
    base = cmds.animLayer(query=True, root=True)
    return [str(layer) for layer in listed(cmds.ls(type="animLayer")) if layer != base]


def members(layer: str) -> list[str]:
    """The attributes that a layer has."""
    return [canonical(str(plug)) for plug in listed(cmds.animLayer(layer, query=True, attribute=True))]


def takes(figure: Figure) -> list[tuple[str, Take]]:
    """The character's takes and their layers, by their frames."""
    own = _nodes(figure)
    found = []
    for layer in all_layers():
        kept_here = core_takes.from_text(kept.text(layer, kept.ON_LAYER))
        if kept_here and own & {short(node_of(plug)) for plug in members(layer)}:
            # A shared layer may have other characters' takes too.
            found += [(layer, take) for take in kept_here if own & {short(node_of(plug)) for plug in take.plugs}]
    return sorted(found, key=lambda each: (each[1].first, each[1].name))


def take_named(figure: Figure, name: str) -> tuple[str, Take]:
    """One of them."""
    every = takes(figure)
    for layer, take in every:
        if take.name == name:
            return layer, take
    known = f"it has {some([take.name for _, take in every])}" if every else "it has none"
    raise Trouble(f"“{figure.name}” has no take “{name}”: {known}")


def is_edited(layer: str, take: Take) -> bool:
    """Whether keys inside the take were changed since MetaFace wrote them."""
    return bool(take.seal) and _seal(layer, take, _scale(layer, take)) != take.seal


def today(layer: str, take: Take) -> Take:
    """The take in frames of the scene's rate, which may have been changed since."""
    scale = _scale(layer, take)
    moved = replace(take, start=take.start * scale, first=take.first * scale, last=take.last * scale)
    return replace(moved, unit=units.time_unit())


def hand_edits(figure: Figure) -> str:
    """The name of the layer of the animator's own keys."""
    return core_takes.layer_name(figure.name, "hand_edits")


def write(figure: Figure, take: Take, keys: list[Keys], layer: str = "") -> Take:
    """Writes a take; one of the same name is replaced. Gives it as it is kept.

    `layer` names a layer to write to; without it the take's own is made or used again.
    """
    if not keys:
        raise Trouble(
            f"Nothing of “{figure.name}” would move: no target or joint of it is driven and free to be keyed, or "
            "nothing of the sound is heard. metafaceAnimate -query -problems says why"
        )
    with step(f"MetaFace {take.name}"):
        rest = cast.at_rest_now(figure)
        before = next(((at, old) for at, old in takes(figure) if old.name == take.name), None)
        if before is not None and is_edited(*before):
            _set_aside(*before)
            before = None
        target = layer or (before[0] if before else _free_name(core_takes.layer_name(figure.name, take.name)))
        if before is not None:
            before = before[0], today(*before)
        if before is not None and before[0] != target:
            _drop(*before)
            before = None
        if target == hand_edits(figure):
            raise Trouble(f"“{target}” is the layer of your own keys: give the take another name, or another layer")
        _ensure(target, take.override)
        first, last = core_keys.span_of(keys)
        whole = replace(take, first=first, last=last, unit=units.time_unit(), plugs=tuple(k.plug for k in keys))
        alone = all(other.name == take.name for other in _kept(target)) and not _foreign(target, before)
        _clear(target, before[1] if before else None, whole, alone)
        _write_keys(target, whole, keys, keep_others=not alone)
        sealed = replace(whole, seal=_seal(target, whole))
        _keep(target, [*[other for other in _kept(target) if other.name != take.name], sealed])
        kept.change_character(figure.root, rest=rest or None)
        _raise_hand_edits(figure, target, [one.plug for one in keys])
    return sealed


def remove(figure: Figure, name: str) -> None:
    """Takes a take off; the animator's keys stay."""
    layer, take = take_named(figure, name)
    with step(f"MetaFace remove {name}"):
        _drop(layer, take)
        hands = hand_edits(figure)
        if not takes(figure) and cmds.objExists(hands) and not listed(cmds.animLayer(hands, query=True, animCurves=True)):
            cmds.delete(hands)


def own_layers(figure: Figure) -> list[str]:
    """The layers of the character's takes and of its hand edits."""
    found = list(dict.fromkeys(layer for layer, _ in takes(figure)))
    hands = hand_edits(figure)
    return [*found, hands] if cmds.objExists(hands) else found


def _ensure(layer: str, override: bool) -> None:
    if not cmds.objExists(layer):
        made = str(cmds.animLayer(layer, override=override))
        if made != layer:
            raise Trouble(f"A layer “{layer}” cannot be made: Maya names it “{made}”. Say another with -layer")
    elif cmds.nodeType(layer) != "animLayer":
        raise Trouble(f"“{layer}” is no animation layer: say another name with -layer")
    elif cmds.animLayer(layer, query=True, lock=True):
        raise Trouble(f"The layer “{layer}” is locked: unlock it in the Layer Editor")
    elif bool(cmds.animLayer(layer, query=True, override=True)) != override:
        cmds.animLayer(layer, edit=True, override=override)


def _clear(layer: str, old: Take | None, new: Take, alone: bool) -> None:
    """Room for the new keys: ours of before go, and so do attributes that the take no longer moves."""
    gone = set(old.plugs) - set(new.plugs) if old else set()
    present = members(layer)
    if alone:
        for plug in sorted(gone & set(present)):
            cmds.animLayer(layer, edit=True, removeAttribute=plug)
    else:
        for span, plugs in ((old, old.plugs if old else ()), (new, new.plugs)):
            for plug in plugs:
                curve = curves.in_layer(layer, plug)
                if curve and span is not None:
                    curves.cut(curve, span.first - _SLACK, span.last + _SLACK)
    added = [plug for plug in new.plugs if plug not in present]
    if added:
        cmds.animLayer(layer, edit=True, attribute=added)


def _write_keys(layer: str, take: Take, keys: list[Keys], keep_others: bool) -> None:
    frame = take.first
    written = [curves.Written(curves.made_in_layer(layer, one.plug, frame), one, keep_others) for one in keys]
    lost = [one.keys.plug for one in written if not one.curve]
    if lost:
        raise Trouble(f"Maya keeps {some(lost)} out of the layer “{layer}”: look for locked layers and attributes")
    curves.write(written)
    if take.override:
        fade = FADE * float(units.rate())
        cmds.cutKey(layer, attribute="weight", time=(take.first - _SLACK, take.last + _SLACK), clear=True)
        for ramp, value in ((0.0, 0.0), (fade, 1.0)):
            cmds.setKeyframe(layer, attribute="weight", time=curves.at(take.first + ramp), value=value)
            cmds.setKeyframe(layer, attribute="weight", time=curves.at(take.last - ramp), value=value)


def _raise_hand_edits(figure: Figure, below: str, plugs: list[str]) -> None:
    """The layer of hand edits lies above, has the attributes, and is where new keys go."""
    hands = hand_edits(figure)
    if not cmds.objExists(hands):
        cmds.animLayer(hands)
    present = members(hands)
    added = [plug for plug in plugs if plug not in present]
    if added:
        cmds.animLayer(hands, edit=True, attribute=added)
    cmds.animLayer(below, edit=True, moveLayerBefore=hands)
    for layer in all_layers():
        chosen = layer == hands
        if bool(cmds.animLayer(layer, query=True, preferred=True)) != chosen:
            cmds.animLayer(layer, edit=True, preferred=chosen)
        if bool(cmds.animLayer(layer, query=True, selected=True)) != chosen:
            cmds.animLayer(layer, edit=True, selected=chosen)


def _set_aside(layer: str, take: Take) -> None:
    """Keys of the artist's were inside the take: its layer is kept, muted, under another name."""
    others = [other.name for other in _kept(layer) if other.name != take.name]
    if others:
        raise Trouble(
            f"Keys inside the take “{take.name}” were changed, and its layer “{layer}” holds {some(others)} too: "
            "move your keys to the layer of hand edits, or generate into another layer with -layer"
        )
    cmds.animLayer(layer, edit=True, mute=True)
    _keep(layer, [])
    cmds.rename(layer, _free_name(f"{layer}_edited"))


def _drop(layer: str, take: Take) -> None:
    left = [other for other in _kept(layer) if other.name != take.name]
    if not left and not _foreign(layer, (layer, take)):
        cmds.delete(layer)
        return
    take = today(layer, take)
    for plug in take.plugs:
        curve = curves.in_layer(layer, plug)
        if curve:
            curves.cut(curve, take.first - _SLACK, take.last + _SLACK)
    _keep(layer, left)


def _foreign(layer: str, ours: tuple[str, Take] | None) -> bool:
    """Whether a layer holds attributes that no take of ours put there: an artist's layer, named by -layer."""
    known = {plug for take in _kept(layer) for plug in take.plugs}
    if ours is not None:
        known |= set(ours[1].plugs)
    return bool(set(members(layer)) - known)


def _kept(layer: str) -> list[Take]:
    return core_takes.from_text(kept.text(layer, kept.ON_LAYER))


def _keep(layer: str, takes_of_it: list[Take]) -> None:
    kept.keep(layer, kept.ON_LAYER, core_takes.to_text(takes_of_it) if takes_of_it else "")


def _scale(layer: str, take: Take) -> float:
    """Frames of today for one of the take's: when the rate changes, keys keep their seconds, or, by wish, their frames."""
    if take.unit in {"", units.time_unit()} or _seal(layer, take) == take.seal:
        return 1.0
    return float(units.rate() / rates.of_unit(take.unit))


def _seal(layer: str, take: Take, scale: float = 1.0) -> str:
    found = []
    for plug in take.plugs:
        curve = curves.in_layer(layer, plug) if in_layers(plug) else ""
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
