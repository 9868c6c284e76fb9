"""Takes of sounds and captures on animation layers: the whole plug-in on the double of Maya."""

from __future__ import annotations

import math

import metaface
import numpy as np
import pytest
from conftest import LINE, shown, warnings
from maya import cmds


def test_a_line_animates_the_sample_head(hero):
    (layer,) = cmds.metafaceAnimate(sound=LINE, start=10)
    assert layer == "Hero_line_MetaFace"
    clip = metaface.Animator("cpu").animate(LINE, fps=30)
    frames = 10 + np.arange(len(clip))
    assert shown("Face_shapes.jawOpen", frames) == clip.channel("JawOpen").astype(float).tolist()
    assert shown("LowerTeeth_shapes.jawOpen", frames) == clip.channel("JawOpen").astype(float).tolist()
    assert np.ptp(shown("Head.rotateY", frames)) > 0.5, "degrees: the head turns"
    assert not warnings()
    assert cmds.sound and [cmds.getAttr(f"{node}.filename") for node in cmds.ls(type="audio")] == [LINE]


def test_the_jaw_joint_is_in_the_report(hero):
    """On the sample head no vertex follows the jaw joint; it rotates for attachments."""
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert "Jaw" in cmds.metafaceAnimate(query=True, report=True)


def test_before_and_after_the_line_the_face_is_at_rest(hero):
    cmds.metafaceAnimate(sound=LINE, start=50)
    assert shown("Face_shapes.jawOpen", [0, 40, 1000]) == [0.0, 0.0, 0.0]
    assert shown("Head.rotateX", [0, 40, 1000]) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("unit", ["film", "pal", "23.976fps", "29.97df", "59.94fps", "120fps"])
def test_at_every_frame_rate_keys_are_on_whole_frames(hero, unit):
    from metaface_in_maya.core import rates

    cmds.currentUnit(time=unit)
    cmds.metafaceAnimate(sound=LINE, start=1)
    clip = metaface.Animator("cpu").animate(LINE, fps=rates.of_unit(unit))
    assert clip.rate == rates.of_unit(unit)
    frames = 1 + np.arange(len(clip))
    assert shown("Face_shapes.jawOpen", frames) == clip.channel("JawOpen").astype(float).tolist()


def test_angles_do_not_depend_on_the_unit_of_the_ui(hero):
    cmds.metafaceAnimate(sound=LINE, start=1)
    degrees = np.array(shown("Head.rotateY", range(1, 60)))
    cmds.undo()
    cmds.currentUnit(angle="rad")
    cmds.metafaceAnimate(sound=LINE, start=1)
    radians = np.array(shown("Head.rotateY", range(1, 60)))
    assert np.allclose(np.radians(degrees), radians, atol=1e-12) and np.ptp(degrees) > 0.1


def test_a_sound_on_the_timeline_is_animated_at_its_position(hero):
    node = cmds.sound(file=LINE, offset=100, name="line7")
    cmds.setAttr(f"{node}.silence", 5)
    (layer,) = cmds.metafaceAnimate(audio="line7")
    assert layer == "Hero_line7_MetaFace"
    clip = metaface.Animator("cpu").animate(LINE, fps=30)
    assert shown("Face_shapes.jawOpen", 105 + np.arange(len(clip))) == clip.channel("JawOpen").astype(float).tolist()


def test_the_trimmed_part_of_a_sound_is_not_animated(hero):
    node = cmds.sound(file=LINE, offset=100, name="line7")
    cmds.setAttr(f"{node}.sourceStart", 30)
    cmds.setAttr(f"{node}.sourceEnd", 60)
    cmds.metafaceAnimate(audio="line7")
    clip = metaface.Animator("cpu").animate(LINE, fps=30)
    assert shown("Face_shapes.jawOpen", range(100, 131)) == clip.channel("JawOpen")[30:61].astype(float).tolist()
    assert shown("Face_shapes.jawOpen", [90, 140]) == [0.0, 0.0]


def test_in_a_scene_with_z_up_the_head_nods_the_same_way(scene):
    import sample_head

    sample_head.build()
    cmds.select("Face")
    cmds.metafaceAnimate(sound=LINE, start=1)
    nods = np.array(shown("Head.rotateX", range(1, 60)))
    cmds.undo()
    scene.settings["axis"] = "z"
    # Maya rotates an imported character by 90 degrees, in the group above it.
    cmds.setAttr("Hero.rotateX", 90.0)
    cmds.metafaceAnimate(sound=LINE, start=1)
    # Joints keep single precision.
    assert np.allclose(shown("Head.rotateX", range(1, 60)), nods, atol=1e-4)


def test_options_reach_the_animator(hero):
    cmds.metafaceAnimate(sound=LINE, start=1, gains="JawOpen=0.5,brows=1.3", seed=12, head=False, strength=1.1)
    clip = metaface.Animator("cpu").animate(LINE, fps=30, seed=12, head=False, strength=1.1, gains="JawOpen=0.5,brows=1.3")
    frames = 1 + np.arange(len(clip))
    assert shown("Face_shapes.jawOpen", frames) == clip.channel("JawOpen").astype(float).tolist()
    assert np.ptp(shown("Head.rotateY", frames)) == 0.0


def test_turn_factors_scale_joint_rotations(hero):
    cmds.metafaceAnimate(sound=LINE, start=1)
    full = np.array(shown("Head.rotateY", range(1, 60)))
    cmds.metafaceAnimate(sound=LINE, start=1, headTurn=0.5)
    half = np.array(shown("Head.rotateY", range(1, 60)))
    assert np.allclose(half, full / 2, atol=np.ptp(full) * 0.02)


def test_a_capture_is_played(hero, tmp_path):
    clip = metaface.Animator("cpu").animate(LINE, fps=60)
    clip.save(tmp_path / "take.csv")
    cmds.metafaceAnimate(clip=str(tmp_path / "take.csv"), start=5)
    expected = metaface.Clip.open(tmp_path / "take.csv", fps=30)
    assert shown("Face_shapes.jawOpen", 5 + np.arange(len(expected))) == expected.channel("JawOpen").astype(float).tolist()
    assert cmds.metafaceAnimate(query=True, takes=True) == ["take"]


def test_a_speaker_is_applied(hero):
    from conftest import SAMPLES

    speaker = str(SAMPLES / "speakers/theatrical.speaker")
    cmds.metafaceAnimate(sound=LINE, start=1, speaker=speaker, styleStrength=1.5)
    clip = metaface.Animator("cpu").with_speaker(speaker, 1.5).animate(LINE, fps=30)
    assert shown("Face_shapes.jawOpen", 1 + np.arange(len(clip))) == clip.channel("JawOpen").astype(float).tolist()


def test_a_line_beyond_the_playback_range_is_a_warning(hero):
    cmds.playbackOptions(maxTime=30)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert any("playback range" in text for text in warnings())


@pytest.mark.parametrize("start", [1, 50])
def test_a_line_that_fills_the_playback_range_is_no_warning(hero, start):
    """The fades before and after it may be outside."""
    end = start + metaface.Sound.open(LINE).duration * 30
    cmds.playbackOptions(minTime=start, maxTime=math.ceil(end))
    cmds.metafaceAnimate(sound=LINE, start=start)
    assert not warnings()


def test_a_line_before_the_playback_range_is_a_warning(hero):
    cmds.playbackOptions(minTime=10)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert any("playback range" in text for text in warnings())


def test_a_minute_at_60_frames_per_second_is_written_in_5_seconds(hero, monkeypatch):
    import time

    from metaface_in_maya.core import keys
    from metaface_in_maya.core.takes import Take
    from metaface_in_maya.scene import characters, layers

    cmds.currentUnit(time="ntscf")
    figure = characters.figure_of(["Face"])
    frames = np.arange(3600.0)
    plugs = [target.plug for mesh in figure.meshes for target in mesh.targets][:52]
    curves = [keys.Keys(plug, frames, np.sin(frames * 0.1 + at)) for at, plug in enumerate(plugs)]
    started = time.process_time()
    take = Take("long", figure.root, "sound", LINE, 0.0, 0.0, 0.0, "")
    layers.write(figure, take, curves)
    seconds = time.process_time() - started
    print(f"{52 * 3600} keys in {seconds:.2f} s")
    assert seconds < 5.0
