"""A speaker is learned from keys in the scene, or from files."""

from __future__ import annotations

import metaface
import pytest
from conftest import LINE, SAMPLES, TAKE, warnings
from maya import cmds


def test_a_speaker_is_learned_from_an_imported_capture(hero, tmp_path):
    clip = metaface.Animator("cpu").speaking_as(str(SAMPLES / "speakers/theatrical.speaker")).animate(TAKE, fps=60)
    clip.save(tmp_path / "take.csv")
    cmds.metafaceAnimate(clip=str(tmp_path / "take.csv"), start=1)
    cmds.sound(file=TAKE, offset=1, name="voice")
    path = cmds.metafaceAdapt(output=str(tmp_path / "anna.speaker"), audio=["voice"], instant=True, consent="yes", name="Anna")
    learned = metaface.Speaker.open(path)
    assert learned.name == "Anna" and learned.about["consent"] == "yes" and not warnings()
    assert cmds.metafaceAnimate(query=True, speaker=True) == path
    own = metaface.Animator("cpu").learn([(TAKE, metaface.Clip.open(tmp_path / "take.csv", fps=30))], name="Anna", instant=True)
    # What the scene shows comes back through the rig map: the same motion, less what no shape shows.
    there = learned_motion(learned), learned_motion(own)
    assert abs(there[0] - there[1]).max() < 0.05


def learned_motion(speaker):
    return metaface.Animator("cpu").speaking_as(speaker).animate(LINE, fps=30, head=False, eyes=False).values[:, :52]


def test_learning_from_files_needs_no_character(scene, tmp_path):
    metaface.Animator("cpu").animate(TAKE, fps=60).save(tmp_path / "take.csv")
    path = cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), sound=[TAKE], curves=[str(tmp_path / "take.csv")], instant=True)
    assert metaface.Speaker.open(path).name == "a"


def test_learning_from_ones_own_takes_is_told(hero, tmp_path):
    cmds.metafaceAnimate(sound=TAKE, start=1)
    cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), instant=True, audio=["take"])
    assert any("MetaFace's own take" in text for text in warnings())


def test_a_face_that_does_not_move_teaches_nothing(hero, tmp_path):
    cmds.sound(file=TAKE, offset=1, name="voice")
    with pytest.raises(RuntimeError, match="does not move"):
        cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), audio=["voice"])
    with pytest.raises(RuntimeError, match="-output"):
        cmds.metafaceAdapt(audio=["voice"])
    with pytest.raises(RuntimeError, match="one of each"):
        cmds.metafaceAdapt(output=str(tmp_path / "a.speaker"), sound=[TAKE], curves=["a.csv", "b.csv"])
