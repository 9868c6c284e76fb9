"""Paths of the user's settings: absolute, and relative to the .blend file."""

from __future__ import annotations

import os

import bpy

from .errors import UserError


def absolute(path: str, subject: str, owner: bpy.types.ID | None = None) -> str:
    """The absolute path of a field's value; raises `UserError` for `//` in an unsaved file."""
    if path.startswith("//") and not bpy.data.filepath:
        raise UserError(
            f"{subject} has a path relative to the .blend file ({path}), but the .blend file was never saved: "
            "save it first, or choose an absolute path"
        )
    library = owner.library if owner is not None else None
    return os.path.normpath(bpy.path.abspath(path, library=library))


def portable(path: str) -> str:
    """The path to store: relative to the .blend file if it is in its folder, so that both can be moved together."""
    folder = os.path.dirname(bpy.data.filepath)
    if not path or not folder or not os.path.abspath(path).startswith(os.path.join(folder, "")):
        return path
    return bpy.path.relpath(path)
