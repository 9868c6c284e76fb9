"""Finds what keeps an animated face from moving, before time is spent on animating it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maya import cmds

from ..core.errors import name_list
from ..core.figures import Figure
from . import layers, units
from .attributes import as_list


def problems(figure: Figure, report: Any) -> list[str]:
    """One sentence per problem: what is wrong, then what to do."""
    found = [*report.warnings, *_blocked(figure, report), *_rest(figure, report), *_deformers(figure), *_layers(figure)]
    return list(dict.fromkeys(found))


def _blocked(figure: Figure, report: Any) -> Iterator[str]:
    driven = {(one.target, mesh) for one in report.driven for mesh in one.meshes}
    turned = {one.joint for one in report.driven_joints}
    reasons: dict[str, list[str]] = {}
    for mesh in figure.meshes:
        for target in mesh.targets:
            if target.blocked and (target.name, mesh.name) in driven:
                reasons.setdefault(_remedy(target.blocked), []).append(target.name)
    for joint in figure.joints:
        if joint.blocked and joint.name in turned:
            reasons.setdefault(_remedy(joint.blocked), []).append(joint.name)
    for remedy, names in reasons.items():
        yield f"{name_list(names)} cannot be keyed and will not move: {remedy}"


def _remedy(blocked: str) -> str:
    """The reason without the plug's name, so that plugs with the same reason are one problem."""
    return blocked.partition(" ")[2] if "." in blocked.partition(" ")[0] else blocked


def _rest(figure: Figure, report: Any) -> Iterator[str]:
    driven = {(one.target, mesh) for one in report.driven for mesh in one.meshes}
    for mesh in figure.meshes:
        names = [t.name for t in mesh.targets if abs(t.rest) > 0.01 and (t.name, mesh.name) in driven]
        if names:
            yield (
                f"{mesh.name}: the rest value of {name_list(names)} is not 0, so the face returns to it between lines: "
                "set it to 0 before the first take is generated"
            )


def _deformers(figure: Figure) -> Iterator[str]:
    for node in dict.fromkeys(mesh.node for mesh in figure.meshes):
        envelope = float(cmds.getAttr(f"{node}.envelope"))
        if envelope < 0.999:
            yield f"{node}: its envelope is {envelope:g}, which weakens its shapes: set it to 1"
        if int(cmds.getAttr(f"{node}.nodeState")) == 1:
            yield f"{node} is switched off (Has No Effect): set its Node Behavior to Normal"


def _layers(figure: Figure) -> Iterator[str]:
    metaface_layers = set(layers.metaface_layers(figure))
    takes = layers.takes(figure)
    unit = units.time_unit()
    plugs = {plug for _, take in takes for plug in take.plugs}
    for layer in layers.all_layers():
        muted = bool(cmds.animLayer(layer, query=True, mute=True))
        if layer in metaface_layers:
            if muted:
                yield f"The layer {layer} is muted: unmute it in the Layer Editor"
            continue
        if cmds.animLayer(layer, query=True, solo=True):
            yield f"Only the layer {layer} plays (Solo): turn Solo off in the Layer Editor"
        if not muted and cmds.animLayer(layer, query=True, override=True) and plugs & set(layers.members(layer)):
            yield f"The layer {layer} overrides the layers below it: move it below the takes, or mute it"
    for layer, take in takes:
        if take.unit != unit:
            yield f"“{take.name}” was generated at {take.unit}, but the scene is now at {unit}: regenerate it"
        if layers.is_edited(layer, take):
            yield (
                f"Keys inside “{take.name}” were changed: regenerating keeps them on a separate, muted layer. "
                "Key on the layer of hand edits instead"
            )
    for (_, one), (_, other) in zip(takes, takes[1:]):
        if other.first < one.last - 0.25 * float(units.rate()):
            yield f"“{one.name}” and “{other.name}” overlap, and their motion adds up: move one, or remove it"


def can_animate(figure: Figure) -> str:
    """What blocks the whole character, and the remedy; empty if nothing does."""
    nodes = {mesh.node for mesh in figure.meshes}
    locked = [node for node in nodes if as_list(cmds.lockNode(node, query=True, lock=True))[:1] == [True]]
    return f"{name_list(sorted(locked))} is locked: lockNode -lock off" if locked else ""
