"""A render of an animated character: the picture changes at the mouth only."""

from __future__ import annotations

import bpy
import numpy as np
import scenes
from mathutils import Vector

scenes.need_metaface()


def look_at(scene, target: Vector, distance: float) -> None:
    """Adds a camera in front of the face."""
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    camera.data.lens = 85
    camera.location = target + Vector((0, -distance, 0))
    camera.rotation_euler = (np.pi / 2, 0, 0)
    scene.camera = camera


def render(scene, frame: int, path) -> np.ndarray:
    """Renders a frame with Workbench, which needs no lights."""
    scene.frame_set(frame)
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x = scene.render.resolution_y = 256
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(path))
    pixels = np.array(image.pixels[:], np.float32).reshape(256, 256, 4)[::-1, :, :3]
    bpy.data.images.remove(image)
    return pixels


def test_the_rendered_mouth_opens(scene, tmp_path) -> None:
    armature = scenes.head()
    face = next(o for o in armature.children if o.name.startswith("Face"))
    scene.metaface.sound_file = str(scenes.LINE)
    armature.metaface.liveliness, armature.metaface.eyes, armature.metaface.head = 0.0, False, False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    frames = range(1, 120)
    open_at = max(frames, key=lambda frame: scenes.shape_at(frame, face, "jawOpen"))
    corners = [face.matrix_world @ Vector(corner) for corner in face.bound_box]
    middle = sum(corners, Vector()) / 8
    look_at(scene, middle, 1.0)
    folder = scenes.pictures() or tmp_path
    closed, opened = render(scene, 1, folder / "shut.png"), render(scene, open_at, folder / "open.png")
    changed = np.abs(opened - closed).max(axis=2) > 0.05
    rows = np.nonzero(changed.any(axis=1))[0]
    assert changed.sum() > 50, "the face moves"
    assert rows.size and np.median(rows) > 256 * 0.5, "in the lower half of the picture, where the mouth is"
    assert changed[: 256 // 4].sum() < 10, "and not at the top of the head"
