"""Commands that make a small character, as the self-test does."""

from __future__ import annotations

from typing import Any

from . import node_commands
from .graph import Scene
from .running import command, names_in


@command()
def polyCube(scene: Scene, name: str = "pCube1") -> list[str]:
    """A box."""
    return [_mesh(scene, name)]


@command()
def duplicate(scene: Scene, given: str, name: str = "") -> list[str]:
    """A copy."""
    return [_mesh(scene, name)]


@command()
def move(scene: Scene, *given: Any, relative: bool = False) -> None:
    """Vertices are not kept here."""


@command()
def joint(scene: Scene, name: str = "joint1", position: Any = (0, 0, 0)) -> str:
    """At a place."""
    node = scene.make("joint", name)
    _place(scene, node, position)
    return scene.short(node)


@command()
def group(scene: Scene, *given: str, name: str = "group1") -> str:
    """A transform above these."""
    node = scene.make("transform", name)
    _place(scene, node, (0, 0, 0))
    for below in given:
        scene.put(scene.parents, scene.node(below), node)
    return scene.short(node)


def blendShape(*given: Any, name: str = "", query: bool = False, q: bool = False, **asked: Any) -> Any:
    """Makes one of meshes, the last of which is deformed; or asks about one."""
    if query or q:
        return node_commands.blendShape(*given, query=True, **asked)
    return _blend(*given, name=name)


@command()
def _blend(scene: Scene, *given: Any, name: str = "") -> list[str]:
    *targets, base = names_in(given)
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
    holder = scene.make("transform", name)
    _place(scene, holder, (0, 0, 0))
    shape = scene.make("mesh", f"{name}Shape", holder)
    scene.geometry[shape] = {"vertices": 8, "history": ()}
    return scene.short(holder)


def _place(scene: Scene, node: int, place: Any) -> None:
    for axis, value in zip("XYZ", place):
        scene.put(scene.values, (node, f"translate{axis}"), float(value))
        for attribute in ("rotate", "rotateAxis", "jointOrient"):
            scene.put(scene.values, (node, f"{attribute}{axis}"), 0.0)
    scene.put(scene.values, (node, "rotateOrder"), 0)
