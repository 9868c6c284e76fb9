"""Finds what rotates in a character: its joints, and the controls that drive constrained joints."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from maya import cmds

from ..core.figures import Joint
from ..host import rotations
from . import attributes, skins, units
from .attributes import as_list, bare

_FACE = re.compile(r"head|jaw|eye|mouth|lip", re.IGNORECASE)
_EYEBALL = re.compile(r"eye(?!.*(brow|lash|lid|shadow))", re.IGNORECASE)
ORDERS = ("xyz", "yzx", "zxy", "xzy", "yxz", "zyx")  # by the value of the attribute `rotateOrder`
_ROTATION_CONSTRAINTS = ("orientConstraint", "parentConstraint")


@dataclass(frozen=True)
class Carrying:
    """Which joints move a node.

    `joint_of` maps a node to its joint index, `chain_of` a joint index to itself and its parents.
    """

    joint_of: dict[str, int]
    chain_of: dict[int, list[int]]

    def above(self, transform: str) -> int | None:
        """The nearest joint at or above a transform, given by its long name."""
        at = transform
        while at:
            short = str(cmds.ls(at)[0])
            if short in self.joint_of:
                return self.joint_of[short]
            at = at.rpartition("|")[0]
        return None


def candidates(parts: list[str], shapes: list[str]) -> dict[str, str]:
    """What can rotate in a character: long names, parents first, mapped to short names.

    These are the joints among its parts, the joints that skin it, and separate eyeball meshes. A constrained joint is
    replaced by the control that drives it, under the joint's name.
    """
    found = [part for part in parts if cmds.nodeType(part) == "joint"]
    for shape in shapes:
        skin = skins.cluster(shape)
        names = skins.influences(skin) if skin else []
        found += [str(cmds.ls(name, long=True)[0]) for name in names]
    found += [part for part in parts if _is_eyeball(part)]
    name_of: dict[str, str] = {}
    for node in dict.fromkeys(found):
        name_of.setdefault(_driver(node) or node, bare(node))
    return {node: name_of[node] for node in sorted(name_of, key=lambda node: (node.count("|"), node))}


def has_a_face(nodes: dict[str, str]) -> bool:
    """Whether the name of a joint is that of a part of a head."""
    return any(_FACE.search(name) for name in nodes.values())


def joints(nodes: dict[str, str], rest: dict[str, float]) -> list[Joint]:
    """The joints as plain data; repeated names get a number."""
    index_of: dict[str, int] = {}
    made: list[Joint] = []
    names: dict[str, int] = {}
    for node, name in nodes.items():
        parent = _parent_index(node, index_of)
        index_of[node] = len(made)
        names[name] = names.get(name, 0) + 1
        made.append(_joint(node, name if names[name] == 1 else f"{name}#{names[name]}", parent, index_of, rest))
    return made


def carrying(made: list[Joint]) -> Carrying:
    """See `Carrying`; a constrained joint counts as its control."""
    chain_of: dict[int, list[int]] = {}
    for index, joint in enumerate(made):
        chain_of[index] = [index] + (chain_of[joint.parent] if joint.parent is not None else [])
    joint_of = {joint.node: index for index, joint in enumerate(made)}
    for node in as_list(cmds.ls(type="joint")):
        control = _driver(str(cmds.ls(node, long=True)[0]))
        short = str(cmds.ls(control)[0]) if control else ""
        if short in joint_of:
            joint_of.setdefault(str(node), joint_of[short])
    return Carrying(joint_of, chain_of)


def _driver(node: str) -> str:
    """The control that drives the node's rotation through a constraint; empty if there is none."""
    for axis in "XYZ":
        found = attributes.source(f"{node}.rotate{axis}")
        constraint = attributes.node_of(found) if found else ""
        if constraint and cmds.nodeType(constraint) in _ROTATION_CONSTRAINTS:
            names = as_list(
                cmds.listConnections(f"{constraint}.target[0].targetParentMatrix", source=True, destination=False)
            )
            return str(cmds.ls(names[0], long=True)[0]) if names else ""
    return ""


def _is_eyeball(part: str) -> bool:
    if cmds.nodeType(part) != "transform" or not _EYEBALL.search(bare(part)):
        return False
    shapes = as_list(cmds.listRelatives(part, shapes=True, type="mesh", noIntermediate=True, fullPath=True))
    return bool(shapes) and not any(skins.cluster(str(shape)) for shape in shapes)


def _parent_index(node: str, index_of: dict[str, int]) -> int | None:
    at = node.rpartition("|")[0]
    while at and at not in index_of:
        at = at.rpartition("|")[0]
    return index_of.get(at)


def _joint(node: str, name: str, parent: int | None, index_of: dict[str, int], rest: dict[str, float]) -> Joint:
    group_rotation, translation = rotations.IDENTITY, np.zeros(3)
    for group in _groups_above(node, index_of):
        translation = translation + rotations.rotated(group_rotation, _vector(group, "translate"))
        group_rotation = rotations.product(group_rotation, _rotation(group))
    translation = translation + rotations.rotated(group_rotation, _vector(node, "translate"))
    short = str(cmds.ls(node)[0])
    blocked = next((why for axis in "XYZ" if (why := _blocked(f"{short}.rotate{axis}"))), "")
    return Joint(
        name,
        short,
        parent,
        (float(translation[0]), float(translation[1]), float(translation[2])),
        _rest_angles(short, rest),
        ORDERS[int(cmds.getAttr(f"{node}.rotateOrder"))],
        _quaternion(_orient(node)),
        _quaternion(rotations.of_angles(_vector(node, "rotateAxis") * units.radians_per_unit())),
        _quaternion(group_rotation),
        blocked,
    )


def _groups_above(node: str, index_of: dict[str, int]) -> list[str]:
    """The groups between a node and its parent joint, the topmost first."""
    groups: list[str] = []
    at = node.rpartition("|")[0]
    while at and at not in index_of:
        groups.insert(0, at)
        at = at.rpartition("|")[0]
    return groups


def _rotation(group: str) -> np.ndarray:
    order = ORDERS[int(cmds.getAttr(f"{group}.rotateOrder"))]
    turn = rotations.of_angles(_vector(group, "rotate") * units.radians_per_unit(), order)
    axis = rotations.of_angles(_vector(group, "rotateAxis") * units.radians_per_unit())
    return rotations.product(_orient(group), rotations.product(turn, axis))


def _orient(node: str) -> np.ndarray:
    if cmds.nodeType(node) != "joint":
        return rotations.IDENTITY
    return rotations.of_angles(_vector(node, "jointOrient") * units.radians_per_unit())


def _rest_angles(node: str, rest: dict[str, float]) -> tuple[float, float, float]:
    """Unkeyed angles in radians; 0 if the axis has animation that does not come from layers, since takes are added."""
    angles = []
    for axis in "XYZ":
        plug = f"{node}.rotate{axis}"
        if attributes.is_animation(plug):
            angles.append(float(rest.get(plug, 0.0)) if attributes.in_layers(plug) else 0.0)
        else:
            angles.append(float(cmds.getAttr(plug)) * units.radians_per_unit())
    return angles[0], angles[1], angles[2]


def _blocked(plug: str) -> str:
    """Why a rotation cannot be keyed, and the remedy; empty if it can be."""
    at, why = attributes.plug_to_key(plug)
    copied = f"{plug} copies {at}: break the connection, or let the rig map drive that node" if at != plug else ""
    return why or copied


def _vector(node: str, attribute: str) -> np.ndarray:
    return np.array([float(cmds.getAttr(f"{node}.{attribute}{axis}")) for axis in "XYZ"])


def _quaternion(turn: np.ndarray) -> tuple[float, float, float, float]:
    return float(turn[0]), float(turn[1]), float(turn[2]), float(turn[3])
