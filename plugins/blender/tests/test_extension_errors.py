"""User errors have messages that state the problem and the remedy."""

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


def check_error(call, *words: str, **options) -> str:
    """Checks that the operator fails with these words in its message, and not with an internal error."""
    with pytest.raises(RuntimeError) as raised:
        call(**options)
    text = str(raised.value)
    for word in words:
        assert word in text, text
    assert "Traceback" not in text and "Internal error" not in text
    return text


def test_a_missing_sound_file(scene, armature, tmp_path) -> None:
    scene.metaface.sound_file = str(tmp_path / "gone.wav")
    check_error(bpy.ops.metaface.generate, "gone.wav", "Choose it again")


def test_a_file_that_is_not_a_sound(scene, armature, tmp_path) -> None:
    path = tmp_path / "no.wav"
    path.write_bytes(b"this is not a sound")
    scene.metaface.sound_file = str(path)
    check_error(bpy.ops.metaface.generate, "no.wav")


def test_a_relative_path_in_a_file_that_was_never_saved(scene, armature) -> None:
    scene.metaface.sound_file = "//line.wav"
    check_error(bpy.ops.metaface.generate, "never saved", "save it first")


def test_a_relative_path_in_a_saved_file(scene, armature, tmp_path) -> None:
    (tmp_path / "lîne.wav").write_bytes(scenes.LINE.read_bytes())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    scene.metaface.sound_file = "//lîne.wav"
    assert bpy.ops.metaface.generate() == {"FINISHED"}


def test_a_missing_or_broken_speaker_file(armature, tmp_path) -> None:
    armature.metaface.speaker = str(tmp_path / "gone.speaker")
    check_error(bpy.ops.metaface.generate, "gone.speaker", "clear the field")
    broken = tmp_path / "broken.speaker"
    broken.write_bytes(b"\x00" * 200)
    armature.metaface.speaker = str(broken)
    check_error(bpy.ops.metaface.generate, "broken.speaker")


def test_gains_of_an_unknown_channel(armature) -> None:
    armature.metaface.gains = "JawOpn=1.2"
    check_error(bpy.ops.metaface.generate, "JawOpn")


def test_a_missing_gpu(armature) -> None:
    preferences = bpy.context.preferences.addons[extension().__name__].preferences
    preferences.device = "cuda"
    try:
        metaface.Animator("cuda")
    except metaface.Error:
        check_error(bpy.ops.metaface.generate, "CUDA")
    else:
        assert bpy.ops.metaface.generate() == {"FINISHED"}
    finally:
        preferences.device = "auto"


def test_an_empty_selection(scene, armature) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = None
    assert not bpy.ops.metaface.generate.poll()
    check_error(bpy.ops.metaface.generate, "Select any part of a character")


def test_a_selected_object_without_a_face(scene, armature) -> None:
    bpy.ops.mesh.primitive_cube_add()
    check_error(bpy.ops.metaface.generate, "Select any part of a character")


def test_any_part_of_the_character_can_be_selected(armature) -> None:
    for part in [armature, *armature.children]:
        scenes.select(part)
        assert bpy.ops.metaface.generate.poll(), part.name
        assert extension("scene.characters").selected(bpy.context).root == armature


def test_a_linked_character_needs_a_library_override(armature, tmp_path) -> None:
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (library, scene_data):
        scene_data.objects = list(library.objects)
    for linked in scene_data.objects:
        bpy.context.collection.objects.link(linked)
    bpy.context.scene.metaface.sound_file = str(scenes.LINE)
    scenes.select(next(o for o in bpy.data.objects if o.type == "ARMATURE"))
    check_error(bpy.ops.metaface.generate, "linked from another file", "library override")


def test_a_file_that_is_not_a_rig_map(armature, tmp_path) -> None:
    path = tmp_path / "map.json"
    path.write_text("{}", encoding="utf-8")
    check_error(bpy.ops.metaface.load_rig_map, "map.json", filepath=str(path))
    assert armature.metaface.rig_map == ""


def test_channels_without_characters(scene, armature) -> None:
    scene.metaface.source = "ALL"
    check_error(bpy.ops.metaface.generate, "no sound strip")
    scenes.strip(scenes.LINE, 1)
    check_error(bpy.ops.metaface.generate, "Read channels")


def test_take_operators_on_a_character_without_takes(armature) -> None:
    for name in ("regenerate", "remove_take", "bake_down", "use_settings"):
        check_error(getattr(bpy.ops.metaface, name), "no takes yet")


def test_a_take_whose_sound_is_missing(scene, armature, tmp_path) -> None:
    path = tmp_path / "short.wav"
    path.write_bytes(scenes.LINE.read_bytes())
    scene.metaface.sound_file, scene.metaface.add_strip = str(path), False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    path.unlink()
    check_error(bpy.ops.metaface.regenerate, "short.wav", "remove the take")
