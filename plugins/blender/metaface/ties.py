"""Which bones turn along with which: children with their parents, and bones that copy another's rotation."""

from __future__ import annotations

from bpy.types import Object

_TURNING_ALONG = {"COPY_ROTATION", "COPY_TRANSFORMS", "CHILD_OF", "ARMATURE", "TRANSFORM", "ACTION"}
"""Constraints through which a bone turns when their target turns; what only looks at a target does not."""


def holders(armature: Object) -> dict[str, list[str]]:
    """For each bone, the bones that take it along when they are turned, nearest ones only."""
    found: dict[str, list[str]] = {}
    for bone in armature.data.bones:
        above = [bone.parent.name] if bone.parent is not None else []
        pose_bone = armature.pose.bones.get(bone.name)
        for constraint in pose_bone.constraints if pose_bone is not None else ():
            if constraint.type not in _TURNING_ALONG or constraint.mute:
                continue
            # An Armature constraint has several targets, the others one.
            for target in getattr(constraint, "targets", None) or [constraint]:
                if target.target == armature and target.subtarget in armature.data.bones:
                    above.append(target.subtarget)
        found[bone.name] = above
    return found


def above(bone: str, held_by: dict[str, list[str]]) -> set[str]:
    """The bone itself and all bones that take it along."""
    found: set[str] = set()
    open_ = [bone]
    while open_:
        at = open_.pop()
        if at not in found:
            found.add(at)
            open_ += held_by.get(at, ())
    return found


def that_show(armature: Object, meshes: list[Object]) -> set[str]:
    """The bones whose turning is seen: they take along a bone that deforms, or something that hangs on a bone."""
    held_by = holders(armature)
    ends = {bone.name for bone in armature.data.bones if bone.use_deform}
    ends |= {child.parent_bone for child in armature.children if child.parent_type == "BONE"}
    for mesh in meshes:
        ends |= {c.subtarget for c in mesh.constraints if getattr(c, "target", None) == armature and c.subtarget}
    found: set[str] = set()
    for end in ends:
        found |= above(end, held_by)
    return found
