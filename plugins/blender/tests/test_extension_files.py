"""Import of captures as takes, and export of the visible animation."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest
import scenes
from conftest import extension

metaface = scenes.need_metaface()


@pytest.fixture
def armature(scene):
    """The sample head at 30 frames per second."""
    scene.render.fps = 30
    return scenes.head()


def performed(armature, clip):
    """The figure, and the performance of a clip by the metaface package on it."""
    found = extension("scene.characters").find([armature])
    character = extension("scene.rig").character(found)
    return found, metaface.RigMap.discover(character).drive(character, clip)


def test_an_imported_live_link_take_is_shown_frame_by_frame(scene, armature, shared_folder) -> None:
    path = shared_folder / "face_capture" / "president_a_1.csv"
    scene.frame_current = 31
    assert bpy.ops.metaface.import_curves(filepath=str(path)) == {"FINISHED"}
    found, performance = performed(armature, metaface.Clip.open(path).resampled(30))
    for track in performance.meshes:
        for index in range(2, performance.frame_count - 2, 29):
            shown = scenes.shapes_at(31 + index, [found.meshes[track.mesh]])
            assert np.abs(shown - track.weights[index]).max() < scenes.TOLERANCE
    take = extension("scene.layers").takes(found)[0]
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert [regenerated.line for regenerated in extension("scene.layers").takes(found)] == [take.line]


def test_the_export_has_the_visible_animation(scene, armature, tmp_path) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    face = next(o for o in armature.children if o.name.startswith("Face"))
    scenes.key_value(face, "jawOpen", 40, 0.9)
    scene.frame_start, scene.frame_end = 1, 120
    path = tmp_path / "line.csv"
    assert bpy.ops.metaface.export(filepath=str(path), form="CSV") == {"FINISHED"}
    clip = metaface.Clip.open(path)
    assert len(clip) == 120
    for index in range(0, 120, 7):
        assert abs(clip.channel("JawOpen")[index] - scenes.shape_at(1 + index, face, "jawOpen")) < 2e-4
    assert np.abs(clip.channel("HeadYaw")).max() > 1e-3, "bones are exported as angles"


@pytest.mark.parametrize("form", ["A2F", "CUES", "TSV", "DAT", "GLB", "GLTF", "USDA", "USDC", "USDZ"])
def test_every_format_is_written(scene, armature, tmp_path, form) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    scene.frame_start, scene.frame_end = 1, 60
    suffix = extension("commands.files").SUFFIXES[form]
    assert bpy.ops.metaface.export(filepath=str(tmp_path / "line.csv"), form=form) == {"FINISHED"}
    written = tmp_path / f"line{suffix}"
    assert written.stat().st_size > 50
    if form == "A2F":
        assert json.loads(written.read_text())["numFrames"] == 60
    if form in {"GLB", "GLTF", "USDA", "USDC", "USDZ"}:
        assert len(metaface.Clip.open(written)) == 60


def test_an_exported_glb_is_imported_as_a_take(scene, armature, tmp_path) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    face = next(o for o in armature.children if o.name.startswith("Face"))
    scene.frame_start, scene.frame_end = 1, 90
    before = [scenes.shape_at(frame, face, "jawOpen") for frame in range(10, 80, 7)]
    assert bpy.ops.metaface.export(filepath=str(tmp_path / "line.glb"), form="GLB") == {"FINISHED"}
    assert bpy.ops.metaface.remove_take(every=True) == {"FINISHED"}
    assert bpy.ops.metaface.import_curves(filepath=str(tmp_path / "line.glb"), at="START") == {"FINISHED"}
    after = [scenes.shape_at(frame, face, "jawOpen") for frame in range(10, 80, 7)]
    assert np.abs(np.array(after) - np.array(before)).max() < 1e-3


def test_a_file_that_is_not_a_capture_is_an_error(armature, tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("milk,eggs\n1,2\n", encoding="utf-8")
    with pytest.raises(RuntimeError) as raised:
        bpy.ops.metaface.import_curves(filepath=str(path))
    assert "Traceback" not in str(raised.value) and "Internal error" not in str(raised.value)
    assert extension("scene.layers").takes(extension("scene.characters").find([armature])) == []


def test_an_export_reports_the_takes_that_it_cuts(scene, armature, tmp_path) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    lines, generate = extension("scene.lines"), extension("commands.generate")
    scene.frame_end = 60
    chosen = lines.collect(bpy.context)
    assert "The scene ends at frame 60" in generate.plan(bpy.context, chosen).run()
    found = extension("scene.characters").find([armature])
    files, path = extension("commands.files"), str(tmp_path / "line.csv")
    report = files.export_clip(bpy.context, found, path, (1, 60))
    assert "widen the scene's range" in report and scenes.LINE.name in report
    assert "widen" not in files.export_clip(bpy.context, found, path, (1, 60), part=True)
    # A take has a fade before its first frame and after its last one.
    end = int(extension("scene.layers").takes(found)[0].frame_end - 2)
    assert "widen" not in files.export_clip(bpy.context, found, path, (1, end))
    scene.frame_end = end
    assert generate._range_warning(scene, chosen) == ""
