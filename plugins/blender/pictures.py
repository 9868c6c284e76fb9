#!/usr/bin/env python3
"""Makes the pictures of docs/blender.md: the panel, drawn by its own code, and renders of the animated sample head.

    python plugins/blender/pictures.py [docs/images]

Needs a Python with bpy, the metaface wheel and Pillow, and Chromium for the pages.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "tests"))

import conftest  # noqa: E402, I001: enables the extension in a scratch user folder
import bpy  # noqa: E402
import drawn  # noqa: E402
import drawn_page  # noqa: E402
import numpy as np  # noqa: E402
import scenes  # noqa: E402
from mathutils import Vector  # noqa: E402

NOTE = "Drawn from the panel's own code, not a screenshot: symbols and colours are only like Blender's."
SIZE = 420
COLUMNS = 5  # pictures side by side


def reset_scene() -> None:
    """Opens an empty scene at 24 frames per second, with the sample head and the sample line chosen."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.render.fps = 24
    bpy.context.scene.metaface.sound_file = str(scenes.LINE)
    scenes.head()


def panels(folder: Path) -> None:
    """Draws the panel before and after the first take, and the rig map editor."""
    reset_scene()
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "sounds").mkdir()
        (Path(scratch) / "sounds" / "line.wav").write_bytes(scenes.LINE.read_bytes())
        bpy.ops.wm.save_as_mainfile(filepath=str(Path(scratch) / "film.blend"))
        bpy.context.scene.metaface.sound_file = "//sounds/line.wav"
        first = drawn.sidebar()
    first.parts = first.parts[:2]
    drawn_page.picture(first, folder / "blender-panel.png", NOTE)

    reset_scene()
    for frame in (1, 170, 340):
        scenes.strip(scenes.LINE, frame)
        bpy.context.scene.metaface.source = "STRIP"
        bpy.ops.metaface.generate()
    bpy.context.scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    takes = drawn.sidebar()
    takes.parts = [part for part in takes.parts if part.text not in {"Speaker and Motion", "Shapes and Bones"}]
    drawn_page.picture(takes, folder / "blender-takes.png", NOTE)

    scenes.with_unknown_names()
    bpy.ops.metaface.add_shape_row(target="Kiefer_auf", channel="JawOpen")
    bpy.ops.metaface.add_shape_row(target="Laecheln", channel="MouthSmileLeft")
    bpy.ops.metaface.add_bone_row(joint="Schaedel", role="HEAD")
    editor = drawn.sidebar(opened={"METAFACE_driven", "METAFACE_undriven"})
    editor.parts = [part for part in editor.parts if part.text == "Shapes and Bones"]
    drawn_page.picture(editor, folder / "blender-rig-map.png", NOTE)


def studio(head: bpy.types.Object) -> None:
    """Adds a camera in front of the face, and three lights."""
    scene = bpy.context.scene
    face = next(o for o in head.children if o.name.startswith("Face"))
    middle = sum((face.matrix_world @ Vector(corner) for corner in face.bound_box), Vector()) / 8
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.lens = 85
    camera.location = middle + Vector((0.13, -0.9, 0.02))
    camera.rotation_euler = (middle + Vector((0, 0, 0.04)) - camera.location).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera
    for offset, power, size in (((-0.6, -0.9, 0.6), 14, 0.5), ((0.8, -0.6, 0.1), 6, 0.8), ((0.3, 0.8, 0.7), 16, 0.4)):
        light = bpy.data.objects.new("Light", bpy.data.lights.new("Light", "AREA"))
        light.data.energy, light.data.size = power, size
        light.location = middle + Vector(offset)
        light.rotation_euler = (middle - light.location).to_track_quat("-Z", "Y").to_euler()
        scene.collection.objects.link(light)
    world = bpy.data.worlds.new("World")
    if world.node_tree is None:  # Blender 5 creates the nodes itself
        world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.05, 0.055, 0.06, 1)
    scene.world = world


def key_frames(face: bpy.types.Object) -> list[int]:
    """Characteristic frames of the sample line: rest, lips closed, wide open, rounded, rest again."""
    frames = range(1, 140)

    def summed(*names: str) -> np.ndarray:
        return np.array([sum(scenes.shape_at(frame, face, name) for name in names) for frame in frames])

    jaw, rounded = summed("jawOpen"), summed("mouthPucker", "mouthFunnel")
    closed = summed("mouthPressLeft", "mouthRollLower", "mouthClose")
    curves = (closed, jaw, rounded - jaw, jaw - 0.5 * closed - rounded)
    return sorted({1, *(frames[int(np.argmax(curve))] for curve in curves)})


def render_head(folder: Path) -> None:
    """Renders the sample head at characteristic frames, side by side."""
    from PIL import Image

    reset_scene()
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    scene = bpy.context.scene
    head = next(o for o in scene.objects if o.type == "ARMATURE")
    face = next(o for o in head.children if o.name.startswith("Face"))
    studio(head)
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = 48, True
    scene.render.resolution_x, scene.render.resolution_y = SIZE * 4 // 5, SIZE
    pictures = []
    with tempfile.TemporaryDirectory() as scratch:
        for frame in key_frames(face)[:COLUMNS]:
            scene.frame_set(frame)
            scene.render.filepath = str(Path(scratch) / f"{frame}.png")
            bpy.ops.render.render(write_still=True)
            pictures.append(Image.open(scene.render.filepath).convert("RGB"))
    sheet = Image.new("RGB", (sum(picture.width for picture in pictures), SIZE))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index * picture.width, 0))
    sheet.quantize(192).save(folder / "blender-head.png", optimize=True)


def main() -> None:
    """Makes all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else conftest.REPOSITORY / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    panels(folder)
    render_head(folder)
    for path in sorted(folder.glob("blender-*.png")):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
