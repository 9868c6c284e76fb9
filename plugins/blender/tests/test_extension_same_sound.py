"""A character has one take per sound and frame; characters can share the sound's strip."""

from __future__ import annotations

import bpy
import pytest
import scenes
from conftest import extension

metaface = scenes.need_metaface()


@pytest.fixture
def armature(scene):
    """The sample head, with the sample line chosen as a file."""
    scene.metaface.sound_file, scene.metaface.file_frame = str(scenes.LINE), 1
    return scenes.head()


def takes(armature: bpy.types.Object) -> list:
    """The character's takes."""
    return extension("scene.layers").takes(extension("scene.characters").find([armature]))


def starts(scene) -> list[int]:
    """The start frames of the sound strips."""
    return [round(strip.placement.start_frame) for strip in extension("scene.sounds").strips(scene)]


def need_sound() -> None:
    """Skips the test if sound strips are not supported."""
    if not scenes.has_sound():
        pytest.skip("this Blender is built without sound (the module of 4.2 is): it has no sound strips")


def generate(scene, *, frame: int = 1, to_strip: bool = True) -> None:
    """Generates the file's line."""
    scene.metaface.file_frame, scene.metaface.add_strip = frame, to_strip
    assert bpy.ops.metaface.generate() == {"FINISHED"}


def test_a_file_without_a_strip_replaces_its_take_at_the_strip(scene, armature) -> None:
    need_sound()
    generate(scene)
    face = next(o for o in armature.children if o.name.startswith("Face"))
    seen = scenes.shapes_at(40, [face])
    generate(scene, to_strip=False)
    (take,) = takes(armature)
    assert take.line.startswith("file:")
    assert abs(scenes.shapes_at(40, [face]) - seen).max() < scenes.TOLERANCE, "the motion is not added twice"
    tracks = [track.name for track in face.data.shape_keys.animation_data.nla_tracks]
    assert "MetaFace 2" not in tracks
    generate(scene)
    (take,) = takes(armature)
    assert not take.line.startswith("file:")
    generate(scene, to_strip=False)
    scene.metaface.source = "STRIP"
    version = extension("scene.version")
    scene.sequence_editor.active_strip = next(iter(version.sequences(scene)))
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert len(takes(armature)) == 1, "the strip's take replaces the file's"


def test_the_same_file_at_another_frame_is_another_line(scene, armature) -> None:
    need_sound()
    generate(scene)
    generate(scene, frame=300, to_strip=False)
    assert len(takes(armature)) == 2


def test_edited_keys_inside_a_replaced_take_are_kept(scene, armature) -> None:
    need_sound()
    generate(scene)
    face = next(o for o in armature.children if o.name.startswith("Face"))
    strip = next(extension("scene.tracks").strips(face.data.shape_keys))[1]
    name = strip.action.name
    next(iter(extension("scene.version").played(strip))).keyframe_points[5].co[1] += 0.5
    assert takes(armature)[0].edited
    generate(scene, to_strip=False)
    assert any(kept.name.startswith(f"{name} (edited)") for kept in bpy.data.actions)


def test_a_second_character_does_not_move_the_first_ones_strip(scene, armature) -> None:
    need_sound()
    generate(scene)
    other = scenes.head()
    generate(scene, frame=120)
    assert starts(scene) == [1, 120]
    assert takes(armature)[0].line != takes(other)[0].line
    generate(scene, frame=150)
    assert starts(scene) == [1, 150], "only its own strip moves"
    assert len(takes(other)) == 1 and round(takes(other)[0].sound_start) == 150


def test_a_shared_strip_stays_when_one_line_moves(scene, armature) -> None:
    need_sound()
    generate(scene)
    other = scenes.head()
    generate(scene)
    assert starts(scene) == [1], "both lines share one strip"
    generate(scene, frame=50)
    assert starts(scene) == [1, 50]
    assert [round(take.sound_start) for take in takes(other)] == [50]
    assert [round(take.sound_start) for take in takes(armature)] == [1]
