"""Every mistake an artist can make is answered in plain words: what is wrong, and what to do."""

from __future__ import annotations

import bpy
import pytest
import scenes
from conftest import extension

metaface = scenes.need_metaface()


@pytest.fixture
def armature(scene):
    """The sample head, with the sample line chosen."""
    scene.metaface.sound_file = str(scenes.LINE)
    return scenes.head()


def refused(call, *words: str, **options) -> str:
    """What an operator says when it refuses; nothing of a program's inside."""
    with pytest.raises(RuntimeError) as told:
        call(**options)
    text = str(told.value)
    for word in words:
        assert word in text, text
    assert "Traceback" not in text and "nobody foresaw" not in text
    return text


def test_a_sound_that_is_not_there(scene, armature, tmp_path) -> None:
    scene.metaface.sound_file = str(tmp_path / "gone.wav")
    refused(bpy.ops.metaface.generate, "gone.wav", "Choose it again")


def test_a_file_that_is_no_sound(scene, armature, tmp_path) -> None:
    path = tmp_path / "no.wav"
    path.write_bytes(b"this is a letter")
    scene.metaface.sound_file = str(path)
    refused(bpy.ops.metaface.generate, "no.wav")


def test_a_path_from_the_file_in_a_file_that_was_never_saved(scene, armature) -> None:
    scene.metaface.sound_file = "//line.wav"
    refused(bpy.ops.metaface.generate, "never saved", "save it first")


def test_a_path_from_the_file_once_it_is_saved(scene, armature, tmp_path) -> None:
    (tmp_path / "lîne.wav").write_bytes(scenes.LINE.read_bytes())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    scene.metaface.sound_file = "//lîne.wav"
    assert bpy.ops.metaface.generate() == {"FINISHED"}


def test_a_speaker_that_is_not_there_or_no_speaker(armature, tmp_path) -> None:
    armature.metaface.speaker = str(tmp_path / "gone.speaker")
    refused(bpy.ops.metaface.generate, "gone.speaker", "clear the field")
    broken = tmp_path / "broken.speaker"
    broken.write_bytes(b"\x00" * 200)
    armature.metaface.speaker = str(broken)
    refused(bpy.ops.metaface.generate, "broken.speaker")


def test_gains_that_make_no_sense(armature) -> None:
    armature.metaface.gains = "JawOpn=1.2"
    refused(bpy.ops.metaface.generate, "JawOpn")


def test_a_gpu_that_is_not_there(armature) -> None:
    preferences = bpy.context.preferences.addons[extension().__name__].preferences
    preferences.device = "cuda"
    try:
        metaface.Animator("cuda")
    except metaface.Error:
        refused(bpy.ops.metaface.generate, "CUDA")
    else:
        assert bpy.ops.metaface.generate() == {"FINISHED"}
    finally:
        preferences.device = "auto"


def test_nothing_is_selected(scene, armature) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = None
    assert not bpy.ops.metaface.generate.poll()
    refused(bpy.ops.metaface.generate, "Select any part of a character")


def test_something_without_a_face_is_selected(scene, armature) -> None:
    bpy.ops.mesh.primitive_cube_add()
    refused(bpy.ops.metaface.generate, "Select any part of a character")


def test_any_part_of_the_character_will_do(armature) -> None:
    for part in [armature, *armature.children]:
        scenes.select(part)
        assert bpy.ops.metaface.generate.poll(), part.name
        assert extension("lines").selected(bpy.context).root == armature


def test_a_linked_character_asks_for_an_override(armature, tmp_path) -> None:
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (there, here):
        here.objects = list(there.objects)
    for one in here.objects:
        bpy.context.collection.objects.link(one)
    bpy.context.scene.metaface.sound_file = str(scenes.LINE)
    scenes.select(next(o for o in bpy.data.objects if o.type == "ARMATURE"))
    refused(bpy.ops.metaface.generate, "linked from another file", "library override")


def test_a_rig_map_that_is_none(armature, tmp_path) -> None:
    path = tmp_path / "map.json"
    path.write_text("{}", encoding="utf-8")
    refused(bpy.ops.metaface.load_rig_map, "map.json", filepath=str(path))
    assert armature.metaface.rig_map == ""


def test_channels_without_anybody(scene, armature) -> None:
    scene.metaface.source = "ALL"
    refused(bpy.ops.metaface.generate, "no sound strip")
    scenes.strip(scenes.LINE, 1)
    refused(bpy.ops.metaface.generate, "Read channels")


def test_takes_of_a_character_without_any(armature) -> None:
    for name in ("regenerate", "remove_take", "bake_down", "use_settings"):
        refused(getattr(bpy.ops.metaface, name), "no takes yet")


def test_a_take_whose_sound_is_gone(scene, armature, tmp_path) -> None:
    path = tmp_path / "short.wav"
    path.write_bytes(scenes.LINE.read_bytes())
    scene.metaface.sound_file, scene.metaface.add_strip = str(path), False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    path.unlink()
    refused(bpy.ops.metaface.regenerate, "short.wav", "remove the take")
