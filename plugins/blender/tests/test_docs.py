"""Runs the script of docs/blender.md unchanged."""

from __future__ import annotations

import re

import bpy
import scenes
from conftest import REPOSITORY, extension

metaface = scenes.need_metaface()


def test_the_script_of_the_page_animates_two_characters_and_writes_a_file(scene, tmp_path) -> None:
    page = (REPOSITORY / "docs" / "blender.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    anna = scenes.head()
    anna.name = "Anna"
    ben = scenes.head()
    ben.name = "Ben"
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 250, channel=2)
    scenes.select(anna)
    # A path that starts with // is relative to the open file.
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    exec(compile(script, "docs/blender.md", "exec"), {})
    for character in (anna, ben):
        found = extension("scene.characters").find([character])
        assert len(extension("scene.layers").takes(found)) == 1
    assert metaface.Clip.open(str(tmp_path / "anna.csv")).values.any()
