"""Data of a character or layer, stored in the scene as JSON in a string attribute of the node; undoable."""

from __future__ import annotations

import json
from typing import Any

from maya import cmds

from ..host.errors import UserError

CHARACTER_ATTRIBUTE = "metafaceCharacter"
LAYER_ATTRIBUTE = "metafaceTakes"

SCHEMA = "metaface.maya.character"
VERSION = 1


def read(node: str, attribute: str) -> str:
    """The stored text; empty if there is none."""
    if not cmds.objExists(node) or not cmds.attributeQuery(attribute, node=node, exists=True):
        return ""
    return str(cmds.getAttr(f"{node}.{attribute}") or "")


def write(node: str, attribute: str, value: str) -> None:
    """Stores a text."""
    try:
        if not cmds.attributeQuery(attribute, node=node, exists=True):
            cmds.addAttr(node, longName=attribute, dataType="string")
        cmds.setAttr(f"{node}.{attribute}", value, type="string")
    except RuntimeError as error:
        raise UserError(f"Cannot store settings on {node} ({str(error).strip()}): unlock the node") from error


def character_settings(root: str) -> dict[str, Any]:
    """`rigMap` (the edited map as JSON), `speaker` (a path) and `rest` (plug to value), as far as they are stored."""
    try:
        settings = json.loads(read(root, CHARACTER_ATTRIBUTE) or "{}")
    except ValueError:
        return {}
    unreadable = not isinstance(settings, dict) or int(settings.get("version", 0)) > VERSION
    return {} if unreadable else settings


def change_character_settings(root: str, **changes: Any) -> None:
    """Changes some of the settings; None removes one."""
    settings = {**character_settings(root), **changes, "schema": SCHEMA, "version": VERSION}
    write(root, CHARACTER_ATTRIBUTE, json.dumps({name: value for name, value in settings.items() if value is not None}))
