"""What a character and a layer keep in the scene: JSON in a string attribute of the node, undone with all else."""

from __future__ import annotations

import json
from typing import Any

from maya import cmds

from ..core.trouble import Trouble

ON_CHARACTER = "metafaceCharacter"
ON_LAYER = "metafaceTakes"

SCHEMA = "metaface.maya.character"
VERSION = 1


def text(node: str, attribute: str) -> str:
    """What is kept; empty if nothing is."""
    if not cmds.objExists(node) or not cmds.attributeQuery(attribute, node=node, exists=True):
        return ""
    return str(cmds.getAttr(f"{node}.{attribute}") or "")


def keep(node: str, attribute: str, value: str) -> None:
    """Keeps a text."""
    try:
        if not cmds.attributeQuery(attribute, node=node, exists=True):
            cmds.addAttr(node, longName=attribute, dataType="string")
        cmds.setAttr(f"{node}.{attribute}", value, type="string")
    except RuntimeError as error:
        raise Trouble(f"{node} cannot keep MetaFace's notes ({str(error).strip()}): unlock the node") from error


def of_character(root: str) -> dict[str, Any]:
    """`rigMap` (JSON of the edited map), `speaker` (a path), `rest` (plug to value)."""
    try:
        kept = json.loads(text(root, ON_CHARACTER) or "{}")
    except ValueError:
        return {}
    newer = not isinstance(kept, dict) or int(kept.get("version", 0)) > VERSION
    return {} if newer else kept


def change_character(root: str, **changes: Any) -> None:
    """Changes some of what the character keeps; None takes it away."""
    kept = {**of_character(root), **changes, "schema": SCHEMA, "version": VERSION}
    keep(root, ON_CHARACTER, json.dumps({name: value for name, value in kept.items() if value is not None}))
