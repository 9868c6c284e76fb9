"""The commands with which the self-test makes a small character."""

from __future__ import annotations

from typing import Any

from . import node_commands
from .graph import Scene
from .running import command, names_in


@command()
def polyCube(scene: Scene, name: str = "pCube1") -> list[str]:
    """Makes a box."""
    return [_mesh(scene, name)]


@command()
def duplicate(scene: Scene, source: str, name: str = "") -> list[str]:
    """Makes a copy."""
    return [_mesh(scene, name)]


@command()
def move(scene: Scene, *names: Any, relative: bool = False) -> None:
    """Does nothing: the double stores no vertices."""


@command()
def joint(scene: Scene, name: str = "joint1", position: Any = (0, 0, 0)) -> str:
    """Makes a joint at a position."""
    node = scene.make("joint", name)
    _place(scene, node, position)
    return scene.short(node)


@command()
def group(scene: Scene, *names: str, name: str = "group1") -> str:
    """Makes a transform above the given nodes."""
    node = scene.make("transform", name)
    _place(scene, node, (0, 0, 0))
    for below in names:
        scene.put(scene.parents, scene.node(below), node)
    return scene.short(node)


def blendShape(*names: Any, name: str = "", query: bool = False, q: bool = False, **flags: Any) -> Any:
    """Makes a blendShape of meshes, the last of which is deformed; or queries one."""
    if query or q:
        return node_commands.blendShape(*names, query=True, **flags)
    return _blend(*names, name=name)


@command()
def _blend(scene: Scene, *names: Any, name: str = "") -> list[str]:
    *targets, base = names_in(names)
    (shape,) = [n for n, parent in scene.parents.items() if parent == scene.node(base)]
    node = scene.make("blendShape", name)
    scene.put(scene.aliases, node, tuple(targets))
    for at in range(len(targets)):
        scene.put(scene.values, (node, f"weight[{at}]"), 0.0)
    scene.put(scene.values, (node, "envelope"), 1.0)
    scene.put(scene.values, (node, "nodeState"), 0)
    scene.geometry[node] = {"geometry": (shape,), "components": [["vtx[0]"]] * len(targets)}
    scene.geometry[shape]["history"] += (node,)
    return [name]


def _mesh(scene: Scene, name: str) -> str:
    transform = scene.make("transform", name)
    _place(scene, transform, (0, 0, 0))
    shape = scene.make("mesh", f"{name}Shape", transform)
    scene.geometry[shape] = {"vertices": 8, "history": ()}
    return scene.short(transform)


def _place(scene: Scene, node: int, position: Any) -> None:
    for axis, value in zip("XYZ", position):
        scene.put(scene.values, (node, f"translate{axis}"), float(value))
        for attribute in ("rotate", "rotateAxis", "jointOrient"):
            scene.put(scene.values, (node, f"{attribute}{axis}"), 0.0)
    scene.put(scene.values, (node, "rotateOrder"), 0)
