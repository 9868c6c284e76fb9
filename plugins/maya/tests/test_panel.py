"""The panel under Qt without a screen, over the double."""

from __future__ import annotations

import pytest
from conftest import LINE, TAKE, shown
from maya import cmds
from metaface_in_maya.window.qt import QtWidgets


@pytest.fixture(scope="module")
def application():
    return QtWidgets.QApplication.instance() or QtWidgets.QApplication([])


@pytest.fixture
def panel(application, hero):
    from metaface_in_maya.window.panel import Panel

    made = Panel()
    made.sound_file.path = LINE
    yield made
    made.close()


def said(panel):
    return panel._said.text()


def test_it_says_who_would_move(panel):
    assert "Hero" in panel._who.text() and "52 shapes and 4 joints will move" in panel._who.text()


def test_generate_works_in_a_thread_and_writes_one_step(panel, hero):
    before = hero.snapshot()
    panel.generate()
    assert panel.worker.busy and hero.snapshot() == before
    panel.worker.wait()
    assert said(panel) == "Hero speaks “line”" and len(hero.undos) == 1
    assert panel.takes._list.topLevelItem(0).text(0) == "line"
    cmds.undo()
    assert hero.snapshot() == before


def test_cancel_changes_nothing(panel, hero):
    before = hero.snapshot()
    panel.sound_file.path = TAKE
    panel.generate()
    panel.worker.cancel()
    panel.worker.wait()
    assert "Stopped" in said(panel) and hero.snapshot() == before


def test_a_second_work_waits_for_the_first(panel):
    panel.generate()
    panel.generate()
    assert "already at work" in said(panel)
    panel.worker.wait()


def test_what_goes_wrong_is_told_below_the_button(panel):
    panel.sound_file.path = "no.wav"
    panel.generate()
    panel.worker.wait()
    assert "not there: no.wav" in said(panel)


def test_settings_come_back_from_a_take(panel):
    from metaface_in_maya.core.options import Options

    panel.how.options = Options(strength=1.2, gains="brows=1.3", seed=99, head=False)
    panel.generate()
    panel.worker.wait()
    panel.how.options = Options()
    panel.takes._use()
    assert panel.how.options == Options(strength=1.2, gains="brows=1.3", seed=99, head=False)


def test_takes_are_made_again_removed_and_baked(panel, hero):
    panel.generate()
    panel.worker.wait()
    seen = shown("Face_shapes.jawOpen", range(0, 60))
    panel.takes._all()
    panel.worker.wait()
    assert "1 of 1 made again" in said(panel) and shown("Face_shapes.jawOpen", range(0, 60)) == seen
    panel.takes._bake()
    assert "curves are baked" in said(panel)
    cmds.undo()
    panel.look()
    panel.takes._remove()
    assert "removed" in said(panel) and panel.takes._list.topLevelItemCount() == 0


def test_an_edited_rig_map_is_kept_and_a_broken_one_refused(panel):
    import json

    from metaface_in_maya.scene import rig

    text = json.loads(rig.rig_map(panel.figure, panel.figure.character()).to_json())
    text["targets"] = text["targets"][:3]
    panel.shapes.keep(json.dumps(text))
    assert "will not" in panel._who.text() and panel.shapes._state.text() == "The rig map was edited"
    panel.shapes.keep("{")
    assert panel._said.text() and panel.shapes._state.text() == "The rig map was edited"
    panel.shapes._reset()
    assert panel.shapes._state.text() == "The rig map is found by names"


def test_a_speaker_is_learned_and_chosen(panel, tmp_path):
    panel.sound_file.path = TAKE
    panel.generate()
    panel.worker.wait()
    panel.learn.file.path = str(tmp_path / "hero.speaker")
    panel.learn._instant.setChecked(True)
    panel.learn.learn()
    panel.worker.wait()
    assert "Learned" in said(panel) and panel.how.options.speaker == str(tmp_path / "hero.speaker")


def test_without_a_character_it_says_what_to_select(application, scene):
    from metaface_in_maya.window.panel import Panel

    made = Panel()
    assert "Select any part of a character" in made._who.text()
    made.generate()
    assert "Select any part" in made._said.text()


def test_problems_stand_below_the_button(application, puppet):
    from metaface_in_maya.window.panel import Panel

    cmds.setAttr("faceShapes.envelope", 0.5)
    assert "envelope" in Panel()._problems.text()


def test_a_selected_camera_does_not_hide_what_was_made(panel, hero):
    import sample_head

    sample_head.transform("transform", "persp")
    cmds.select("persp")
    panel.generate()
    panel.worker.wait()
    assert said(panel) == "Hero speaks “line”"
    assert panel.takes._list.topLevelItemCount() == 1 and "Hero" in panel._who.text()


def test_another_scene_gets_nothing_of_the_work_under_way(panel):
    panel.sound_file.path = TAKE
    panel.generate()
    cmds.file(new=True, force=True)
    panel.another_scene()
    panel.worker.wait()
    assert not cmds.ls(type="animLayer") and "Stopped" in said(panel)
    assert "Select any part of a character" in panel._who.text()
    assert panel.takes._list.topLevelItemCount() == panel.shapes._tree.topLevelItemCount() == 0


def test_a_character_that_is_gone_is_told(panel, hero):
    cmds.file(new=True, force=True)
    panel.generate()
    panel.worker.wait()
    assert "There is no Hero in the scene" in said(panel)


def test_a_library_that_cannot_be_loaded_is_told_in_the_panel(application, hero, monkeypatch):
    from metaface_in_maya.core import figures
    from metaface_in_maya.core.trouble import Trouble
    from metaface_in_maya.window.panel import Panel

    def absent():
        raise Trouble("MetaFace's own library cannot be loaded")

    monkeypatch.setattr(figures, "metaface", absent)
    assert "cannot be loaded" in Panel()._problems.text()
