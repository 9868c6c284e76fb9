"""Reads the clip in a glTF file of the command line, in single precision."""

import json
import struct

import numpy as np


def glb(path):
    """Returns the JSON, the target names by node, and the curves by node and path (weights, rotation)."""
    data = path.read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    document, buffer = json.loads(data[20 : 20 + length]), data[20 + length + 8 :]

    def values(index):
        accessor = document["accessors"][index]
        view = document["bufferViews"][accessor["bufferView"]]
        width = {"SCALAR": 1, "VEC4": 4}[accessor["type"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        assert accessor["componentType"] == 5126
        return np.frombuffer(buffer, "<f4", accessor["count"] * width, start).reshape(-1, width)

    (animation,) = document["animations"]
    curves = {}
    for channel in animation["channels"]:
        node = document["nodes"][channel["target"]["node"]]
        curves[node["name"], channel["target"]["path"]] = values(animation["samplers"][channel["sampler"]]["output"])
    names = {n["name"]: document["meshes"][n["mesh"]].get("extras", {}).get("targetNames", []) for n in document["nodes"] if "mesh" in n}
    return document, names, curves
