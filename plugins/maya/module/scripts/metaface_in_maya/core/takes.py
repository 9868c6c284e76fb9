"""What is known of a take: kept as JSON on its animation layer."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

SCHEMA = "metaface.maya.take"
VERSION = 1


@dataclass(frozen=True)
class Take:
    """A line on a character. Frames are the scene's; `first` and `last` have the fades at both ends in them.

    `kind` is "sound" or "clip"; `source` the file; `audio` the node on the timeline, if any; `seal` tells
    whether its own keys were changed since it was written.
    """

    name: str
    root: str
    kind: str
    source: str
    start: float
    first: float
    last: float
    unit: str
    options: dict[str, Any] = field(default_factory=dict)
    audio: str = ""
    override: bool = False
    plugs: tuple[str, ...] = ()
    seal: str = ""
    made_by: dict[str, str] = field(default_factory=dict)


def to_text(takes: list[Take]) -> str:
    """The takes of one layer."""
    return json.dumps({"schema": SCHEMA, "version": VERSION, "takes": [asdict(take) for take in takes]})


def from_text(text: str) -> list[Take]:
    """Takes that a layer keeps; none where the text is not ours, or of a newer version than is known."""
    try:
        kept = json.loads(text) if text else {}
        if kept.get("schema") != SCHEMA or int(kept.get("version", 0)) > VERSION:
            return []
        known = {each.name for each in fields(Take)}
        rows = [{name: value for name, value in row.items() if name in known} for row in kept["takes"]]
        return [Take(**{**row, "plugs": tuple(row.get("plugs", ()))}) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def seal(curves: list[tuple[np.ndarray, np.ndarray]]) -> str:
    """A short word for keys, the same for the same: times and values of each curve, in order.

    Rounded, since a scene written as text keeps fewer digits than memory.
    """
    digest = hashlib.sha256()
    for times, values in curves:
        for numbers in (times, values):
            digest.update(np.round(np.asarray(numbers, np.float64), 4).astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def layer_name(character: str, take: str) -> str:
    """The layer's: named for the take, in letters that Maya allows."""
    return f"{node_name(character)}_{node_name(take)}_MetaFace"


def node_name(text: str) -> str:
    """A name that Maya allows, without namespace."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", text.rpartition(":")[2]).strip("_") or "take"
    return f"_{plain}" if plain[0].isdigit() else plain
