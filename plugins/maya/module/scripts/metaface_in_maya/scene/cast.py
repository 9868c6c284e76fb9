"""Which character a selection belongs to, and that character as plain data.

A character is what lies below the same topmost group, or is skinned to the joints there; where names have a
namespace, in that namespace alone: so two references of one file are two characters.
"""

from __future__ import annotations

from dataclasses import dataclass

from maya import cmds

from ..core.figures import Figure, Mesh, Target
from ..core.trouble import Trouble
from . import attributes, kept, skeleton, skins, units
from .attributes import among, bare, listed, node_of

NONE_CHOSEN = "Select any part of a character: a mesh with blendShape targets, or a joint or group above it"


@dataclass(frozen=True)
class Blend:
    """A blendShape node on a mesh: `geometry` is the mesh's index in it."""

    node: str
    shape: str
    transform: str
    geometry: int


def figure_of(names: list[str]) -> Figure:
    """The character that these nodes are parts of."""
    starts = among([node_of(name) for name in names], long=True)
    if not starts:
        gone = f"There is no {', '.join(names)} in the scene. " if names else ""
        raise Trouble(f"{gone}{NONE_CHOSEN}")
    parts = _parts(starts)
    blends = _blends(parts)
    joints = skeleton.candidates(parts, [blend.shape for blend in blends])
    if not blends and not skeleton.has_a_face(joints):
        raise Trouble(f"{', '.join(map(bare, starts))} has no blendShape targets and no face joints. {NONE_CHOSEN}")
    root = _root(parts, blends, starts)
    rest = kept.of_character(root).get("rest", {})
    turned = skeleton.joints(joints, rest)
    carrying = skeleton.carrying(turned)
    meshes = tuple(_mesh(blend, rest, carrying, _named(blend, blends)) for blend in blends)
    namespace = node_of(root).rpartition("|")[2].rpartition(":")[0]
    name = namespace.rpartition(":")[2] or bare(root)
    return Figure(name, root, meshes, tuple(turned), units.metres(), units.z_up())


def every() -> list[Figure]:
    """All characters of the scene that have blendShape targets."""
    found: dict[str, Figure] = {}
    for node in listed(cmds.ls(type="blendShape")):
        for shape in listed(cmds.blendShape(node, query=True, geometry=True)):
            try:
                figure = figure_of([str(shape)])
            except Trouble:
                continue
            found.setdefault(figure.root, figure)
    return list(found.values())


def at_rest_now(figure: Figure) -> dict[str, float]:
    """The unkeyed value of everything that can be keyed, to be kept while layers lie over it."""
    shapes = {target.plug: target.rest for mesh in figure.meshes for target in mesh.targets if not target.held}
    turns = {
        f"{joint.node}.rotate{axis}": angle
        for joint in figure.joints
        if not joint.held
        for axis, angle in zip("XYZ", joint.angles)
    }
    return {plug: value for plug, value in {**shapes, **turns}.items() if value}


def _parts(starts: list[str]) -> list[str]:
    """All transforms of the character, long names."""
    tops = list(dict.fromkeys("|" + start.split("|")[1] for start in starts if start.startswith("|")))
    for start in starts:
        for shape in listed(cmds.ls(start, dagObjects=True, type="mesh", noIntermediate=True)):
            skin = skins.cluster(str(shape))
            for joint in skins.influences(skin)[:1] if skin else []:
                top = "|" + str(cmds.ls(joint, long=True)[0]).split("|")[1]
                tops += [top] if top not in tops else []
    spaces = {_namespace(start) for start in starts}
    below = among(tops, dagObjects=True, type="transform", long=True)
    chosen = [node for node in below if _namespace(node) in spaces]
    return list(dict.fromkeys([*chosen, *[top for top in tops if top in below and _namespace(top) in spaces]]))


def _namespace(node: str) -> str:
    return node.rpartition("|")[2].rpartition(":")[0]


def _blends(parts: list[str]) -> list[Blend]:
    found: dict[str, Blend] = {}
    for transform in parts:
        shapes = listed(
            cmds.listRelatives(transform, shapes=True, type="mesh", noIntermediate=True, fullPath=True)
        )
        for shape in map(str, shapes):
            history = listed(cmds.listHistory(shape, pruneDagObjects=True))
            for node in among(history, type="blendShape"):
                # A target's own mesh may have blendShapes in the same history: they deform another mesh.
                own = [str(cmds.ls(name, long=True)[0]) for name in listed(cmds.blendShape(node, query=True, geometry=True))]
                if shape in own and listed(cmds.listAttr(f"{node}.weight", multi=True)):
                    found.setdefault(node, Blend(node, shape, transform, own.index(shape)))
    return list(found.values())


def _root(parts: list[str], blends: list[Blend], starts: list[str]) -> str:
    """What keeps the character's settings: the topmost of its parts that is above a face, else the face itself."""
    above = [part for part in parts if any(blend.transform.startswith(part + "|") for blend in blends)]
    face = max(blends, key=lambda b: len(listed(cmds.listAttr(f"{b.node}.weight", multi=True))), default=None)
    chosen = min(above, key=lambda part: part.count("|"), default=face.transform if face else (parts or starts)[0])
    return str(cmds.ls(chosen)[0])


def _named(blend: Blend, blends: list[Blend]) -> str:
    """The mesh's name; with the node's, where a mesh has several."""
    name = bare(blend.transform)
    alone = sum(bare(other.transform) == name for other in blends) == 1
    return name if alone else f"{name}.{bare(blend.node)}"


def _mesh(blend: Blend, rest: dict[str, float], carrying: skeleton.Carrying, name: str) -> Mesh:
    indices = [int(i) for i in listed(cmds.getAttr(f"{blend.node}.weight", multiIndices=True))]
    aliases = [str(alias) for alias in listed(cmds.listAttr(f"{blend.node}.weight", multi=True))]
    targets = tuple(_target(blend.node, index, alias, rest) for index, alias in zip(indices, aliases))
    pairs = skins.carried(
        blend.shape, blend.node, blend.geometry, indices, carrying.joint_of, carrying.line_of
    )
    hung = carrying.above(blend.transform) if not skins.cluster(blend.shape) else None
    return Mesh(name, blend.node, targets, hung, tuple(pairs))


def _target(node: str, index: int, alias: str, rest: dict[str, float]) -> Target:
    plug, held = attributes.keyed(f"{node}.weight[{index}]")
    name = f"#{index}" if alias.startswith("weight[") else alias
    return Target(name, plug, _resting(plug, rest), held)


def _resting(plug: str, rest: dict[str, float]) -> float:
    """The value that lies below all keys; 0 where other animation lies there, which a take adds to."""
    if attributes.is_animation(plug):
        return float(rest.get(plug, 0.0)) if attributes.in_layers(plug) else 0.0
    return float(cmds.getAttr(plug))


def fresh(figure: Figure) -> Figure:
    """The character as it stands now, after something was changed."""
    return figure_of([figure.root])
