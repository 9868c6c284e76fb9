"""Finds what keeps an animated face from moving, before time is spent on animating it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maya import cmds

from ..core import rates
from ..core.figures import Figure
from ..host import checks
from ..host.checks import Problem
from ..host.errors import name_list
from . import layers, units
from .attributes import as_list


def problems(figure: Figure, report: Any) -> list[str]:
    """The problems as text: where, what is wrong, then what to do."""
    driven = {(one.target, mesh) for one in report.driven for mesh in one.meshes}
    found = [*_deformers(figure), *_layers(figure), *_takes(figure)]
    for mesh in figure.meshes:
        at_rest = [(target.name, target.rest) for target in mesh.targets if (target.name, mesh.name) in driven]
        found += checks.not_at_rest(mesh.name, at_rest)
    return list(dict.fromkeys([*report.warnings, *_blocked(figure, report, driven), *map(str, found)]))


def _blocked(figure: Figure, report: Any, driven: set[tuple[str, str]]) -> Iterator[str]:
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


def _deformers(figure: Figure) -> Iterator[Problem]:
    for node in dict.fromkeys(mesh.node for mesh in figure.meshes):
        envelope = float(cmds.getAttr(f"{node}.envelope"))
        if envelope < 0.999:
            yield Problem(f"Its envelope is {envelope:g}, which weakens its shapes", "Set it to 1", node)
        if int(cmds.getAttr(f"{node}.nodeState")) == 1:
            yield Problem("It is switched off (Has No Effect)", "Set its Node Behavior to Normal", node)


def _layers(figure: Figure) -> Iterator[Problem]:
    metaface_layers = set(layers.metaface_layers(figure))
    plugs = {plug for _, take in layers.takes(figure) for plug in take.plugs}
    for layer in layers.all_layers():
        muted = bool(cmds.animLayer(layer, query=True, mute=True))
        if layer in metaface_layers:
            if muted:
                yield Problem("The layer is muted", "Unmute it in the Layer Editor", layer)
            continue
        if cmds.animLayer(layer, query=True, solo=True):
            yield Problem("Only this layer plays (Solo)", "Turn Solo off in the Layer Editor", layer)
        if not muted and cmds.animLayer(layer, query=True, override=True) and plugs & set(layers.members(layer)):
            yield Problem("The layer overrides the layers below it", "Move it below the takes, or mute it", layer)


def _takes(figure: Figure) -> Iterator[Problem]:
    takes = layers.takes(figure)
    for layer, take in takes:
        if take.unit != units.time_unit():
            yield checks.other_rate(take.name, float(rates.of_unit(take.unit)))
        if layers.is_edited(layer, take):
            yield checks.edited_take(
                take.name, "them on a separate, muted layer", "Key on the layer of hand edits instead"
            )
    spans = [(take.name, take.name, take.first, take.last) for _, take in takes]
    yield from checks.overlapping(spans, units.rate())


def can_animate(figure: Figure) -> str:
    """What blocks the whole character, and the remedy; empty if nothing does."""
    nodes = {mesh.node for mesh in figure.meshes}
    locked = [node for node in nodes if as_list(cmds.lockNode(node, query=True, lock=True))[:1] == [True]]
    return f"{name_list(sorted(locked))} is locked: lockNode -lock off" if locked else ""
