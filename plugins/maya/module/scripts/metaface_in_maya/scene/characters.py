"""Finds the character that a selection belongs to, and describes it as plain data.

A character has everything below the same topmost group and the meshes skinned to the joints there, within one
namespace: two references of a file are two characters.
"""

from __future__ import annotations

from dataclasses import dataclass

from maya import cmds

from ..core.figures import Figure, Mesh, Target
from ..host.errors import UserError
from . import attributes, skeleton, skins, storage, units
from .attributes import as_list, bare, ls_names, node_of

WHAT_TO_SELECT = "Select any part of a character: a mesh with blendShape targets, or a joint or group above it"


@dataclass(frozen=True)
class Blend:
    """A blendShape node on a mesh. `geometry` is the mesh's index in the node."""

    node: str
    shape: str
    transform: str
    geometry: int


def figure_of(names: list[str]) -> Figure:
    """The character that these nodes belong to."""
    starts = ls_names([node_of(name) for name in names], long=True)
    if not starts:
        missing = f"There is no {', '.join(names)} in the scene. " if names else ""
        raise UserError(f"{missing}{WHAT_TO_SELECT}")
    parts = _parts(starts)
    blends = _blends(parts)
    joints = skeleton.candidates(parts, [blend.shape for blend in blends])
    if not blends and not skeleton.has_a_face(joints):
        names_found = ", ".join(map(bare, starts))
        raise UserError(f"{names_found} has no blendShape targets and no face joints. {WHAT_TO_SELECT}")
    root = _root(parts, blends, starts)
    rest = storage.character_settings(root).get("rest", {})
    described_joints = skeleton.joints(joints, rest)
    carrying = skeleton.carrying(described_joints)
    meshes = tuple(_mesh(blend, rest, carrying, _mesh_name(blend, blends)) for blend in blends)
    namespace = node_of(root).rpartition("|")[2].rpartition(":")[0]
    name = namespace.rpartition(":")[2] or bare(root)
    return Figure(name, root, meshes, tuple(described_joints), units.metres_per_unit(), units.z_up())


def all_figures() -> list[Figure]:
    """All characters of the scene that have blendShape targets."""
    found: dict[str, Figure] = {}
    for node in as_list(cmds.ls(type="blendShape")):
        for shape in as_list(cmds.blendShape(node, query=True, geometry=True)):
            try:
                figure = figure_of([str(shape)])
            except UserError:
                continue
            found.setdefault(figure.root, figure)
    return list(found.values())


def at_rest_now(figure: Figure) -> dict[str, float]:
    """The rest values other than 0 of everything that can be keyed: layers hide them once there are takes."""
    shapes = {target.plug: target.rest for mesh in figure.meshes for target in mesh.targets if not target.blocked}
    turns = {
        f"{joint.node}.rotate{axis}": angle
        for joint in figure.joints
        if not joint.blocked
        for axis, angle in zip("XYZ", joint.angles)
    }
    return {plug: value for plug, value in {**shapes, **turns}.items() if value}


def _parts(starts: list[str]) -> list[str]:
    """All transforms of the character, by long name."""
    tops = list(dict.fromkeys("|" + start.split("|")[1] for start in starts if start.startswith("|")))
    for start in starts:
        for shape in as_list(cmds.ls(start, dagObjects=True, type="mesh", noIntermediate=True)):
            skin = skins.cluster(str(shape))
            for joint in skins.influences(skin)[:1] if skin else []:
                top = "|" + str(cmds.ls(joint, long=True)[0]).split("|")[1]
                tops += [top] if top not in tops else []
    spaces = {_namespace(start) for start in starts}
    below = ls_names(tops, dagObjects=True, type="transform", long=True)
    chosen = [node for node in below if _namespace(node) in spaces]
    return list(dict.fromkeys([*chosen, *[top for top in tops if top in below and _namespace(top) in spaces]]))


def _namespace(node: str) -> str:
    return node.rpartition("|")[2].rpartition(":")[0]


def _blends(parts: list[str]) -> list[Blend]:
    found: dict[str, Blend] = {}
    for transform in parts:
        shapes = as_list(
            cmds.listRelatives(transform, shapes=True, type="mesh", noIntermediate=True, fullPath=True)
        )
        for shape in map(str, shapes):
            history = as_list(cmds.listHistory(shape, pruneDagObjects=True))
            for node in ls_names(history, type="blendShape"):
                # The history may include blendShapes of a target's mesh, which deform another mesh.
                geometry = as_list(cmds.blendShape(node, query=True, geometry=True))
                deformed = [str(cmds.ls(name, long=True)[0]) for name in geometry]
                if shape in deformed and as_list(cmds.listAttr(f"{node}.weight", multi=True)):
                    found.setdefault(node, Blend(node, shape, transform, deformed.index(shape)))
    return list(found.values())


def _root(parts: list[str], blends: list[Blend], starts: list[str]) -> str:
    """The node that stores the character's settings: its topmost transform above a face, else the face."""
    above = [part for part in parts if any(blend.transform.startswith(part + "|") for blend in blends)]
    face = max(blends, key=lambda b: len(as_list(cmds.listAttr(f"{b.node}.weight", multi=True))), default=None)
    chosen = min(above, key=lambda part: part.count("|"), default=face.transform if face else (parts or starts)[0])
    return str(cmds.ls(chosen)[0])


def _mesh_name(blend: Blend, blends: list[Blend]) -> str:
    """The mesh's name, with the node's name if the mesh has several blendShape nodes."""
    name = bare(blend.transform)
    alone = sum(bare(other.transform) == name for other in blends) == 1
    return name if alone else f"{name}.{bare(blend.node)}"


def _mesh(blend: Blend, rest: dict[str, float], carrying: skeleton.Carrying, name: str) -> Mesh:
    indices = [int(i) for i in as_list(cmds.getAttr(f"{blend.node}.weight", multiIndices=True))]
    aliases = [str(alias) for alias in as_list(cmds.listAttr(f"{blend.node}.weight", multi=True))]
    targets = tuple(_target(blend.node, index, alias, rest) for index, alias in zip(indices, aliases))
    pairs = skins.carried(
        blend.shape, blend.node, blend.geometry, indices, carrying.joint_of, carrying.chain_of
    )
    joint = carrying.above(blend.transform) if not skins.cluster(blend.shape) else None
    return Mesh(name, blend.node, targets, joint, tuple(pairs))


def _target(node: str, index: int, alias: str, rest: dict[str, float]) -> Target:
    plug, blocked = attributes.plug_to_key(f"{node}.weight[{index}]")
    name = f"#{index}" if alias.startswith("weight[") else alias
    return Target(name, plug, _rest_value(plug, rest), blocked)


def _rest_value(plug: str, rest: dict[str, float]) -> float:
    """The unkeyed value; 0 if the plug has animation that does not come from layers, since takes are added to it."""
    if attributes.is_animation(plug):
        return float(rest.get(plug, 0.0)) if attributes.in_layers(plug) else 0.0
    return float(cmds.getAttr(plug))


def fresh(figure: Figure) -> Figure:
    """The character read from the scene again."""
    return figure_of([figure.root])
