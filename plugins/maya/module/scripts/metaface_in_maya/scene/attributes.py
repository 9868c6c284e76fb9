"""Whether an attribute can be keyed, what is keyed in its place, and why not."""

from __future__ import annotations

from typing import Any

from maya import cmds

_FOLLOWED = 4
"""How many direct connections are followed from a weight to the control that an animator holds."""


def listed(found: Any) -> list[Any]:
    """Commands answer None for an empty list, and a word for a list of one."""
    if found is None:
        return []
    return [found] if isinstance(found, str) else list(found)


def bare(node: str) -> str:
    """A node's name without path and namespace."""
    return node.rpartition("|")[2].rpartition(":")[2]


def kind_of(node: str) -> str:
    """A node's type."""
    return str(cmds.nodeType(node))


def source(plug: str) -> str:
    """The plug that this one gets its value from; empty if it is free.

    A rotation may be connected as a whole, of which Maya says nothing when it is asked for one axis.
    """
    found = _connected(plug)
    whole, axis = plug[:-1], plug[-1:]
    if found or not whole.endswith(".rotate"):
        return found
    found = _connected(whole)
    return f"{found}{axis}" if found and cmds.objExists(f"{found}{axis}") else found


def _connected(plug: str) -> str:
    found = listed(
        cmds.listConnections(plug, source=True, destination=False, plugs=True, skipConversionNodes=True)
    )
    return str(found[0]) if found else ""


def among(names: list[Any], **asked: Any) -> list[str]:
    """`ls` of these names; of none, none: with an empty list Maya would give everything."""
    return [str(name) for name in listed(cmds.ls(*names, **asked))] if names else []


def node_of(plug: str) -> str:
    """`face:blendShape1.weight[3]` is of `face:blendShape1`."""
    return plug.partition(".")[0]


def short(node: str) -> str:
    """The shortest name of a node that is unique."""
    found = listed(cmds.ls(node))
    return str(found[0]) if found else node


def canonical(plug: str) -> str:
    """One name for an attribute that has several: `weight[3]` of a blendShape, not the target's alias."""
    node, _, attribute = plug.partition(".")
    if cmds.objExists(node) and cmds.nodeType(node) == "blendShape":
        pairs = listed(cmds.aliasAttr(node, query=True))  # type: ignore[call-arg]
        attribute = dict(zip(pairs[::2], pairs[1::2])).get(attribute, attribute)
    return f"{short(node)}.{attribute}"


def is_animation(plug: str) -> bool:
    """Whether the value comes from keys over time, or from animation layers."""
    found = source(plug)
    kind = kind_of(node_of(found)) if found else ""
    return kind.startswith(("animCurveT", "animBlendNode"))


def in_layers(plug: str) -> bool:
    """Whether some animation layer has it."""
    found = source(plug)
    return bool(found) and kind_of(node_of(found)).startswith("animBlendNode")


def keyed(plug: str) -> tuple[str, str]:
    """What is keyed for an attribute: itself, or the control that it copies; and why that cannot be, if so."""
    at = plug
    for _ in range(_FOLLOWED):
        found = source(at)
        if not found or is_animation(at):
            return canonical(at), _locked(at)
        node = node_of(found)
        if not _is_a_control(found, node):
            return at, _held(at, node)
        at = found
    return at, _held(at, node_of(at))


def _is_a_control(plug: str, node: str) -> bool:
    """Attributes of the scene's objects, and of nodes that only hold attributes, are an animator's to key."""
    kind = kind_of(node)
    if kind not in {"transform", "joint", "network"} and "dagNode" not in listed(cmds.nodeType(node, inherited=True)):
        return False
    return bool(cmds.getAttr(plug, keyable=True)) and "Constraint" not in kind


def _locked(plug: str) -> str:
    node = node_of(plug)
    if listed(cmds.lockNode(node, query=True, lock=True))[:1] == [True]:
        return f"{node} is locked: lockNode -lock off {node}"
    if not cmds.getAttr(plug, lock=True):
        return ""
    if cmds.referenceQuery(node, isNodeReferenced=True):
        file = cmds.referenceQuery(node, filename=True)
        return f"{plug} is locked in the file that it is referenced from: unlock it there: {file}"
    return f"{plug} is locked: unlock it in the Channel Box"


def _held(plug: str, node: str) -> str:
    kind = kind_of(node)
    if kind.startswith("animCurveU"):
        return f"{plug} follows a driven key ({node}): break it, or let the rig map drive a control instead"
    if kind.endswith("Constraint"):
        return f"{plug} is held by a constraint ({node}): delete it, or key the control that it follows"
    if kind == "expression":
        return f"{plug} is held by an expression ({node}): delete it, or break the connection"
    return f"{plug} is connected to {node} ({kind}): break the connection in the Channel Box"
