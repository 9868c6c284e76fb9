"""The panel in every state, drawn by its own code on a layout that records."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import drawn
import drawn_page
import pytest
import scenes
from conftest import extension

metaface = scenes.need_metaface()

EVERYTHING = {"METAFACE_driven", "METAFACE_undriven", "METAFACE_channels", "METAFACE_limits"}


@pytest.fixture
def armature(scene):
    """The sample head, with the sample line chosen."""
    scene.metaface.sound_file = str(scenes.LINE)
    return scenes.head()


def buttons(panel: drawn.Drawn) -> dict[str, drawn.Drawn]:
    return {button.value: button for button in panel.find("operator")}


def test_without_a_character_the_panel_names_what_to_select(scene) -> None:
    panel = drawn.sidebar()
    assert "Select any part of a character" in " ".join(panel.texts())
    assert buttons(panel)["metaface.generate"].grey


@pytest.mark.parametrize("space", ["VIEW_3D", "SEQUENCE_EDITOR"])
def test_the_panel_lists_the_shapes_and_bones_that_will_move(armature, space) -> None:
    texts = " ".join(drawn.sidebar(opened=EVERYTHING, space=space).texts())
    for word in ("LowerTeeth", "Lashes", "Tongue", "jawOpen", "MouthSmileLeft", "Will move", "Head", "HeadYaw"):
        assert word in texts, word
    assert not buttons(drawn.sidebar(space=space))["metaface.generate"].grey


def test_undriven_shapes_have_a_reason_and_a_button(scene) -> None:
    scenes.with_unknown_names()
    panel = drawn.sidebar(opened=EVERYTHING)
    texts = " ".join(panel.texts())
    assert "Will stay at rest: 3 shapes" in texts and "Kiefer_auf" in texts
    adds = [button for button in panel.find("operator") if button.value == "metaface.add_shape_row"]
    assert {button.settings.get("target") for button in adds} >= {"Kiefer_auf", "Laecheln", "Falten"}


def test_the_rig_map_editor_shows_its_rows(armature) -> None:
    bpy.ops.metaface.edit_rig_map()
    panel = drawn.sidebar(opened=EVERYTHING)
    assert len(panel.find("list")) == 2
    assert len(panel.find("item")) > 52
    assert "metaface.reset_rig_map" in buttons(panel)


def test_takes_are_listed_and_can_be_chosen(scene, armature) -> None:
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    panel = drawn.sidebar()
    assert "line.wav" in panel.texts()
    for name in ("regenerate", "remove_take", "bake_down", "use_settings", "choose_take"):
        assert not buttons(panel)[f"metaface.{name}"].grey, name


def test_the_channel_table_lists_the_channels_with_sound(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=3)
    scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    texts = drawn.sidebar().texts()
    assert "Channel 3" in texts and "Generate All Lines" in texts


def test_problems_are_shown_before_generating(scene, armature) -> None:
    face = next(o for o in armature.children if o.name.startswith("Face"))
    face.data.shape_keys.key_blocks["jawOpen"].mute = True
    extension("window.preview").clear_cache()
    texts = " ".join(drawn.sidebar().texts())
    assert "Muted: jawOpen" in texts


def test_drawing_does_not_wait_for_slow_checks(armature, monkeypatch) -> None:
    preview, characters = extension("window.preview"), extension("scene.characters")
    found = characters.find([armature])
    later = []
    timers = SimpleNamespace(
        register=lambda call, **_: later.append(call), unregister=later.remove, is_registered=later.__contains__
    )
    window = SimpleNamespace(background=False, timers=timers)
    monkeypatch.setattr(preview, "bpy", SimpleNamespace(app=window, data=bpy.data, context=bpy.context))
    preview.clear_cache()
    assert preview.while_drawing(found) is None and preview.while_drawing(found) is None
    assert len(later) == 1, "the timer is registered once"
    assert later.pop()() is None, "the timer does not repeat"
    assert preview.while_drawing(found).report.usable and not later


def test_a_running_job_is_shown_with_a_progress_bar(armature, monkeypatch) -> None:
    jobs = extension("host.jobs")
    job = jobs.Job(jobs.Plan("MetaFace: line.wav", lambda _progress: None, lambda _result: ""))
    job.fraction = 0.4
    monkeypatch.setattr(extension("commands.operator"), "current", job)
    panel = drawn.sidebar()
    bar = panel.find("progress")[0]
    assert bar.share == pytest.approx(0.4) and "40%" in bar.text
    assert buttons(panel)["metaface.generate"].grey, "only one job runs at a time"


def test_the_preferences_have_a_device_and_a_self_test(scene) -> None:
    preferences = extension("window.preferences")
    assert bpy.ops.metaface.self_test() == {"FINISHED"}
    report = "\n".join(preferences.self_test_report)
    assert metaface.__version__ in report and bpy.app.version_string in report and "real time" in report
    layout = drawn.Layout()
    addon = bpy.context.preferences.addons[extension().__name__].preferences
    addon.device = "cpu"
    assert extension("scene.settings").device(bpy.context) == "cpu"
    preferences.MetaFacePreferences.draw(
        type("P", (), {"layout": layout, "bl_rna": addon.bl_rna, "device": "cpu"})(), bpy.context
    )
    assert "Device" in layout.drawn.texts() and "Self-Test" in layout.drawn.texts()
    addon.device = "auto"


def test_the_page_of_the_panel_has_its_note_and_texts(armature) -> None:
    text = drawn_page.page(drawn.sidebar(opened=EVERYTHING), "Drawn from the panel's own code")
    assert "Drawn from the panel&#x27;s own code" in text and "jawOpen" in text


def test_every_button_has_a_tooltip_and_every_setting_a_description(scene) -> None:
    for cls in extension("commands").CLASSES:
        assert cls.__doc__ and not cls.__doc__.endswith("."), cls
    settings = extension("scene.settings")
    for cls in settings.CLASSES:
        for name, prop in cls.bl_rna.properties.items():
            if name not in {"rna_type", "name"} and prop.type != "COLLECTION" and not name.endswith(("_row", "_index")):
                assert prop.description, f"{cls.__name__}.{name}"
