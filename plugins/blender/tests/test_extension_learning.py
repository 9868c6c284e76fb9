"""Learns a speaker file from keyed or captured motion, and animates the next line with it."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import numpy as np
import pytest
import scenes
from conftest import extension

metaface = scenes.need_metaface()


@pytest.fixture
def captured(scene, shared_folder):
    """The sample head with a real performer's capture, and its sound at frame 20."""
    armature = scenes.head()
    folder = shared_folder / "face_capture"
    scene.metaface.sound_file, scene.metaface.file_frame = str(folder / "president_a_1.wav"), 20
    scene.metaface.add_strip = False
    scene.frame_current = 20
    assert bpy.ops.metaface.import_curves(filepath=str(folder / "president_a_1.csv"), at="FRAME") == {"FINISHED"}
    assert bpy.ops.metaface.bake_down("EXEC_DEFAULT") == {"FINISHED"}
    return armature


def test_a_speaker_learned_from_ten_seconds_animates_other_lines(scene, captured, tmp_path) -> None:
    path = tmp_path / "anna.speaker"
    assert bpy.ops.metaface.learn(filepath=str(path), speaker_name="Anna", consent="given for this film") == {
        "FINISHED"
    }
    speaker = metaface.Speaker.open(path)
    assert speaker.name == "Anna"
    assert path.stat().st_size <= 500_000
    assert speaker.about["consent"] == "given for this film"
    assert captured.metaface.speaker == str(path)
    # The takes are those of learning from the capture's files.
    seconds = sum(take["seconds"] for take in speaker.about["takes"])
    assert seconds > 5.0
    assert abs(speaker.about["takes"][0]["lag_ms"]) < 120, "curves and sound are aligned"

    scene.metaface.sound_file, scene.metaface.file_frame = str(scenes.LINE), 1000
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    clip = metaface.Animator("auto").with_speaker(path).animate(str(scenes.LINE), fps=24)
    face = next(o for o in captured.children if o.name.startswith("Face"))
    shown = np.array([scenes.shape_at(1000 + index, face, "jawOpen") for index in range(0, len(clip), 5)])
    assert np.abs(shown - np.clip(clip.channel("JawOpen")[::5], 0, 1)).max() < 5 * scenes.TOLERANCE


def test_instant_learning_does_not_fit(scene, captured, tmp_path) -> None:
    path = tmp_path / "quick"
    assert bpy.ops.metaface.learn(filepath=str(path), instant=True) == {"FINISHED"}
    speaker = metaface.Speaker.open(tmp_path / "quick.speaker")
    assert speaker.name == "quick" and speaker.about["learning"] == "instant"


def test_learning_uses_the_audible_part_of_a_trimmed_strip(scene, captured, tmp_path) -> None:
    sound = scene.metaface.sound_file
    scenes.strip(sound, 20)
    scene.metaface.source = "STRIP"
    scene.sequence_editor.active_strip.frame_offset_start = 48
    assert bpy.ops.metaface.learn(filepath=str(tmp_path / "a.speaker"), instant=True) == {"FINISHED"}
    about = metaface.Speaker.open(tmp_path / "a.speaker").about
    duration = metaface.Sound.open(sound).duration
    assert about["takes"][0]["seconds"] == pytest.approx(duration - 2.0, abs=0.2)
    assert abs(about["takes"][0]["lag_ms"]) < 120


def test_learning_without_motion_is_an_error(scene, tmp_path) -> None:
    scenes.head()
    scene.metaface.sound_file = str(scenes.LINE)
    with pytest.raises(RuntimeError, match="does not move while"):
        bpy.ops.metaface.learn(filepath=str(tmp_path / "x.speaker"))
    assert not (tmp_path / "x.speaker").exists()


def test_learning_from_a_generated_take_has_a_warning(scene, tmp_path) -> None:
    armature = scenes.head()
    scene.metaface.sound_file, scene.metaface.add_strip = str(scenes.LINE), False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    learn, characters = extension("commands.learn"), extension("scene.characters")
    file = extension("host.learning").SpeakerFile(str(tmp_path / "own.speaker"), "Own", instant=True)
    report = learn.plan(bpy.context, characters.find([armature]), file).run()
    assert "overlaps the sound: its motion is learned" in report


def test_learning_from_a_capture_or_a_muted_take_has_no_warning(scene, tmp_path) -> None:
    armature = scenes.head()
    scene.metaface.sound_file, scene.metaface.add_strip = str(scenes.LINE), False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    learn, layers = extension("commands.learn"), extension("scene.layers")
    found = extension("scene.characters").find([armature])
    assert "overlaps the sound: its motion is learned" in learn.generated_take_warning(bpy.context, found)
    strips = [strip for owner in layers.owners(found) for _, strip in extension("scene.tracks").strips(owner)]
    for strip in strips:
        strip.mute = True
    assert learn.generated_take_warning(bpy.context, found) == ""
    path = tmp_path / "line.csv"
    scene.frame_start, scene.frame_end = 1, 60
    for strip in strips:
        strip.mute = False
    assert bpy.ops.metaface.export(filepath=str(path), form="CSV") == {"FINISHED"}
    assert bpy.ops.metaface.remove_take(every=True) == {"FINISHED"}
    assert bpy.ops.metaface.import_curves(filepath=str(path), at="START") == {"FINISHED"}
    assert learn.generated_take_warning(bpy.context, found) == ""


def test_an_error_after_the_file_browser_is_reported(monkeypatch) -> None:
    module = extension("commands.learn")

    def failing(*_arguments, **_properties):
        raise RuntimeError("Error: Choose a sound file first\n")

    window = SimpleNamespace(
        app=SimpleNamespace(background=False), ops=SimpleNamespace(metaface=SimpleNamespace(learn=failing))
    )
    monkeypatch.setattr(module, "bpy", window)
    reports = []
    operator = SimpleNamespace(asked=True, filepath="x", speaker_name="", instant=True, consent="", licence="")
    operator.report = lambda kind, text: reports.append((kind, text))
    assert module.METAFACE_OT_learn.execute(operator, None) == {"CANCELLED"}
    assert reports == [({"ERROR"}, "Choose a sound file first")]
