"""Builds the sample head of samples/head/head.glb in the double of Maya."""

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
    """The JSON and the binary data of a glTF file."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        length = struct.unpack("<I", data[12:16])[0]
        self.json = json.loads(data[20 : 20 + length])
        self.bytes = data[20 + length + 8 :]

    def view(self, index: int, kind: int, count: int) -> np.ndarray:
        """Numbers of a buffer view."""
        start = self.json["bufferViews"][index].get("byteOffset", 0)
        return np.frombuffer(self.bytes, _TYPES[kind], count, start)

    def array(self, index: int) -> np.ndarray:
        """The values of an accessor that is not sparse."""
        accessor = self.json["accessors"][index]
        width = _WIDTHS[accessor["type"]]
        values = self.view(accessor["bufferView"], accessor["componentType"], accessor["count"] * width)
        return values.reshape(-1, width)

    def moved(self, index: int) -> list[int]:
        """The vertices that a target moves."""
        accessor = self.json["accessors"][index]
        if "sparse" in accessor:
            sparse = accessor["sparse"]
            return self.view(sparse["indices"]["bufferView"], sparse["indices"]["componentType"], sparse["count"]).tolist()
        return np.flatnonzero(np.abs(self.array(index)).max(axis=1) > 0.0).tolist()


def transform(kind: str, name: str, parent: int | None = None, position: Any = (0, 0, 0)) -> int:
    """Makes a transform or joint with all attributes of a rotation; the position is in metres."""
    scene = Current.scene
    node = scene.make(kind, name, parent)
    for axis, value in zip("XYZ", position):
        scene.put(scene.values, (node, f"translate{axis}"), float(value) * CENTIMETRES)
        for attribute in ("rotate", "rotateAxis", "jointOrient"):
            scene.put(scene.values, (node, f"{attribute}{axis}"), 0.0)
    scene.put(scene.values, (node, "rotateOrder"), 0)
    return node


def mesh(name: str, parent: int | None, vertices: int = 8) -> tuple[int, int]:
    """Makes a mesh; returns its transform and its shape."""
    scene = Current.scene
    mesh_transform = transform("transform", name, parent)
    shape = scene.make("mesh", f"{name}Shape", mesh_transform)
    scene.geometry[shape] = {"vertices": vertices, "history": ()}
    return mesh_transform, shape


def blend(shape: int, name: str, targets: list[str], components: list[list[str]] | None = None) -> int:
    """Makes a blendShape node with these targets on a mesh."""
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
    """Makes a skinCluster."""
    scene = Current.scene
    node = scene.make("skinCluster", "skinCluster1")
    scene.geometry[node] = {"influences": tuple(influences), "weights": weights}
    scene.geometry[shape]["history"] += (node,)
    return node


def build(namespace: str = "", top: str = "Hero") -> Scene:
    """Builds the sample head below a group; with a namespace, as a referenced file."""
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
