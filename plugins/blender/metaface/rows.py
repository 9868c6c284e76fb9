"""The rows of the rig map editor, and their conversion from and to the map's JSON.

The JSON is the stored map. Rows show and change it; data that rows cannot show (offsets, ranges, unusual
axes) stays unchanged in the JSON.
"""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import json
from collections.abc import Iterable
from typing import Any

import bpy
from bpy.props import EnumProperty, FloatProperty, StringProperty

SCHEMA = {"schema": "metaface.rigmap", "version": 1}

_filling = False  # rows are being filled from the JSON, so changes are not the user's edits

# Axes of the character's space: Y up, face along +Z, so +X is the character's left.
_LEFT = (1.0, 0.0, 0.0)
_FORWARD = (0.0, 0.0, 1.0)
_UP = (0.0, 1.0, 0.0)

JAW_TURN = 0.4  # radians at JawOpen 1, as in discovered rig maps

ROLES = (
    ("HEAD", "Head", "HeadYaw, HeadPitch and HeadRoll"),
    ("JAW", "Jaw", "JawOpen"),
    ("LEFT_EYE", "Left eye", "LeftEyeYaw, LeftEyePitch and LeftEyeRoll"),
    ("RIGHT_EYE", "Right eye", "RightEyeYaw, RightEyePitch and RightEyeRoll"),
    ("OTHER", "As loaded", "Rotations that only the JSON file can express"),
)


def _changed(row: bpy.types.PropertyGroup, _context: bpy.types.Context) -> None:
    """Update callback of a row's fields: stores the map of the row's object."""
    if _filling:
        return
    from . import rig

    rig.store_rows(row.id_data)


def _channels(_row: bpy.types.PropertyGroup, _context: bpy.types.Context, text: str) -> list[str]:
    """Search callback of the channel field."""
    from . import core

    if not core.available():
        return []
    return [name for name in core.metaface().CHANNELS if text.lower() in name.lower()]


class ShapeRow(bpy.types.PropertyGroup):
    """A channel that drives a shape. Several rows of a shape add up."""

    target: StringProperty(name="Shape", description="The shape key that is driven", update=_changed)
    mesh: StringProperty(
        name="Mesh", description="Only on this mesh; empty: on every mesh that has the shape", update=_changed
    )
    channel: StringProperty(
        name="Channel",
        description="The channel that drives it: JawOpen, MouthClose, ...",
        update=_changed,
        search=_channels,
    )
    gain: FloatProperty(
        name="Gain",
        default=1.0,
        soft_min=-2.0,
        soft_max=2.0,
        description="Factor from the channel's value to the shape's",
        update=_changed,
    )


class BoneRow(bpy.types.PropertyGroup):
    """A bone that rotates."""

    joint: StringProperty(name="Bone", description="The bone that rotates", update=_changed)
    role: EnumProperty(name="Turns as", items=ROLES, default="HEAD", update=_changed)
    gain: FloatProperty(
        name="Gain", default=1.0, soft_min=0.0, soft_max=2.0, description="Factor on the rotation", update=_changed
    )
    turns: StringProperty(options={"HIDDEN"}, description="The rotations as JSON, if the role is “As loaded”")


CLASSES = (ShapeRow, BoneRow)


def turns_of(role: str, gain: float) -> list[dict[str, Any]]:
    """The turns of a role in order of application: roll, pitch, yaw."""
    if role == "JAW":
        return [_turn("JawOpen", _LEFT, JAW_TURN * gain)]
    name = {"HEAD": "Head", "LEFT_EYE": "LeftEye", "RIGHT_EYE": "RightEye"}[role]
    opposite = [tuple(0.0 if part == 0.0 else -part for part in axis) for axis in (_FORWARD, _LEFT)]
    return [
        _turn(f"{name}Roll", opposite[0], gain),
        _turn(f"{name}Pitch", opposite[1], gain),
        _turn(f"{name}Yaw", _UP, gain),
    ]


def role_of(turns: list[dict[str, Any]]) -> tuple[str, float]:
    """The role that has these turns, and the gain; `OTHER` if no role matches."""
    gains = [float(turn.get("gain", 1.0)) for turn in turns]
    for role in ("HEAD", "JAW", "LEFT_EYE", "RIGHT_EYE"):
        usual = turns_of(role, 1.0)
        if len(usual) != len(turns) or any(a["channel"] != b["channel"] for a, b in zip(usual, turns, strict=True)):
            continue
        same_axes = all(
            abs(p - q) < 1e-4
            for a, b in zip(usual, turns, strict=True)
            for p, q in zip(a["axis"], b["axis"], strict=True)
        )
        factors = [gain / one["gain"] for gain, one in zip(gains, usual, strict=True)]
        if same_axes and max(factors) - min(factors) < 1e-5:
            return role, factors[0]
    return "OTHER", 1.0


def fill(settings: bpy.types.PropertyGroup, text: str) -> None:
    """Fills the rows from a map's JSON."""
    global _filling
    _filling = True
    try:
        _fill(settings, json.loads(text))
    finally:
        _filling = False


def _fill(settings: bpy.types.PropertyGroup, rig_map: dict[str, Any]) -> None:
    settings.shape_rows.clear()
    settings.bone_rows.clear()
    for target in rig_map.get("targets", []):
        for channel, gain in target["channels"].items():
            row = settings.shape_rows.add()
            row.target, row.mesh = target["target"], target.get("mesh") or ""
            row.channel, row.gain = channel, float(gain)
    for joint in rig_map.get("joints", []):
        row = settings.bone_rows.add()
        row.joint, row.turns = joint["joint"], json.dumps(joint["turns"])
        row.role, row.gain = role_of(joint["turns"])


def as_json(settings: bpy.types.PropertyGroup, previous: str) -> str:
    """The map of the rows as JSON, with the offsets and ranges of the previous map."""
    previous_map = json.loads(previous) if previous else dict(SCHEMA)
    previous_targets = {
        (target["target"], target.get("mesh") or ""): target for target in previous_map.get("targets", [])
    }
    targets: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _complete(settings.shape_rows):
        key = (row.target, row.mesh)
        if key not in targets:
            old = previous_targets.get(key, {})
            targets[key] = {"target": row.target, **({"mesh": row.mesh} if row.mesh else {}), "channels": {}}
            targets[key] |= {name: old[name] for name in ("offset", "range") if name in old}
        channels = targets[key]["channels"]
        channels[row.channel] = _rounded(channels.get(row.channel, 0.0) + row.gain)
    joints = []
    for row in settings.bone_rows:
        if row.joint:
            joints.append({"joint": row.joint, "turns": _turns(row)})
    return json.dumps({**SCHEMA, "targets": list(targets.values()), "joints": joints}, indent=2) + "\n"


def _complete(shape_rows: Iterable[ShapeRow]) -> list[ShapeRow]:
    """The rows with a shape and a channel; the user has not filled in the others yet."""
    return [row for row in shape_rows if row.target and row.channel]


def _turns(row: BoneRow) -> list[dict[str, Any]]:
    if row.role != "OTHER":
        return turns_of(row.role, _rounded(row.gain))
    turns = json.loads(row.turns or "[]")
    return [{**turn, "gain": _rounded(float(turn.get("gain", 1.0)) * row.gain)} for turn in turns]


def _rounded(value: float) -> float:
    """The number that the user typed: Blender stores single precision, where 1.1 is 1.10000002."""
    return float(f"{value:.6g}")


def _turn(channel: str, axis: tuple[float, ...], gain: float) -> dict[str, Any]:
    return {"channel": channel, "axis": list(axis), "gain": gain}
