"""Library overrides for characters that are linked from another file.

Overriding a linked character overrides its objects, not their meshes; shape keys belong to the meshes.
"""

from __future__ import annotations

from bpy.types import ID, Object

from .errors import UserError


def require_editable(owner: ID) -> None:
    """Raises `UserError` if the data-block belongs to another file."""
    if not owner.is_editable:
        raise UserError(f"{owner.name} is linked from {origin(owner)} and cannot be animated here: {REMEDY}")


REMEDY = "make a library override of the character first (Object > Library Override > Make)"


def origin(owner: ID) -> str:
    """The file of a linked data-block."""
    return owner.library.filepath if owner.library is not None else "another file"


def override_meshes(meshes: list[Object]) -> None:
    """Overrides the linked meshes of overridden or local objects."""
    for mesh in meshes:
        require_editable(mesh)
        if mesh.data.shape_keys.is_editable:
            continue
        override = mesh.data.override_create()
        if override is None or not override.shape_keys.is_editable:
            raise UserError(
                f"The mesh {mesh.data.name} is linked from {origin(mesh.data)}, and Blender cannot override it: "
                "append the character instead of linking it"
            )
        mesh.data = override
