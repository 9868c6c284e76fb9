"""What a rig map's report means for a host: whether a character moves, and how far its joints may turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import UserError
from .motion import Limit

_KINDS = {"head": ("Head",), "eye": ("LeftEye", "RightEye", "EyeLook"), "jaw": ("Jaw", "Mouth")}
"""The first letters of the channels that drive each kind of joint."""


def require_usable(name: str, report: Any, remedy: str) -> None:
    """Raises `UserError` if nothing of the character would move."""
    if not report.usable:
        reason = report.warnings[0] if report.warnings else "the names of its shapes and joints are unknown"
        raise UserError(f"“{name}” would not move: {reason}. {remedy}")


def limits(report: Any, joints: Sequence[str], limit_of: Mapping[str, Limit]) -> dict[int, Limit]:
    """The limits of the driven joints by their index in `joints`; `limit_of` has those of head, eye and jaw."""
    index_of = {name: index for index, name in enumerate(joints)}
    found = {}
    for one in report.driven_joints:
        kind = joint_kind(one.channels)
        if kind and one.joint in index_of:
            found[index_of[one.joint]] = limit_of[kind]
    return found


def joint_kind(channels: Sequence[str]) -> str:
    """`head`, `eye` or `jaw`, by the channels that drive a joint; empty for others."""
    kinds = (kind for kind, starts in _KINDS.items() if any(channel.startswith(starts) for channel in channels))
    return next(kinds, "")
