"""Finds bones that rotate with other bones: children with their parents, and bones that copy a rotation."""

from __future__ import annotations

from bpy.types import Object

_COPYING = {"COPY_ROTATION", "COPY_TRANSFORMS", "CHILD_OF", "ARMATURE", "TRANSFORM", "ACTION"}
"""Constraints through which a bone rotates with the target. Tracking constraints do not transfer rotation."""


def rotation_sources(armature: Object) -> dict[str, list[str]]:
    """For each bone, the bones whose rotation it follows directly."""
    found: dict[str, list[str]] = {}
    for bone in armature.data.bones:
        parents = [bone.parent.name] if bone.parent is not None else []
        pose_bone = armature.pose.bones.get(bone.name)
        for constraint in pose_bone.constraints if pose_bone is not None else ():
            if constraint.type not in _COPYING or constraint.mute:
                continue
            # An Armature constraint has several targets, the others one.
            for target in getattr(constraint, "targets", None) or [constraint]:
                if target.target == armature and target.subtarget in armature.data.bones:
                    parents.append(target.subtarget)
        found[bone.name] = parents
    return found


def with_ancestors(bone: str, sources: dict[str, list[str]]) -> set[str]:
    """The bone and all bones whose rotation it follows, directly or indirectly."""
    found: set[str] = set()
    pending = [bone]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += sources.get(name, ())
    return found


def visible_bones(armature: Object, meshes: list[Object]) -> set[str]:
    """The bones whose rotation is visible: a deforming bone, or an object parented to a bone, follows them."""
    sources = rotation_sources(armature)
    ends = {bone.name for bone in armature.data.bones if bone.use_deform}
    ends |= {child.parent_bone for child in armature.children if child.parent_type == "BONE"}
    for mesh in meshes:
        ends |= {c.subtarget for c in mesh.constraints if getattr(c, "target", None) == armature and c.subtarget}
    found: set[str] = set()
    for end in ends:
        found |= with_ancestors(end, sources)
    return found
