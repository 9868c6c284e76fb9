"""Characters, sounds, and readers of animated values, for the tests of the extension."""

from __future__ import annotations

import math
import os
from pathlib import Path

import bpy
import numpy as np
import pytest
from conftest import REPOSITORY, extension

HEAD = REPOSITORY / "samples" / "head" / "head.glb"
LINE = REPOSITORY / "samples" / "speech" / "line.wav"
SPEAKER = REPOSITORY / "samples" / "speakers" / "theatrical.speaker"
TOLERANCE = 1e-4  # between an F-curve and the clip of the metaface package


def need_metaface():
    """The metaface package; skips the test if it is missing."""
    return pytest.importorskip(
        "metaface", reason="the metaface package is not installed in this Python: install its wheel, see plugins/python"
    )


def select(*objects: bpy.types.Object) -> None:
    """Selects only these objects; the first is active."""
    for other in bpy.context.view_layer.objects:
        other.select_set(False)
    for selected in objects:
        selected.select_set(True)
    bpy.context.view_layer.objects.active = objects[0]


def head() -> bpy.types.Object:
    """Imports the sample head and selects its face; returns the armature."""
    bpy.ops.import_scene.gltf(filepath=str(HEAD))
    armature = next(o for o in bpy.context.selected_objects if o.type == "ARMATURE")
    select(next(o for o in armature.children if o.name.startswith("Face")))
    return armature


def with_unknown_names() -> bpy.types.Object:
    """A face with German names of shapes and bones, which MetaFace does not recognise."""
    bpy.ops.mesh.primitive_uv_sphere_add(segments=24, ring_count=16, radius=0.1, location=(0, 0, 1.6))
    face = bpy.context.object
    face.name = "Gesicht"
    face.shape_key_add(name="Basis")
    for name, axis, low in (("Kiefer_auf", 2, True), ("Laecheln", 0, False), ("Falten", 1, False)):
        shape = face.shape_key_add(name=name, from_mix=False)
        for point, vertex in zip(shape.data, face.data.vertices, strict=True):
            if not low or vertex.co.z < 0.0:
                point.co[axis] -= 0.03
    bones = bpy.data.armatures.new("Knochen")
    armature = bpy.data.objects.new("Puppe", bones)
    bpy.context.collection.objects.link(armature)
    select(armature)
    bpy.ops.object.mode_set(mode="EDIT")
    skull = bones.edit_bones.new("Schaedel")
    skull.head, skull.tail = (0, 0, 1.5), (0, 0, 1.7)
    bpy.ops.object.mode_set(mode="OBJECT")
    group = face.vertex_groups.new(name="Schaedel")
    group.add(range(len(face.data.vertices)), 1.0, "REPLACE")
    face.modifiers.new("Puppe", "ARMATURE").object = armature
    face.parent = armature
    select(face)
    return armature


def has_sound() -> bool:
    """Whether this Blender supports sound strips: the module of 4.2 is built without Audaspace."""
    scene = bpy.data.scenes.new("sound?")
    try:
        scene.sequence_editor_create()
        extension("scene.version").sequences_for_writing(scene).new_sound("sound?", str(LINE), 1, 1)
    except RuntimeError:
        return False
    finally:
        bpy.data.scenes.remove(scene)
        for sound in [sound for sound in bpy.data.sounds if sound.users == 0]:
            bpy.data.sounds.remove(sound)
    return True


def generate_line(frame: int = 1) -> None:
    """Generates the sample line at a frame: from a strip, or from the file if strips are not supported."""
    settings = bpy.context.scene.metaface
    if has_sound():
        strip(LINE, frame)
        settings.source = "STRIP"
    else:
        settings.source, settings.sound_file, settings.file_frame = "FILE", str(LINE), frame
    assert bpy.ops.metaface.generate() == {"FINISHED"}


def strip(path: Path | str, frame: float, channel: int = 1):
    """Adds a sound strip and makes it active; returns its SoundStrip."""
    if not has_sound():
        pytest.skip("this Blender is built without sound (the module of 4.2 is): it has no sound strips")
    scene = bpy.context.scene
    scene.sequence_editor_create()
    version = extension("scene.version")
    created = version.sequences_for_writing(scene).new_sound(Path(path).stem, str(path), channel, int(frame))
    scene.sequence_editor.active_strip = created
    return extension("scene.sounds").active(bpy.context)


def move_to(frame: float) -> None:
    """Sets the scene's frame, fractions allowed."""
    bpy.context.scene.frame_set(math.floor(frame), subframe=frame - math.floor(frame))


def shapes_at(frame: float, meshes: list[bpy.types.Object]) -> np.ndarray:
    """The evaluated shape key values of these meshes at a frame, concatenated."""
    move_to(frame)
    graph = bpy.context.evaluated_depsgraph_get()
    values = []
    for mesh in meshes:
        key = mesh.data.shape_keys.evaluated_get(graph)
        values += [block.value for block in list(key.key_blocks)[1:]]
    return np.array(values, np.float32)


def shape_at(frame: float, mesh: bpy.types.Object, name: str) -> float:
    """The evaluated value of a shape key at a frame."""
    move_to(frame)
    return mesh.data.shape_keys.evaluated_get(bpy.context.evaluated_depsgraph_get()).key_blocks[name].value


def bone_at(frame: float, armature: bpy.types.Object, name: str) -> np.ndarray:
    """A bone's evaluated pose at a frame in the armature's space: 4 x 4."""
    move_to(frame)
    return np.array(armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[name].matrix)


def key_value(mesh: bpy.types.Object, name: str, frame: float, value: float) -> None:
    """Keys a shape as a user does: go to the frame, change the displayed value, insert a key."""
    move_to(frame)
    block = mesh.data.shape_keys.key_blocks[name]
    block.value = value
    block.keyframe_insert("value", frame=frame)


def data_counts() -> dict[str, int]:
    """The number of data-blocks of each kind."""
    kinds = ("actions", "objects", "meshes", "shape_keys", "armatures", "sounds", "texts")
    return {kind: len(getattr(bpy.data, kind)) for kind in kinds}


def pictures() -> Path | None:
    """The folder for rendered pictures, from METAFACE_PICTURES; `None` if they are not kept."""
    folder = os.environ.get("METAFACE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None
