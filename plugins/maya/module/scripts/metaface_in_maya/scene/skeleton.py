"""What of a character turns: its joints, and the controls that held joints follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from maya import cmds

from ..core import rotations
from ..core.figures import Joint
from . import attributes, skins, units
from .attributes import bare, listed

_FACE = re.compile(r"head|jaw|eye|mouth|lip", re.IGNORECASE)
_EYEBALL = re.compile(r"eye(?!.*(brow|lash|lid|shadow))", re.IGNORECASE)
_FOLLOWING = ("orientConstraint", "parentConstraint")


@dataclass(frozen=True)
class Carrying:
    """Which joint of the figure takes a node along: `joint_of` by node, `line_of` a joint and those above it."""

    joint_of: dict[str, int]
    line_of: dict[int, list[int]]

    def above(self, transform: str) -> int | None:
        """The nearest joint at or above a transform (long name)."""
        at = transform
        while at:
            short = str(cmds.ls(at)[0])
            if short in self.joint_of:
                return self.joint_of[short]
            at = at.rpartition("|")[0]
        return None


def candidates(parts: list[str], shapes: list[str]) -> dict[str, str]:
    """The joints among the character's parts and those that skin it: long names, parents first, and what they are called.

    A joint that a constraint turns gives its place, and its name, to the control that it follows. Eyeballs that
    are meshes of their own turn as a whole.
    """
    found = [part for part in parts if cmds.nodeType(part) == "joint"]
    for shape in shapes:
        skin = skins.cluster(shape)
        names = skins.influences(skin) if skin else []
        found += [str(cmds.ls(name, long=True)[0]) for name in names]
    found += [part for part in parts if _is_an_eyeball(part)]
    free: dict[str, str] = {}
    for node in dict.fromkeys(found):
        free.setdefault(_followed(node) or node, bare(node))
    return {node: free[node] for node in sorted(free, key=lambda node: (node.count("|"), node))}


def has_a_face(nodes: dict[str, str]) -> bool:
    """Whether some joint sounds like a part of a head."""
    return any(_FACE.search(name) for name in nodes.values())


def joints(nodes: dict[str, str], rest: dict[str, float]) -> list[Joint]:
    """They as plain data; a name that two share gets a number."""
    index_of: dict[str, int] = {}
    made: list[Joint] = []
    names: dict[str, int] = {}
    for node, name in nodes.items():
        parent = _nearest(node, index_of)
        index_of[node] = len(made)
        names[name] = names.get(name, 0) + 1
        made.append(_joint(node, name if names[name] == 1 else f"{name}#{names[name]}", parent, index_of, rest))
    return made


def carrying(made: list[Joint]) -> Carrying:
    """See [`Carrying`]; what a constraint ties to a control is carried by the control."""
    line_of: dict[int, list[int]] = {}
    for index, joint in enumerate(made):
        line_of[index] = [index] + (line_of[joint.parent] if joint.parent is not None else [])
    joint_of = {joint.node: index for index, joint in enumerate(made)}
    for node in listed(cmds.ls(type="joint")):
        control = _followed(str(cmds.ls(node, long=True)[0]))
        short = str(cmds.ls(control)[0]) if control else ""
        if short in joint_of:
            joint_of.setdefault(str(node), joint_of[short])
    return Carrying(joint_of, line_of)


def _followed(node: str) -> str:
    """The control whose rotation this node's copies; empty if it turns by itself."""
    for axis in "XYZ":
        found = attributes.source(f"{node}.rotate{axis}")
        holder = attributes.node_of(found) if found else ""
        if holder and cmds.nodeType(holder) in _FOLLOWING:
            names = listed(
                cmds.listConnections(f"{holder}.target[0].targetParentMatrix", source=True, destination=False)
            )
            return str(cmds.ls(names[0], long=True)[0]) if names else ""
    return ""


def _is_an_eyeball(part: str) -> bool:
    if cmds.nodeType(part) != "transform" or not _EYEBALL.search(bare(part)):
        return False
    shapes = listed(cmds.listRelatives(part, shapes=True, type="mesh", noIntermediate=True, fullPath=True))
    return bool(shapes) and not any(skins.cluster(str(shape)) for shape in shapes)


def _nearest(node: str, index_of: dict[str, int]) -> int | None:
    at = node.rpartition("|")[0]
    while at and at not in index_of:
        at = at.rpartition("|")[0]
    return index_of.get(at)


def _joint(node: str, name: str, parent: int | None, index_of: dict[str, int], rest: dict[str, float]) -> Joint:
    above, place = rotations.STILL, np.zeros(3)
    for group in _between(node, index_of):
        place = place + rotations.rotated(above, _three(group, "translate"))
        above = rotations.product(above, _turn(group))
    place = place + rotations.rotated(above, _three(node, "translate"))
    short = str(cmds.ls(node)[0])
    held = next((why for axis in "XYZ" if (why := _held(f"{short}.rotate{axis}"))), "")
    return Joint(
        name,
        short,
        parent,
        (float(place[0]), float(place[1]), float(place[2])),
        _resting(short, rest),
        rotations.ORDERS[int(cmds.getAttr(f"{node}.rotateOrder"))],
        _quaternion(_orient(node)),
        _quaternion(rotations.of_angles(_three(node, "rotateAxis") * units.radians())),
        _quaternion(above),
        held,
    )


def _between(node: str, index_of: dict[str, int]) -> list[str]:
    """Groups above a node, up to the next joint of the figure, the topmost first."""
    groups: list[str] = []
    at = node.rpartition("|")[0]
    while at and at not in index_of:
        groups.insert(0, at)
        at = at.rpartition("|")[0]
    return groups


def _turn(group: str) -> np.ndarray:
    order = rotations.ORDERS[int(cmds.getAttr(f"{group}.rotateOrder"))]
    own = rotations.of_angles(_three(group, "rotate") * units.radians(), order)
    axis = rotations.of_angles(_three(group, "rotateAxis") * units.radians())
    return rotations.product(_orient(group), rotations.product(own, axis))


def _orient(node: str) -> np.ndarray:
    if cmds.nodeType(node) != "joint":
        return rotations.STILL
    return rotations.of_angles(_three(node, "jointOrient") * units.radians())


def _resting(node: str, rest: dict[str, float]) -> tuple[float, float, float]:
    """Unkeyed angles in radians; 0 where other animation lies below, which a take adds to."""
    angles = []
    for axis in "XYZ":
        plug = f"{node}.rotate{axis}"
        if attributes.is_animation(plug):
            angles.append(float(rest.get(plug, 0.0)) if attributes.in_layers(plug) else 0.0)
        else:
            angles.append(float(cmds.getAttr(plug)) * units.radians())
    return angles[0], angles[1], angles[2]


def _held(plug: str) -> str:
    at, why = attributes.keyed(plug)
    # A rotation that copies another node's is that node's to turn.
    return why or (f"{plug} copies {at}: break the connection, or let the rig map turn that node" if at != plug else "")


def _three(node: str, attribute: str) -> np.ndarray:
    return np.array([float(cmds.getAttr(f"{node}.{attribute}{axis}")) for axis in "XYZ"])


def _quaternion(turn: np.ndarray) -> tuple[float, float, float, float]:
    return float(turn[0]), float(turn[1]), float(turn[2]), float(turn[3])
