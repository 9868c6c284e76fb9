"""The rows of the rig-map editor, and what they make of the map's JSON.

The JSON is the truth. Rows show it and change it; what rows cannot show (offsets, ranges, unusual
axes) stays in the JSON as it was.
"""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import json
from collections.abc import Iterable
from typing import Any

import bpy
from bpy.props import EnumProperty, FloatProperty, StringProperty

SCHEMA = {"schema": "metaface.rigmap", "version": 1}

_filling = False  # rows are being filled from the JSON: no edit of the artist's

# Axes of the character's space: Y up, face along +Z, so that +X is the character's own left.
_LEFT = (1.0, 0.0, 0.0)
_FORWARD = (0.0, 0.0, 1.0)
_UP = (0.0, 1.0, 0.0)

JAW_TURN = 0.4  # radians at JawOpen 1: what MetaFace itself uses for a jaw bone

ROLES = (
    ("HEAD", "Head", "HeadYaw, HeadPitch and HeadRoll"),
    ("JAW", "Jaw", "JawOpen"),
    ("LEFT_EYE", "Left eye", "LeftEyeYaw, LeftEyePitch and LeftEyeRoll"),
    ("RIGHT_EYE", "Right eye", "RightEyeYaw, RightEyePitch and RightEyeRoll"),
    ("OTHER", "As loaded", "Turns that only the JSON file can say"),
)


def _changed(row: bpy.types.PropertyGroup, _context: bpy.types.Context) -> None:
    """A row was edited: the map of its object is written anew."""
    if _filling:
        return
    from . import rig

    rig.store_rows(row.id_data)


def _channels(_row: bpy.types.PropertyGroup, _context: bpy.types.Context, text: str) -> list[str]:
    """What the field of a channel offers while the artist types."""
    from . import core

    if not core.available():
        return []
    return [name for name in core.metaface().CHANNELS if text.lower() in name.lower()]


class ShapeRow(bpy.types.PropertyGroup):
    """One channel on one shape. Several rows of a shape add up."""

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
        description="The shape's value is the channel's times this",
        update=_changed,
    )


class BoneRow(bpy.types.PropertyGroup):
    """A bone that turns."""

    joint: StringProperty(name="Bone", description="The bone that is turned", update=_changed)
    role: EnumProperty(name="Turns as", items=ROLES, default="HEAD", update=_changed)
    gain: FloatProperty(
        name="Gain", default=1.0, soft_min=0.0, soft_max=2.0, description="Factor on the turn", update=_changed
    )
    turns: StringProperty(options={"HIDDEN"}, description="The turns as JSON, where they are unusual")


CLASSES = (ShapeRow, BoneRow)


def turns_of(role: str, gain: float) -> list[dict[str, Any]]:
    """What a bone with a role does: rolled first, then pitched, then yawed."""
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
    """The role whose turns these are, and their gain; `OTHER` where no role has such turns."""
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
    """Shows a map's JSON in the rows."""
    global _filling
    _filling = True
    try:
        _fill(settings, json.loads(text))
    finally:
        _filling = False


def _fill(settings: bpy.types.PropertyGroup, held: dict[str, Any]) -> None:
    settings.shape_rows.clear()
    settings.bone_rows.clear()
    for target in held.get("targets", []):
        for channel, gain in target["channels"].items():
            row = settings.shape_rows.add()
            row.target, row.mesh = target["target"], target.get("mesh") or ""
            row.channel, row.gain = channel, float(gain)
    for joint in held.get("joints", []):
        row = settings.bone_rows.add()
        row.joint, row.turns = joint["joint"], json.dumps(joint["turns"])
        row.role, row.gain = role_of(joint["turns"])


def as_json(settings: bpy.types.PropertyGroup, before: str) -> str:
    """The map that the rows say, with offsets and ranges of the map before."""
    held = json.loads(before) if before else dict(SCHEMA)
    kept = {(one["target"], one.get("mesh") or ""): one for one in held.get("targets", [])}
    targets: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _complete(settings.shape_rows):
        key = (row.target, row.mesh)
        if key not in targets:
            old = kept.get(key, {})
            targets[key] = {"target": row.target, **({"mesh": row.mesh} if row.mesh else {}), "channels": {}}
            targets[key] |= {name: old[name] for name in ("offset", "range") if name in old}
        channels = targets[key]["channels"]
        channels[row.channel] = _typed(channels.get(row.channel, 0.0) + row.gain)
    joints = []
    for row in settings.bone_rows:
        if row.joint:
            joints.append({"joint": row.joint, "turns": _turns(row)})
    return json.dumps({**SCHEMA, "targets": list(targets.values()), "joints": joints}, indent=2) + "\n"


def _complete(shape_rows: Iterable[ShapeRow]) -> list[ShapeRow]:
    """Rows that say something: a new one has no shape or no channel until it is filled in."""
    return [row for row in shape_rows if row.target and row.channel]


def _turns(row: BoneRow) -> list[dict[str, Any]]:
    if row.role != "OTHER":
        return turns_of(row.role, _typed(row.gain))
    turns = json.loads(row.turns or "[]")
    return [{**turn, "gain": _typed(float(turn.get("gain", 1.0)) * row.gain)} for turn in turns]


def _typed(value: float) -> float:
    """A number as the artist typed it: Blender keeps single precision, where 1.1 is 1.10000002."""
    return float(f"{value:.6g}")


def _turn(channel: str, axis: tuple[float, ...], gain: float) -> dict[str, Any]:
    return {"channel": channel, "axis": list(axis), "gain": gain}
