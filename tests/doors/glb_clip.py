"""The clip in a glTF file that the CLI wrote: single precision, as it stands there."""

import json
import struct

import numpy as np


def glb(path):
    """What each node's weights and rotations do, by the node's name."""
    data = path.read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    described, numbers = json.loads(data[20 : 20 + length]), data[20 + length + 8 :]

    def values(index):
        accessor = described["accessors"][index]
        view = described["bufferViews"][accessor["bufferView"]]
        width = {"SCALAR": 1, "VEC4": 4}[accessor["type"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        assert accessor["componentType"] == 5126
        return np.frombuffer(numbers, "<f4", accessor["count"] * width, start).reshape(-1, width)

    (animation,) = described["animations"]
    found = {}
    for channel in animation["channels"]:
        node = described["nodes"][channel["target"]["node"]]
        output = values(animation["samplers"][channel["sampler"]]["output"])
        found[node["name"], channel["target"]["path"]] = output
    names = {n["name"]: described["meshes"][n["mesh"]].get("extras", {}).get("targetNames", []) for n in described["nodes"] if "mesh" in n}
    return described, names, found
