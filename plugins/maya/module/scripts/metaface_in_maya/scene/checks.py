"""Why a face might not move although it is animated: said before the time is spent, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maya import cmds

from ..core.figures import Figure
from ..core.trouble import some
from . import layers, units
from .attributes import listed


def problems(figure: Figure, report: Any) -> list[str]:
    """One sentence each: what is wrong, then what to do about it."""
    found = [*report.warnings, *_held(figure, report), *_rest(figure, report), *_deformers(figure), *_layers(figure)]
    return list(dict.fromkeys(found))


def _held(figure: Figure, report: Any) -> Iterator[str]:
    driven = {(one.target, mesh) for one in report.driven for mesh in one.meshes}
    turned = {one.joint for one in report.driven_joints}
    reasons: dict[str, list[str]] = {}
    for mesh in figure.meshes:
        for target in mesh.targets:
            if target.held and (target.name, mesh.name) in driven:
                reasons.setdefault(_remedy(target.held), []).append(target.name)
    for joint in figure.joints:
        if joint.held and joint.name in turned:
            reasons.setdefault(_remedy(joint.held), []).append(joint.name)
    for remedy, names in reasons.items():
        yield f"{some(names)} cannot be keyed and will not move: {remedy}"


def _remedy(held: str) -> str:
    """Without the plug's own name, so that many with one cause are one problem."""
    return held.partition(" ")[2] if "." in held.partition(" ")[0] else held


def _rest(figure: Figure, report: Any) -> Iterator[str]:
    driven = {(one.target, mesh) for one in report.driven for mesh in one.meshes}
    for mesh in figure.meshes:
        names = [t.name for t in mesh.targets if abs(t.rest) > 0.01 and (t.name, mesh.name) in driven]
        if names:
            yield (
                f"{mesh.name}: at rest {some(names)} is not 0, so the face goes back to that between lines: "
                "set it to 0 before the first line is generated"
            )


def _deformers(figure: Figure) -> Iterator[str]:
    for node in dict.fromkeys(mesh.node for mesh in figure.meshes):
        envelope = float(cmds.getAttr(f"{node}.envelope"))
        if envelope < 0.999:
            yield f"{node}: its envelope is {envelope:g}, so shapes show less than they should: set it to 1"
        if int(cmds.getAttr(f"{node}.nodeState")) == 1:
            yield f"{node} is switched off (Has No Effect): set its Node Behavior to Normal"


def _layers(figure: Figure) -> Iterator[str]:
    ours = set(layers.own_layers(figure))
    every = layers.takes(figure)
    unit = units.time_unit()
    plugs = {plug for _, take in every for plug in take.plugs}
    for layer in layers.all_layers():
        muted = bool(cmds.animLayer(layer, query=True, mute=True))
        if layer in ours:
            if muted:
                yield f"The layer {layer} is muted: unmute it in the Layer Editor"
            continue
        if cmds.animLayer(layer, query=True, solo=True):
            yield f"Only the layer {layer} plays (Solo): switch that off in the Layer Editor"
        if not muted and cmds.animLayer(layer, query=True, override=True) and plugs & set(layers.members(layer)):
            yield f"The layer {layer} overrides what lies below it: move it below the takes, or mute it"
    for layer, take in every:
        if take.unit != unit:
            yield f"“{take.name}” was generated at {take.unit}, and the scene now counts {unit}: regenerate it"
        if layers.is_edited(layer, take):
            yield (
                f"Keys inside “{take.name}” were changed: regenerating keeps them as a muted layer of their own. "
                "Key on the layer of hand edits instead"
            )
    for (_, one), (_, other) in zip(every, every[1:]):
        if other.first < one.last - 0.25 * float(units.rate()):
            yield f"“{one.name}” and “{other.name}” overlap, and their motion adds up: move one, or remove it"


def can_animate(figure: Figure) -> str:
    """What keeps the whole character from being animated; empty if nothing does."""
    locked = [n for n in {m.node for m in figure.meshes} if listed(cmds.lockNode(n, query=True, lock=True))[:1] == [True]]
    return f"{some(sorted(locked))} is locked: lockNode -lock off" if locked else ""
