"""One undo restores everything exactly; one redo repeats it exactly."""

from __future__ import annotations

import pytest
from conftest import LINE, SAMPLES, shown
from maya import cmds

FRAMES = range(0, 120, 7)


def state(scene):
    """Everything that undo must restore, and visible values."""
    return scene.snapshot(), shown("Face_shapes.jawOpen", FRAMES), shown("Head.rotateY", FRAMES)


def test_one_step_of_undo_restores_everything(hero):
    before = state(hero)
    cmds.metafaceAnimate(sound=LINE, start=1)
    after = state(hero)
    assert before != after
    cmds.undo()
    assert state(hero) == before and not hero.undos
    cmds.redo()
    assert state(hero) == after
    cmds.undo()
    assert state(hero) == before


def test_generating_twice_is_two_steps(hero):
    cmds.metafaceAnimate(sound=LINE, start=1)
    first = state(hero)
    cmds.metafaceAnimate(sound=LINE, start=20, strength=0.5)
    second = state(hero)
    cmds.undo()
    assert state(hero) == first
    cmds.redo()
    assert state(hero) == second


@pytest.mark.parametrize("flags", [{"remove": ["line"]}, {"bake": True}, {"regenerate": ["all"]}, {"sound": LINE, "override": True}])
def test_every_other_action_is_one_step(hero, flags):
    cmds.metafaceAnimate(sound=LINE, start=1)
    cmds.setKeyframe("Face_shapes.weight[17]", animLayer="Hero_hand_edits_MetaFace", time=(30,), value=0.5)
    before, depth = state(hero), len(hero.undos)
    cmds.metafaceAnimate(**flags)
    assert len(hero.undos) == depth + 1
    after = state(hero)
    cmds.undo()
    assert state(hero) == before
    cmds.redo()
    assert state(hero) == after


def test_loading_a_rig_map_is_undoable(hero, tmp_path):
    from metaface_in_maya.scene import characters, rig

    rig.save(characters.figure_of(["Face"]), str(tmp_path / "hero.rigmap.json"))
    before = state(hero)
    cmds.metafaceAnimate(rigMap=str(tmp_path / "hero.rigmap.json"))
    assert state(hero) != before
    cmds.undo()
    assert state(hero) == before


def test_several_sounds_in_one_command_are_one_step(hero):
    cmds.sound(file=LINE, offset=1, name="one")
    cmds.sound(file=LINE, offset=200, name="two")
    before = state(hero)
    assert len(cmds.metafaceAnimate(audio=["one", "two"])) == 2
    cmds.undo()
    assert state(hero) == before


@pytest.mark.parametrize("failing", ["write", "_move_hand_edits_to_top"])
def test_a_failure_in_the_middle_changes_nothing(hero, monkeypatch, failing):
    from metaface_in_maya.scene import curves, layers

    def broken(*_arguments):
        raise RuntimeError("Maya failed")

    monkeypatch.setattr(curves if failing == "write" else layers, failing, broken)
    before = state(hero)
    with pytest.raises(RuntimeError, match="Maya failed"):
        cmds.metafaceAnimate(sound=LINE, start=1)
    assert state(hero) == before and not hero.undos


def test_an_unreadable_sound_changes_nothing(hero, tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    before = state(hero)
    with pytest.raises(RuntimeError, match="broken.wav"):
        cmds.metafaceAnimate(sound=str(tmp_path / "broken.wav"), start=1)
    assert state(hero) == before


def test_a_failure_does_not_undo_earlier_steps(hero):
    cmds.metafaceAnimate(sound=LINE, start=1)
    before, depth = state(hero), len(hero.undos)
    with pytest.raises(RuntimeError, match="no.wav"):
        cmds.metafaceAnimate(sound="no.wav")
    assert state(hero) == before and len(hero.undos) == depth


def test_esc_cancels_and_changes_nothing(hero):
    before = state(hero)
    hero.settings["esc"] = True
    with pytest.raises(RuntimeError, match="Stopped"):
        cmds.metafaceAnimate(sound=LINE, start=1)
    assert state(hero) == before


def test_learning_sets_the_speaker_in_one_step(hero, tmp_path):
    cmds.metafaceAnimate(sound=str(SAMPLES / "speech/take.wav"), start=1)
    before = hero.snapshot()
    cmds.metafaceAdapt(output=str(tmp_path / "hero.speaker"), audio=["take"], instant=True)
    assert cmds.metafaceAdapt(query=True, speaker=True) == str(tmp_path / "hero.speaker")
    cmds.undo()
    assert hero.snapshot() == before
