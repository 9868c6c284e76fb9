"""The batch in mayapy: exit codes, shards, complete scenes."""

from __future__ import annotations

import json

import metaface_batch
import pytest
import sample_head
from conftest import LINE
from model.graph import Current


@pytest.fixture
def farm(tmp_path, scene):
    """A folder with a scene of the sample head; `run` adds the table."""
    (tmp_path / "hero.ma").write_text("//Maya ASCII scene")

    def build_scene():
        Current.scene.settings["time"] = "ntsc"
        sample_head.build()

    scene.files[str(tmp_path / "hero.ma")] = build_scene
    yield tmp_path
    Current.scene.settings["batch"] = False


def run(farm, rows, *more, character=("--character", "Face")):
    (farm / "lines.csv").write_text("audio,output,character\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    scene = str(farm / "hero.ma")
    report = ["--report", str(farm / "report.json")]
    return metaface_batch.main([str(farm / "lines.csv"), "-o", str(farm / "out"), "--scene", scene, *character, *report, *more])


def test_every_line_gets_a_scene(farm):
    assert run(farm, [f"{LINE},act 1/one,", f"{LINE},two.ma,"], "--fit") == 0
    curves = json.loads((farm / "out/act 1/one.ma").read_text())["curves"]
    assert len(curves) > 60 and (farm / "out/two.ma").is_file()
    assert not list((farm / "out").rglob(".*"))


def test_a_failed_line_does_not_stop_the_others(farm, capsys):
    assert run(farm, [f"{LINE},one,", "gone.wav,two,", f"{LINE},three,Missing", f"{LINE},four,"]) == 6
    report = json.loads((farm / "report.json").read_text())
    assert [line["status"] for line in report["lines"]] == ["done", "failed", "failed", "done"]
    assert "gone.wav" in report["lines"][1]["error"] and "Missing" in report["lines"][2]["error"]
    assert "2 of 4 lines are done" in capsys.readouterr().out


def test_exit_codes_say_what_happened(farm, tmp_path):
    assert run(farm, ["gone.wav,one,"]) == 7
    assert metaface_batch.main([str(farm / "no.csv"), "-o", str(farm / "out")]) == 3
    assert run(farm, [f"{LINE},one,"], "--shard", "3/2") == 3
    with pytest.raises(SystemExit) as wrong:
        metaface_batch.main([])
    assert wrong.value.code == 2


def test_a_shard_makes_only_its_lines(farm):
    rows = [f"{LINE},{name}," for name in ("one", "two", "three")]
    assert run(farm, rows, "--shard", "2/2") == 0
    assert [file.name for file in (farm / "out").iterdir()] == ["two.ma"]


def test_the_only_character_needs_no_name(farm):
    assert run(farm, [f"{LINE},one,"], "--bake", character=()) == 0
    assert (farm / "out/one.ma").is_file()


def test_a_scene_that_opens_with_errors_is_used_and_one_that_does_not_open_is_reported(farm, monkeypatch):
    from maya import cmds

    original = cmds.file

    def with_errors(*names, **flags):
        result = original(*names, **flags)
        if flags.get("open"):
            raise RuntimeError("Error reading file. Plug-in mtoa is missing")
        return result

    monkeypatch.setattr(cmds, "file", with_errors)
    assert run(farm, [f"{LINE},one,"]) == 0
    report = json.loads((farm / "report.json").read_text())
    assert "opened the scene with errors" in report["lines"][0]["warnings"][0]
    Current.scene.files.clear()
    assert run(farm, [f"{LINE},one,"]) == 7
    assert "cannot open the scene" in json.loads((farm / "report.json").read_text())["lines"][0]["error"]


def test_the_playback_range_has_whole_frames(farm):
    assert run(farm, [f"{LINE},one,"], "--fit") == 0
    low, high = Current.scene.settings["min"], Current.scene.settings["max"]
    assert low == int(low) <= 1 and high == int(high) > 100
