"""Characters linked from another file: what can be animated, and what must be overridden for it.

Overriding a linked character overrides its objects, not their meshes; shape keys belong to the meshes.
"""

from __future__ import annotations

from bpy.types import ID, Object

from .trouble import Trouble


def must_be_editable(owner: ID) -> None:
    """Refuses what belongs to another file."""
    if not owner.is_editable:
        raise Trouble(f"{owner.name} is linked from {origin(owner)} and cannot be animated here: {REMEDY}")


REMEDY = "make a library override of the character first (Object > Library Override > Make)"


def origin(owner: ID) -> str:
    """The file that a linked data-block comes from."""
    return owner.library.filepath if owner.library is not None else "another file"


def open_meshes(meshes: list[Object]) -> None:
    """Makes overrides of the linked meshes of objects that are overridden, or this file's own."""
    for mesh in meshes:
        must_be_editable(mesh)
        if mesh.data.shape_keys.is_editable:
            continue
        own = mesh.data.override_create()
        if own is None or not own.shape_keys.is_editable:
            raise Trouble(
                f"The mesh {mesh.data.name} is linked from {origin(mesh.data)}, and Blender makes no override of it: "
                "append the character instead of linking it"
            )
        mesh.data = own
