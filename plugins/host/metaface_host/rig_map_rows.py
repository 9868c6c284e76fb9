"""A rig map as editable rows of shapes and bones, and as the JSON that is stored.

Rows show and change the map; data that rows cannot show (offsets, ranges, unusual axes) stays unchanged in the JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

SCHEMA = {"schema": "metaface.rigmap", "version": 1}

ROLES = (
    ("HEAD", "Head", "HeadYaw, HeadPitch and HeadRoll"),
    ("JAW", "Jaw", "JawOpen"),
    ("LEFT_EYE", "Left eye", "LeftEyeYaw, LeftEyePitch and LeftEyeRoll"),
    ("RIGHT_EYE", "Right eye", "RightEyeYaw, RightEyePitch and RightEyeRoll"),
    ("OTHER", "As loaded", "Rotations that only the JSON file can express"),
)
"""The identifier, the name and the channels of each role that a bone can have."""

_JAW_TURN = 0.4  # radians at JawOpen 1, as in discovered rig maps

# Axes of the character's space: Y up, face along +Z, so +X is the character's left.
_LEFT = (1.0, 0.0, 0.0)
_RIGHT = (-1.0, 0.0, 0.0)
_BACKWARD = (0.0, 0.0, -1.0)
_UP = (0.0, 1.0, 0.0)


class ShapeRow(Protocol):
    """A channel that drives a shape of one mesh, or of every mesh if `mesh` is empty. Rows of a shape add up."""

    target: str
    mesh: str
    channel: str
    gain: float


class BoneRow(Protocol):
    """A bone that rotates. `turns` has its rotations as JSON; only the role OTHER reads them."""

    joint: str
    role: str
    gain: float
    turns: str


@dataclass(frozen=True)
class Rows:
    """The fields of the rows of a map, in the order of `ShapeRow` and `BoneRow`."""

    shapes: list[tuple[str, str, str, float]]
    bones: list[tuple[str, str, float, str]]


def from_json(text: str) -> Rows:
    """The rows of a map."""
    rig_map = json.loads(text)
    return Rows(
        [
            (target["target"], target.get("mesh") or "", channel, float(gain))
            for target in rig_map.get("targets", [])
            for channel, gain in target["channels"].items()
        ],
        [
            (joint["joint"], *role_of(joint["turns"]), json.dumps(joint["turns"]))
            for joint in rig_map.get("joints", [])
        ],
    )


def to_json(shapes: Iterable[ShapeRow], bones: Iterable[BoneRow], previous: str) -> str:
    """The map of the rows, with the offsets and ranges of the previous map. Incomplete rows are left out."""
    previous_targets = {
        (target["target"], target.get("mesh") or ""): target
        for target in (json.loads(previous) if previous else {}).get("targets", [])
    }
    targets: dict[tuple[str, str], dict[str, Any]] = {}
    for row in shapes:
        if not (row.target and row.channel):
            continue
        key = (row.target, row.mesh)
        if key not in targets:
            old = previous_targets.get(key, {})
            targets[key] = {"target": row.target, **({"mesh": row.mesh} if row.mesh else {}), "channels": {}}
            targets[key] |= {name: old[name] for name in ("offset", "range") if name in old}
        channels = targets[key]["channels"]
        channels[row.channel] = _rounded(channels.get(row.channel, 0.0) + row.gain)
    joints = [{"joint": row.joint, "turns": _turns(row)} for row in bones if row.joint]
    return json.dumps({**SCHEMA, "targets": list(targets.values()), "joints": joints}, indent=2) + "\n"


def turns_of(role: str, gain: float) -> list[dict[str, Any]]:
    """The turns of a role in order of application: roll, pitch, yaw."""
    if role == "JAW":
        return [_turn("JawOpen", _LEFT, _JAW_TURN * gain)]
    name = {"HEAD": "Head", "LEFT_EYE": "LeftEye", "RIGHT_EYE": "RightEye"}[role]
    return [
        _turn(f"{name}Roll", _BACKWARD, gain),
        _turn(f"{name}Pitch", _RIGHT, gain),
        _turn(f"{name}Yaw", _UP, gain),
    ]


def role_of(turns: list[dict[str, Any]]) -> tuple[str, float]:
    """The role that has these turns, and the gain; `OTHER` if no role matches."""
    for role in ("HEAD", "JAW", "LEFT_EYE", "RIGHT_EYE"):
        usual = turns_of(role, 1.0)
        if [turn["channel"] for turn in usual] != [turn["channel"] for turn in turns]:
            continue
        pairs = list(zip(usual, turns))
        same_axes = all(abs(p - q) < 1e-4 for one, turn in pairs for p, q in zip(one["axis"], turn["axis"]))
        factors = [float(turn.get("gain", 1.0)) / one["gain"] for one, turn in pairs]
        if same_axes and max(factors) - min(factors) < 1e-5:
            return role, factors[0]
    return "OTHER", 1.0


def _turns(row: BoneRow) -> list[dict[str, Any]]:
    if row.role != "OTHER":
        return turns_of(row.role, _rounded(row.gain))
    turns = json.loads(row.turns or "[]")
    return [{**turn, "gain": _rounded(float(turn.get("gain", 1.0)) * row.gain)} for turn in turns]


def _rounded(value: float) -> float:
    """The number that the user typed: single precision stores 1.1 as 1.10000002."""
    return float(f"{value:.6g}")


def _turn(channel: str, axis: tuple[float, ...], gain: float) -> dict[str, Any]:
    return {"channel": channel, "axis": list(axis), "gain": gain}
