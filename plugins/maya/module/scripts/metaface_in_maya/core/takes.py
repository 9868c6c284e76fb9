"""The description of a take, stored as JSON on its animation layer."""

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
    """Generated animation of a character. Frames are the scene's; `first` and `last` include the fades at both ends.

    `kind` is "sound" or "clip", `source` the file, `audio` the node on the timeline if there is one. `seal` is a
    hash of the keys, which shows whether they were changed after they were written.
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
    """The takes of one layer as JSON."""
    return json.dumps({"schema": SCHEMA, "version": VERSION, "takes": [asdict(take) for take in takes]})


def from_text(text: str) -> list[Take]:
    """The takes that a layer stores; empty if the text has another schema or a newer version."""
    try:
        stored = json.loads(text) if text else {}
        if stored.get("schema") != SCHEMA or int(stored.get("version", 0)) > VERSION:
            return []
        known = {each.name for each in fields(Take)}
        records = [{name: value for name, value in record.items() if name in known} for record in stored["takes"]]
        return [Take(**{**record, "plugs": tuple(record.get("plugs", ()))}) for record in records]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def seal(curves: list[tuple[np.ndarray, np.ndarray]]) -> str:
    """A short hash of keys: the times and values of each curve, in order.

    Numbers are rounded, since a scene saved as text keeps fewer digits than memory.
    """
    digest = hashlib.sha256()
    for times, values in curves:
        for numbers in (times, values):
            digest.update(np.round(np.asarray(numbers, np.float64), 4).astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def layer_name(character: str, take: str) -> str:
    """The name of a take's layer, in letters that Maya allows."""
    return f"{node_name(character)}_{node_name(take)}_MetaFace"


def node_name(text: str) -> str:
    """A name that Maya allows, without namespace."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", text.rpartition(":")[2]).strip("_") or "take"
    return f"_{name}" if name[0].isdigit() else name
