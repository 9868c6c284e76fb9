"""The sample head as it stands in a scene: read from samples/head/head.glb into the double of Maya."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from model.graph import Current, Scene

REPOSITORY = Path(__file__).resolve().parents[3]
HEAD = REPOSITORY / "samples/head/head.glb"
CENTIMETRES = 100.0

_TYPES = {5121: "u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}


class Glb:
    """A glTF file's JSON and numbers."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        length = struct.unpack("<I", data[12:16])[0]
        self.json = json.loads(data[20 : 20 + length])
        self.bytes = data[20 + length + 8 :]

    def view(self, index: int, kind: int, count: int) -> np.ndarray:
        """Numbers in a row."""
        start = self.json["bufferViews"][index].get("byteOffset", 0)
        return np.frombuffer(self.bytes, _TYPES[kind], count, start)

    def array(self, index: int) -> np.ndarray:
        """An accessor that is not sparse."""
        one = self.json["accessors"][index]
        width = _WIDTHS[one["type"]]
        return self.view(one["bufferView"], one["componentType"], one["count"] * width).reshape(-1, width)

    def moved(self, index: int) -> list[int]:
        """The vertices that a target moves."""
        one = self.json["accessors"][index]
        if "sparse" in one:
            sparse = one["sparse"]
            return self.view(sparse["indices"]["bufferView"], sparse["indices"]["componentType"], sparse["count"]).tolist()
        return np.flatnonzero(np.abs(self.array(index)).max(axis=1) > 0.0).tolist()


def transform(kind: str, name: str, parent: int | None = None, place: Any = (0, 0, 0)) -> int:
    """A transform or joint with all that a rotation has; the place in metres."""
    scene = Current.scene
    node = scene.make(kind, name, parent)
    for axis, value in zip("XYZ", place):
        scene.put(scene.values, (node, f"translate{axis}"), float(value) * CENTIMETRES)
        for attribute in ("rotate", "rotateAxis", "jointOrient"):
            scene.put(scene.values, (node, f"{attribute}{axis}"), 0.0)
    scene.put(scene.values, (node, "rotateOrder"), 0)
    return node


def mesh(name: str, parent: int | None, vertices: int = 8) -> tuple[int, int]:
    """A transform and its shape."""
    scene = Current.scene
    holder = transform("transform", name, parent)
    shape = scene.make("mesh", f"{name}Shape", holder)
    scene.geometry[shape] = {"vertices": vertices, "history": ()}
    return holder, shape


def blend(shape: int, name: str, targets: list[str], components: list[list[str]] | None = None) -> int:
    """A blendShape node with these targets on a mesh."""
    scene = Current.scene
    node = scene.make("blendShape", name)
    scene.put(scene.aliases, node, tuple(targets))
    for at in range(len(targets)):
        scene.put(scene.values, (node, f"weight[{at}]"), 0.0)
    scene.put(scene.values, (node, "envelope"), 1.0)
    scene.put(scene.values, (node, "nodeState"), 0)
    scene.geometry[node] = {"geometry": (shape,), "components": components or [["vtx[*]"]] * len(targets)}
    scene.geometry[shape]["history"] += (node,)
    return node


def skin(shape: int, influences: list[int], weights: np.ndarray) -> int:
    """A skinCluster."""
    scene = Current.scene
    node = scene.make("skinCluster", "skinCluster1")
    scene.geometry[node] = {"influences": tuple(influences), "weights": weights}
    scene.geometry[shape]["history"] += (node,)
    return node


def build(namespace: str = "", top: str = "Hero") -> Scene:
    """The sample head below one group; with a namespace, as a reference brings it."""
    glb, scene = Glb(HEAD), Current.scene
    prefix = f"{namespace}:" if namespace else ""
    if namespace:
        scene.referenced[namespace] = f"/show/{namespace}.ma"
    group = transform("transform", prefix + top)
    nodes = glb.json["nodes"]
    parent_of = {child: at for at, node in enumerate(nodes) for child in node.get("children", [])}
    joints: dict[int, int] = {}
    for at in glb.json["skins"][0]["joints"]:
        above = joints[parent_of[at]] if at in parent_of else group
        joints[at] = transform("joint", prefix + nodes[at]["name"], above, nodes[at]["translation"])
    for node in nodes:
        if "mesh" in node:
            _mesh(glb, glb.json["meshes"][node["mesh"]], prefix, group, list(joints.values()))
    scene.undos.clear()
    return scene


def _mesh(glb: Glb, described: dict[str, Any], prefix: str, group: int, joints: list[int]) -> None:
    first = described["primitives"][0]
    count = glb.json["accessors"][first["attributes"]["POSITION"]]["count"]
    _, shape = mesh(prefix + described["name"], group, count)
    names = described.get("extras", {}).get("targetNames", [])
    if names:
        moved = [glb.moved(target["POSITION"]) for target in first["targets"]]
        blend(shape, f"{prefix}{described['name']}_shapes", names, [[f"vtx[{at}]" for at in one] for one in moved])
    weights = np.zeros((count, len(joints)))
    rows = np.arange(count)
    indices, shares = glb.array(first["attributes"]["JOINTS_0"]), glb.array(first["attributes"]["WEIGHTS_0"])
    for corner in range(4):
        np.add.at(weights, (rows, indices[:, corner]), shares[:, corner])
    skin(shape, joints, weights)
