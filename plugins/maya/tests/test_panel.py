"""The panel in Qt without a screen, on the double."""

from __future__ import annotations

import re

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

    widget = Panel()
    widget.sound_file.path = LINE
    yield widget
    widget.close()


def message(panel):
    return panel._message.text()


def test_it_shows_the_character_and_what_will_move(panel):
    assert "Hero" in panel._character.text() and "52 shapes and 4 joints will move" in panel._character.text()


def test_generate_works_in_a_thread_and_writes_one_step(panel, hero):
    before = hero.snapshot()
    panel.generate()
    assert panel.worker.busy and hero.snapshot() == before
    panel.worker.wait()
    assert message(panel) == "Generated “line” for Hero" and len(hero.undos) == 1
    assert panel.takes._list.topLevelItem(0).text(0) == "line"
    cmds.undo()
    assert hero.snapshot() == before


def test_cancel_changes_nothing(panel, hero):
    before = hero.snapshot()
    panel.sound_file.path = TAKE
    panel.generate()
    panel.worker.cancel()
    panel.worker.wait()
    assert "Stopped" in message(panel) and hero.snapshot() == before


def test_generating_during_a_run_is_an_error(panel):
    panel.generate()
    panel.generate()
    assert "already running" in message(panel)
    panel.worker.wait()


def test_errors_are_shown_below_the_button(panel):
    panel.sound_file.path = "no.wav"
    panel.generate()
    panel.worker.wait()
    assert "not found: no.wav" in message(panel)


def test_settings_are_copied_from_a_take(panel):
    from metaface_in_maya.host.options import Options

    chosen = Options().with_values({"strength": 1.2, "gains": "brows=1.3", "seed": 99, "head": False})
    panel.options_box.options = chosen
    panel.generate()
    panel.worker.wait()
    panel.options_box.options = Options()
    panel.takes._use_settings()
    assert panel.options_box.options == chosen


def test_takes_are_regenerated_removed_and_baked(panel, hero):
    panel.generate()
    panel.worker.wait()
    before = shown("Face_shapes.jawOpen", range(0, 60))
    panel.takes._regenerate_all()
    panel.worker.wait()
    assert "1 of 1 regenerated" in message(panel) and shown("Face_shapes.jawOpen", range(0, 60)) == before
    panel.takes._bake()
    assert re.search(r"Baked \d+ curves from frame \S+ to \S+", message(panel))
    cmds.undo()
    panel.refresh()
    panel.takes._remove()
    assert "Removed" in message(panel) and panel.takes._list.topLevelItemCount() == 0


def test_an_edited_rig_map_is_stored_and_a_broken_one_is_an_error(panel):
    import json

    from metaface_in_maya.scene import rig

    text = json.loads(rig.rig_map(panel.figure, panel.figure.character()).to_json())
    text["targets"] = text["targets"][:3]
    panel.shapes.store(json.dumps(text))
    assert "will not" in panel._character.text() and panel.shapes._state.text() == "The rig map was edited"
    panel.shapes.store("{")
    assert message(panel) and panel.shapes._state.text() == "The rig map was edited"
    panel.shapes._reset()
    assert panel.shapes._state.text() == "The rig map is found by names"


def test_a_learned_speaker_is_selected(panel, tmp_path):
    panel.sound_file.path = TAKE
    panel.generate()
    panel.worker.wait()
    panel.learn.file.path = str(tmp_path / "hero.speaker")
    panel.learn._instant.setChecked(True)
    panel.learn.learn()
    panel.worker.wait()
    assert "Learned" in message(panel) and panel.options_box.options.speaker == str(tmp_path / "hero.speaker")


def test_without_a_character_it_shows_what_to_select(application, scene):
    from metaface_in_maya.window.panel import Panel

    widget = Panel()
    assert "Select any part of a character" in widget._character.text()
    widget.generate()
    assert "Select any part" in message(widget)


def test_problems_are_shown_below_the_button(application, puppet):
    from metaface_in_maya.window.panel import Panel

    cmds.setAttr("faceShapes.envelope", 0.5)
    assert "envelope" in Panel()._problems.text()


def test_selecting_a_camera_keeps_the_last_character(panel, hero):
    import sample_head

    sample_head.transform("transform", "persp")
    cmds.select("persp")
    panel.generate()
    panel.worker.wait()
    assert message(panel) == "Generated “line” for Hero"
    assert panel.takes._list.topLevelItemCount() == 1 and "Hero" in panel._character.text()


def test_a_run_is_not_written_into_another_scene(panel):
    panel.sound_file.path = TAKE
    panel.generate()
    cmds.file(new=True, force=True)
    panel.on_scene_changed()
    panel.worker.wait()
    assert not cmds.ls(type="animLayer") and "Stopped" in message(panel)
    assert "Select any part of a character" in panel._character.text()
    assert panel.takes._list.topLevelItemCount() == panel.shapes._tree.topLevelItemCount() == 0


def test_a_missing_character_is_an_error(panel, hero):
    cmds.file(new=True, force=True)
    panel.generate()
    panel.worker.wait()
    assert "There is no Hero in the scene" in message(panel)


def test_the_panel_shows_that_the_library_cannot_be_loaded(application, hero, monkeypatch):
    from metaface_in_maya.core import figures
    from metaface_in_maya.host.errors import UserError
    from metaface_in_maya.window.panel import Panel

    def missing():
        raise UserError("MetaFace's library cannot be loaded")

    monkeypatch.setattr(figures, "metaface", missing)
    assert "cannot be loaded" in Panel()._problems.text()
