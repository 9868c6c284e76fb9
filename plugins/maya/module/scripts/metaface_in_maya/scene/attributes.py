"""Finds out whether an attribute can be keyed, which control to key instead, and what blocks it."""

from __future__ import annotations

from typing import Any

from maya import cmds

_MAX_CONNECTIONS = 4
"""How many direct connections are followed from a weight to the control that an animator keys."""


def as_list(found: Any) -> list[Any]:
    """A command's result as a list: Maya returns None for an empty list, and a string for some lists of one."""
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
    """The plug that drives this one; empty if it is not connected.

    If the compound attribute `rotate` is connected, Maya reports no connection for its single axes.
    """
    found = _connected(plug)
    compound, axis = plug[:-1], plug[-1:]
    if found or not compound.endswith(".rotate"):
        return found
    found = _connected(compound)
    return f"{found}{axis}" if found and cmds.objExists(f"{found}{axis}") else found


def _connected(plug: str) -> str:
    found = as_list(
        cmds.listConnections(plug, source=True, destination=False, plugs=True, skipConversionNodes=True)
    )
    return str(found[0]) if found else ""


def ls_names(names: list[Any], **flags: Any) -> list[str]:
    """`ls` of these names; empty without names, where `ls` would return the whole scene."""
    return [str(name) for name in as_list(cmds.ls(*names, **flags))] if names else []


def node_of(plug: str) -> str:
    """The node of a plug: `face:blendShape1` for `face:blendShape1.weight[3]`."""
    return plug.partition(".")[0]


def short(node: str) -> str:
    """The shortest unique name of a node."""
    found = as_list(cmds.ls(node))
    return str(found[0]) if found else node


def canonical(plug: str) -> str:
    """The plug with its node's shortest name; `weight[3]` of a blendShape instead of the target's alias."""
    node, _, attribute = plug.partition(".")
    if cmds.objExists(node) and cmds.nodeType(node) == "blendShape":
        pairs = as_list(cmds.aliasAttr(node, query=True))  # type: ignore[call-arg]
        attribute = dict(zip(pairs[::2], pairs[1::2])).get(attribute, attribute)
    return f"{short(node)}.{attribute}"


def is_animation(plug: str) -> bool:
    """Whether the plug is driven by keys over time or by animation layers."""
    found = source(plug)
    kind = kind_of(node_of(found)) if found else ""
    return kind.startswith(("animCurveT", "animBlendNode"))


def in_layers(plug: str) -> bool:
    """Whether the plug is in an animation layer."""
    found = source(plug)
    return bool(found) and kind_of(node_of(found)).startswith("animBlendNode")


def plug_to_key(plug: str) -> tuple[str, str]:
    """The plug to key for an attribute: itself, or the control that drives it.

    The second value is why that plug cannot be keyed, and the remedy; empty if it can be.
    """
    at = plug
    for _ in range(_MAX_CONNECTIONS):
        found = source(at)
        if not found or is_animation(at):
            return canonical(at), _lock(at)
        node = node_of(found)
        if not _is_control(found, node):
            return at, _blocked_by(at, node)
        at = found
    return at, _blocked_by(at, node_of(at))


def _is_control(plug: str, node: str) -> bool:
    """Whether animators key this attribute: one of a DAG object, or of a node that only stores attributes."""
    kind = kind_of(node)
    if kind not in {"transform", "joint", "network"} and "dagNode" not in as_list(cmds.nodeType(node, inherited=True)):
        return False
    return bool(cmds.getAttr(plug, keyable=True)) and "Constraint" not in kind


def _lock(plug: str) -> str:
    """Why a lock blocks the plug, and the remedy; empty if nothing is locked."""
    node = node_of(plug)
    if as_list(cmds.lockNode(node, query=True, lock=True))[:1] == [True]:
        return f"{node} is locked: lockNode -lock off {node}"
    if not cmds.getAttr(plug, lock=True):
        return ""
    if cmds.referenceQuery(node, isNodeReferenced=True):
        file = cmds.referenceQuery(node, filename=True)
        return f"{plug} is locked in the file that it is referenced from: unlock it there: {file}"
    return f"{plug} is locked: unlock it in the Channel Box"


def _blocked_by(plug: str, node: str) -> str:
    """Why a connection blocks the plug, and the remedy."""
    kind = kind_of(node)
    if kind.startswith("animCurveU"):
        return f"{plug} has a driven key ({node}): break the connection, or let the rig map drive a control instead"
    if kind.endswith("Constraint"):
        return f"{plug} is driven by a constraint ({node}): delete it, or key the target of the constraint"
    if kind == "expression":
        return f"{plug} is driven by an expression ({node}): delete it, or break the connection"
    return f"{plug} is connected to {node} ({kind}): break the connection in the Channel Box"
