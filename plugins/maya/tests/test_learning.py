"""Learning a speaker from keys in the scene, or from files."""

from __future__ import annotations

import metaface
import pytest
from conftest import LINE, SAMPLES, TAKE, warnings
from maya import cmds


def test_a_speaker_is_learned_from_an_imported_capture(hero, tmp_path):
    clip = metaface.Animator("cpu").with_speaker(str(SAMPLES / "speakers/theatrical.speaker")).animate(TAKE, fps=60)
    clip.save(tmp_path / "take.csv")
    cmds.metafaceAnimate(clip=str(tmp_path / "take.csv"), start=1)
    cmds.sound(file=TAKE, offset=1, name="voice")
    path = cmds.metafaceAdapt(output=str(tmp_path / "anna.speaker"), audio=["voice"], instant=True, consent="yes", name="Anna")
    learned = metaface.Speaker.open(path)
    assert learned.name == "Anna" and learned.about["consent"] == "yes" and not warnings()
    assert cmds.metafaceAnimate(query=True, speaker=True) == path
    expected = metaface.Animator("cpu").learn([(TAKE, metaface.Clip.open(tmp_path / "take.csv", fps=30))], name="Anna", instant=True)
    # The rig map recovers the capture from the scene, except motion that no shape has.
    assert abs(learned_motion(learned) - learned_motion(expected)).max() < 0.05


def learned_motion(speaker):
    return metaface.Animator("cpu").with_speaker(speaker).animate(LINE, fps=30, head=False, eyes=False).values[:, :52]


def test_learning_from_files_needs_no_character(scene, tmp_path):
    metaface.Animator("cpu").animate(TAKE, fps=60).save(tmp_path / "take.csv")
    path = cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), sound=[TAKE], curves=[str(tmp_path / "take.csv")], instant=True)
    assert metaface.Speaker.open(path).name == "a"


def test_learning_from_generated_takes_is_a_warning(hero, tmp_path):
    cmds.metafaceAnimate(sound=TAKE, start=1)
    cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), instant=True, audio=["take"])
    assert any("The generated take “" in text and "overlaps the sound" in text for text in warnings())


def test_a_face_that_does_not_move_is_an_error(hero, tmp_path):
    cmds.sound(file=TAKE, offset=1, name="voice")
    with pytest.raises(RuntimeError, match="does not move"):
        cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), audio=["voice"])
    with pytest.raises(RuntimeError, match="-output"):
        cmds.metafaceAdapt(audio=["voice"])
    with pytest.raises(RuntimeError, match="one of each"):
        cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), sound=[TAKE], curves=["a.csv", "b.csv"])
