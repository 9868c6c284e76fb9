"""The flags of the commands, their table in the documentation, and errors."""

from __future__ import annotations

import re

import pytest
from conftest import LINE, TAKE
from maya import cmds
from maya.api import OpenMaya
from metaface_in_maya.commands import adapt, animate
from sample_head import REPOSITORY

TABLES = {"metafaceAnimate": animate.FLAGS, "metafaceAdapt": adapt.FLAGS}


@pytest.mark.parametrize("command", TABLES)
def test_the_documentation_lists_every_flag(command):
    page = (REPOSITORY / "docs/maya.md").read_text(encoding="utf-8")
    part = page.partition(f"### {command}")[2].partition("\n### ")[0].partition("\n## ")[0]
    rows = re.findall(r"^\| `-(\w+)` `-(\w+)` \| ([^|]*) \| ([^|]+) \|$", part, re.MULTILINE)
    expected = [
        (f.long, f.short, " ".join([*([f.kind] if f.kind != "switch" else []), *(["Q"] if f.query else []), *(["M"] if f.multi else [])]), f.help)
        for f in TABLES[command]
    ]
    assert [(long, short, kind.strip(), meaning.strip()) for long, short, kind, meaning in rows] == expected


def test_the_python_examples_of_the_documentation_run(hero, tmp_path):
    page = (REPOSITORY / "docs/maya.md").read_text(encoding="utf-8")
    first, second = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    cmds.sound(file=TAKE, offset=101, name="voice")
    names = {}
    exec(first.replace("/show/line.wav", TAKE), names)
    exec(second.replace("/show/", f"{tmp_path}/"), names)
    assert (tmp_path / "anna.speaker").is_file()


def test_short_flags_do_what_long_ones_do(puppet):
    assert cmds.metafaceAnimate(s=LINE, st=1, gai="brows=1.2", ovr=True, ads=False) == ["Puppet_line_MetaFace"]
    assert cmds.metafaceAnimate(q=True, tk=True) == ["line"] and not cmds.ls(type="audio")


def test_wrong_arguments_are_errors(puppet):
    with pytest.raises(TypeError):
        cmds.metafaceAnimate(sund=LINE)
    with pytest.raises(TypeError):
        cmds.metafaceAnimate(strength="much")
    for flags, message in (
        ({"sound": LINE, "clip": "a.csv"}, "one of them"),
        ({"strength": 5.0, "sound": LINE}, "choose 0 to 2"),
        ({"sound": "no.wav"}, "not found: no.wav"),
        ({"audio": ["nothing"]}, "no sound “nothing”"),
        ({"remove": ["nothing"]}, "no take “nothing”"),
        ({"sound": LINE, "speaker": "no.speaker"}, "no.speaker"),
        ({}, "Nothing to animate"),
        ({"sound": ""}, "No sound is chosen"),
    ):
        with pytest.raises(RuntimeError, match=message):
            cmds.metafaceAnimate(**flags)
    with pytest.raises(RuntimeError, match="not in the scene"):
        cmds.metafaceAnimate("Missing", sound=LINE)
    with pytest.raises(RuntimeError, match="cannot be queried"):
        cmds.metafaceAnimate(query=True, sound=True)


def test_errors_of_the_library_keep_their_message(puppet, tmp_path):
    (tmp_path / "a.wav").write_text("not a sound")
    with pytest.raises(RuntimeError, match="a.wav"):
        cmds.metafaceAnimate(sound=str(tmp_path / "a.wav"))


def test_errors_are_shown_to_the_artist(puppet):
    with pytest.raises(RuntimeError):
        cmds.metafaceAnimate(sound="no.wav")
    assert OpenMaya.MGlobal.messages[-1][0] == "error" and "no.wav" in OpenMaya.MGlobal.messages[-1][1]


def test_short_flags_are_unique_and_no_python_keywords(scene):
    import keyword

    for flags in TABLES.values():
        short = [flag.short for flag in flags]
        assert len(set(short)) == len(short) and not [name for name in short if keyword.iskeyword(name)]


def test_the_sound_on_the_time_slider_is_animated_by_default(puppet):
    cmds.sound(file=LINE, offset=5, name="voice")
    cmds.timeControl("", edit=True, sound="voice")
    assert cmds.metafaceAnimate() == ["Puppet_voice_MetaFace"]


def test_the_menu_entry_is_added_once_maya_has_its_window(scene):
    assert [text for text in scene.calls if "add_to_menu" in text] and "menuItem" not in scene.calls


def test_the_plug_in_deregisters_its_commands(scene):
    import importlib.util

    from conftest import MODULE

    spec = importlib.util.spec_from_file_location("loaded", MODULE / "plug-ins/metaface_maya.py")
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    plugin.maya_useNewAPI()
    plugin.uninitializePlugin(None)
    assert OpenMaya.COMMANDS == {}
