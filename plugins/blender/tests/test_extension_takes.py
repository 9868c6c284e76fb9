"""Takes and hand edits: regenerated, undone, saved, removed, baked down; the animator's keys are kept."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
import scenes
from conftest import extension

scenes.need_metaface()

JAW = "jawOpen"


@pytest.fixture
def armature(scene):
    """The sample head, with the sample line generated from a strip at frame 1."""
    armature = scenes.head()
    scenes.generate_line(1)
    return armature


def found(armature):
    return extension("scene.characters").find([armature])


def face(armature) -> bpy.types.Object:
    return next(o for o in armature.children if o.name.startswith("Face"))


def curve(armature, name: str = JAW, frames=range(1, 120, 4)) -> np.ndarray:
    """The evaluated values of a shape over time."""
    return np.array([scenes.shape_at(frame, face(armature), name) for frame in frames])


def everything(armature, frames=range(1, 120, 9)) -> np.ndarray:
    """The evaluated values of all shapes and the head over time."""
    meshes = found(armature).meshes
    head = next(bone.name for bone in armature.data.bones if bone.name.lower() == "head")
    return np.array(
        [
            np.concatenate([scenes.shapes_at(frame, meshes), scenes.bone_at(frame, armature, head).ravel()])
            for frame in frames
        ]
    )


def test_hand_edits_survive_regenerating(scene, armature) -> None:
    before = curve(armature)
    for frame in (20, 60, 100):
        value = scenes.shape_at(frame, face(armature), JAW)
        scenes.key_value(face(armature), JAW, frame, min(value + 0.2, 1.0))
    edited = curve(armature)
    assert np.abs(edited - before).max() > 0.1
    armature.metaface.strength = 0.5
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert np.abs(curve(armature) - edited).max() > 0.02, "the generated motion has changed"
    armature.metaface.strength = 1.0
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert np.abs(curve(armature) - edited).max() < scenes.TOLERANCE, "the edits are unchanged"


def test_twenty_regenerations_leave_no_extra_data(armature) -> None:
    scenes.key_value(face(armature), JAW, 30, 0.6)
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    counts, shown = scenes.data_counts(), everything(armature)
    for _ in range(20):
        assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert scenes.data_counts() == counts
    assert np.abs(everything(armature) - shown).max() < scenes.TOLERANCE


def test_regenerating_uses_the_takes_settings_or_the_panels(armature) -> None:
    first = curve(armature)
    armature.metaface.strength = 0.3
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert np.abs(curve(armature) - first).max() < scenes.TOLERANCE
    assert bpy.ops.metaface.regenerate(settings="PANEL") == {"FINISHED"}
    assert np.abs(curve(armature) - first).max() > 0.02
    assert bpy.ops.metaface.use_settings() == {"FINISHED"}
    assert abs(armature.metaface.strength - 0.3) < 1e-6


def test_the_panels_settings_include_the_speaker(armature) -> None:
    average = curve(armature)
    armature.metaface.speaker = str(scenes.SPEAKER)
    assert bpy.ops.metaface.regenerate(settings="PANEL") == {"FINISHED"}
    with_speaker = curve(armature)
    assert np.abs(with_speaker - average).max() > 0.02
    armature.metaface.speaker = ""
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert np.abs(curve(armature) - with_speaker).max() < scenes.TOLERANCE, "the take's speaker"
    assert bpy.ops.metaface.regenerate(settings="PANEL") == {"FINISHED"}
    assert np.abs(curve(armature) - average).max() < scenes.TOLERANCE, "the panel has no speaker"


def test_a_line_follows_its_moved_strip(scene, armature) -> None:
    if scene.metaface.source != "STRIP":
        pytest.skip("this Blender is built without sound (the module of 4.2 is): it has no sound strips")
    first = curve(armature, frames=range(1, 100, 3))
    scene.sequence_editor.active_strip.frame_start += 40
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert np.abs(curve(armature, frames=range(41, 140, 3)) - first).max() < scenes.TOLERANCE
    assert len(extension("scene.layers").takes(found(armature))) == 1


def test_a_renamed_strip_is_still_the_same_line(scene, armature) -> None:
    if scene.metaface.source != "STRIP":
        pytest.skip("this Blender is built without sound (the module of 4.2 is): it has no sound strips")
    scene.sequence_editor.active_strip.name = "Zeile 1"
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert len(extension("scene.layers").takes(found(armature))) == 1


def test_undo_removes_everything_and_redo_restores_it(scene) -> None:
    armature = scenes.head()
    scene.metaface.sound_file, scene.metaface.add_strip = str(scenes.LINE), False
    bpy.ops.ed.undo_push(message="before")
    rest, counts = everything(armature), scenes.data_counts()
    assert bpy.ops.metaface.generate("EXEC_DEFAULT", True) == {"FINISHED"}
    animated = everything(armature)
    assert np.abs(animated - rest).max() > 0.1
    name = armature.name
    for _ in range(3):
        bpy.ops.ed.undo()
        armature = bpy.data.objects[name]
        assert scenes.data_counts() == counts
        assert np.abs(everything(armature) - rest).max() < scenes.TOLERANCE
        bpy.ops.ed.redo()
        armature = bpy.data.objects[name]
        assert np.abs(everything(armature) - animated).max() < scenes.TOLERANCE
    scenes.select(face(armature))
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert np.abs(everything(armature) - animated).max() < scenes.TOLERANCE


def test_a_saved_file_is_unchanged_when_it_is_opened_again(armature, tmp_path) -> None:
    scenes.key_value(face(armature), JAW, 30, 0.7)
    assert bpy.ops.metaface.edit_rig_map() == {"FINISHED"}
    armature.metaface.gains = "JawOpen=1.1"
    shown, name = everything(armature), armature.name
    rig_map = armature.metaface.rig_map
    path = str(tmp_path / "szene ü.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.wm.open_mainfile(filepath=path)
    armature = bpy.data.objects[name]
    assert np.abs(everything(armature) - shown).max() < scenes.TOLERANCE
    assert armature.metaface.rig_map == rig_map and armature.metaface.gains == "JawOpen=1.1"
    assert len(armature.metaface.shape_rows) > 10
    scenes.select(face(armature))
    counts = scenes.data_counts()
    assert bpy.ops.metaface.regenerate() == {"FINISHED"}
    assert scenes.data_counts() == counts
    assert np.abs(everything(armature) - shown).max() < scenes.TOLERANCE


def test_a_moved_project_is_regenerated(scene, tmp_path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    for source in (scenes.LINE, scenes.SPEAKER):
        (old / source.name).write_bytes(source.read_bytes())
    armature = scenes.head()
    bpy.ops.wm.save_as_mainfile(filepath=str(old / "film.blend"))
    armature.metaface.speaker = f"//{scenes.SPEAKER.name}"
    scene.metaface.sound_file, scene.metaface.add_strip = f"//{scenes.LINE.name}", False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    shown, name = everything(armature), armature.name
    info = extension("scene.layers").takes(found(armature))[0].info
    assert info["sound"] == f"//{scenes.LINE.name}" and info["speaker"] == f"//{scenes.SPEAKER.name}"
    bpy.ops.wm.save_mainfile()
    old.rename(new)
    bpy.ops.wm.open_mainfile(filepath=str(new / "film.blend"))
    armature = bpy.data.objects[name]
    scenes.select(face(armature))
    for operator in (bpy.ops.metaface.regenerate, bpy.ops.metaface.generate):
        assert operator() == {"FINISHED"}
        assert len(extension("scene.layers").takes(found(armature))) == 1
        assert np.abs(everything(armature) - shown).max() < scenes.TOLERANCE


def test_removing_a_take_keeps_the_animators_keys(armature) -> None:
    scenes.key_value(face(armature), JAW, 30, 0.7)
    assert bpy.ops.metaface.remove_take() == {"FINISHED"}
    assert extension("scene.layers").takes(found(armature)) == []
    keyed = [c for c in extension("scene.version").played(face(armature).data.shape_keys.animation_data)]
    assert len(keyed) == 1, "the animator's key is kept"


def test_a_hand_edit_can_be_ended(scene, armature) -> None:
    before = curve(armature, frames=[110, 120, 130])
    scenes.key_value(face(armature), JAW, 60, scenes.shape_at(60, face(armature), JAW) + 0.3)
    edited = scenes.shape_at(60, face(armature), JAW)
    assert np.abs(curve(armature, frames=[110, 120, 130]) - before).max() > 0.1, "a single key holds its value for ever"
    assert bpy.ops.metaface.end_hand_edits(frames=6) == {"FINISHED"}
    assert np.abs(curve(armature, frames=[110, 120, 130]) - before).max() < scenes.TOLERANCE
    assert abs(scenes.shape_at(60, face(armature), JAW) - edited) < scenes.TOLERANCE


def test_baking_down_keeps_the_visible_animation(armature) -> None:
    for frame in (20, 60, 100):
        scenes.key_value(face(armature), JAW, frame, 0.5)
    shown = everything(armature)
    assert bpy.ops.metaface.bake_down("EXEC_DEFAULT") == {"FINISHED"}
    assert np.abs(everything(armature) - shown).max() < scenes.TOLERANCE
    assert extension("scene.layers").takes(found(armature)) == []
    data = face(armature).data.shape_keys.animation_data
    assert data.action is not None and len(data.nla_tracks) == 0


def test_the_face_rests_between_two_lines(scene, armature, tmp_path) -> None:
    if scene.metaface.source == "STRIP":
        scenes.generate_line(400)
    else:  # the same file at another frame would be the same line
        other = tmp_path / "other.wav"
        other.write_bytes(scenes.LINE.read_bytes())
        scene.metaface.sound_file, scene.metaface.file_frame = str(other), 400
        assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert len(extension("scene.layers").takes(found(armature))) == 2
    assert np.abs(curve(armature, frames=[330, 340, 350])).max() < scenes.TOLERANCE
    assert curve(armature, frames=range(400, 520, 3)).max() > 0.1
    armature.metaface.take_line = extension("scene.layers").takes(found(armature))[0].line
    assert bpy.ops.metaface.remove_take() == {"FINISHED"}
    assert np.abs(curve(armature, frames=range(1, 120, 5))).max() < scenes.TOLERANCE
    assert curve(armature, frames=range(400, 520, 3)).max() > 0.1


def test_a_take_whose_sound_is_missing_does_not_stop_the_others(scene, tmp_path) -> None:
    armature = scenes.head()
    other = tmp_path / "other.wav"
    other.write_bytes(scenes.LINE.read_bytes())
    scene.metaface.add_strip = False
    for frame, sound in ((1, other), (400, scenes.LINE)):
        scene.metaface.sound_file, scene.metaface.file_frame = str(sound), frame
        assert bpy.ops.metaface.generate() == {"FINISHED"}
    before = curve(armature, frames=range(1, 520, 7))
    other.unlink()
    assert bpy.ops.metaface.regenerate(every=True) == {"FINISHED"}
    assert np.abs(curve(armature, frames=range(1, 520, 7)) - before).max() < scenes.TOLERANCE
    armature.metaface.take_line = extension("scene.layers").takes(found(armature))[0].line
    with pytest.raises(RuntimeError, match="is missing"):
        bpy.ops.metaface.regenerate()


def test_a_file_generated_at_another_frame_moves_its_take(scene) -> None:
    armature = scenes.head()
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    first = curve(armature)
    scene.metaface.file_frame = 51
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    takes = extension("scene.layers").takes(found(armature))
    assert len(takes) == 1 and len(extension("scene.sounds").strips(scene)) == int(scenes.has_sound())
    assert np.abs(curve(armature, frames=range(51, 170, 4)) - first).max() < scenes.TOLERANCE
