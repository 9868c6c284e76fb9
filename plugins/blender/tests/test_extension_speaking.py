"""Generate on real characters: the values in Blender equal those of the metaface package."""

from __future__ import annotations

import time
from fractions import Fraction

import bpy
import numpy as np
import pytest
import scenes
from conftest import extension

metaface = scenes.need_metaface()


@pytest.fixture
def armature(scene):
    """The sample head in an empty scene."""
    return scenes.head()


def expected(armature: bpy.types.Object, rate, **options):
    """The figure, and the sample line's performance by the metaface package on it."""
    characters = extension("scene.characters")
    found = characters.find([armature])
    speaker = options.pop("speaker", None)
    base = metaface.Animator("auto")
    if speaker:
        base = base.with_speaker(speaker)
    clip = base.animate(str(scenes.LINE), name="line", fps=rate, **options)
    character = extension("scene.rig").character(found)
    return found, metaface.RigMap.discover(character).drive(character, clip)


def worst(found, performance, start: float) -> float:
    """The largest difference between the values in Blender and the performance."""
    difference = 0.0
    for index in range(0, performance.frame_count, 5):
        for track in performance.meshes:
            shown = scenes.shapes_at(start + index, [found.meshes[track.mesh]])
            driven = [t for t in range(len(shown)) if t not in set(track.undriven)]
            difference = max(difference, float(np.abs(shown - track.weights[index])[driven].max()))
    return difference


def test_a_sound_file_animates_the_head(scene, armature) -> None:
    scene.metaface.sound_file, scene.metaface.file_frame = str(scenes.LINE), 11
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = expected(armature, 24)
    assert worst(found, performance, 11) < scenes.TOLERANCE
    strips = extension("scene.sounds").strips(scene)
    starts = [round(strip.placement.start_frame) for strip in strips]
    assert starts == ([11] if scenes.has_sound() else []), "the sound is in the sequencer"


@pytest.mark.parametrize(("fps", "base"), [(24, 1.001), (25, 1.0), (30, 1.001), (60, 1.0)])
def test_a_strip_is_animated_at_any_frame_rate(scene, armature, fps, base) -> None:
    scene.render.fps, scene.render.fps_base = fps, base
    strip = scenes.strip(scenes.LINE, 37)
    scene.metaface.source = "STRIP"
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    rate = Fraction(fps * 1000, 1001) if base != 1.0 else Fraction(fps)
    found, performance = expected(armature, rate)
    assert worst(found, performance, strip.placement.start_frame) < scenes.TOLERANCE


@pytest.mark.parametrize(("fps", "base"), [(24, 1.001), (30, 1.0)])
def test_a_file_is_animated_at_any_frame_rate(scene, armature, fps, base) -> None:
    scene.render.fps, scene.render.fps_base = fps, base
    scene.metaface.sound_file, scene.metaface.add_strip = str(scenes.LINE), False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = expected(armature, Fraction(fps * 1000, 1001) if base != 1.0 else Fraction(fps))
    assert worst(found, performance, 1) < scenes.TOLERANCE
    assert extension("scene.sounds").strips(scene) == []


def test_the_trimmed_part_of_a_strip_is_not_animated(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1)
    scene.sequence_editor.active_strip.frame_offset_start = 30
    scene.metaface.source = "STRIP"
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = expected(armature, 24)
    take = extension("scene.layers").takes(found)[0]
    assert take.frame_start > 1 + 20, "only the fade is before the cut"
    face = next(track for track in performance.meshes if track.name == "Face")
    shown = scenes.shapes_at(1 + 45, [found.meshes[face.mesh]])
    assert np.abs(shown - face.weights[45]).max() < scenes.TOLERANCE


def test_the_panels_settings_are_passed_as_options(scene, armature) -> None:
    settings = armature.metaface
    settings.strength, settings.liveliness, settings.seed = 0.5, 0.25, 11
    settings.gains, settings.smoothing = "JawOpen=1.2,MouthSmile*=0.5", 0.5
    settings.head = False
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = expected(
        armature,
        24,
        strength=0.5,
        liveliness=0.25,
        seed=11,
        gains="JawOpen=1.2,MouthSmile*=0.5",
        smoothing=0.5,
        head=False,
    )
    assert worst(found, performance, 1) < scenes.TOLERANCE


def test_a_speaker_file_changes_the_motion(scene, armature) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    armature.metaface.speaker = str(scenes.SPEAKER)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = expected(armature, 24, speaker=str(scenes.SPEAKER))
    assert worst(found, performance, 1) < scenes.TOLERANCE
    _, average = expected(armature, 24)
    pairs = zip(performance.meshes, average.meshes, strict=True)
    assert max(np.abs(a.weights - b.weights).max() for a, b in pairs) > 0.05


def test_bones_rotate_within_the_panels_limit(scene, armature) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    name = next(bone.name for bone in armature.data.bones if bone.name.lower() == "head")
    rest = scenes.bone_at(1, armature, name)
    turned = {}
    for limit in (3.0, 0.02):
        armature.metaface.head_limit = limit
        assert bpy.ops.metaface.generate() == {"FINISHED"}
        angles = []
        for frame in range(1, 120, 3):
            turn = np.linalg.inv(rest[:3, :3]) @ scenes.bone_at(frame, armature, name)[:3, :3]
            angles.append(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))
        turned[limit] = max(angles)
    assert turned[3.0] > 0.02
    assert turned[0.02] < 0.02 + 1e-3


def test_every_strip_animates_the_character_of_its_channel(scene, armature) -> None:
    other = scenes.head()
    other.location.x = 1.0
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 30, channel=2)
    scenes.strip(scenes.LINE, 200, channel=1)
    scene.metaface.source = "ALL"
    assert bpy.ops.metaface.read_channels() == {"FINISHED"}
    assert [row.channel for row in scene.metaface.channels] == [1, 2]
    for row, character in zip(scene.metaface.channels, (armature, other), strict=True):
        row.character = character
    scene.metaface.channels[1].speaker = str(scenes.SPEAKER)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    layers, characters = extension("scene.layers"), extension("scene.characters")
    assert len(layers.takes(characters.find([armature]))) == 2
    assert len(layers.takes(characters.find([other]))) == 1
    found, performance = expected(armature, 24)
    assert worst(found, performance, 200) < scenes.TOLERANCE
    found, performance = expected(other, 24, speaker=str(scenes.SPEAKER))
    assert worst(found, performance, 30) < scenes.TOLERANCE


def test_a_hundred_lines_in_one_scene(scene, armature) -> None:
    before = scenes.data_counts()
    for index in range(100):
        scenes.strip(scenes.LINE, 1 + index * 200, channel=1 + index % 2)
    scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    for row in scene.metaface.channels:
        row.character = armature
    start = time.perf_counter()
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    first = time.perf_counter() - start
    found = extension("scene.characters").find([armature])
    assert len(extension("scene.layers").takes(found)) == 100
    created = scenes.data_counts()
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert scenes.data_counts() == created, "lines generated again replace their takes"
    found, performance = expected(armature, 24)
    assert worst(found, performance, 1 + 9 * 200) < scenes.TOLERANCE
    # Frames in NLA strips are single precision: near frame 20 000 they are 0.002 of a frame apart.
    assert worst(found, performance, 1 + 99 * 200) < 5 * scenes.TOLERANCE
    assert bpy.ops.metaface.remove_take(every=True) == {"FINISHED"}
    left = scenes.data_counts()
    assert left["actions"] == before["actions"], "all actions are removed"
    print(f"100 lines: {first:.1f} s, {created['actions'] - before['actions']} actions")


def test_a_line_that_fails_does_not_stop_the_others(scene, armature, tmp_path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(scenes.LINE.read_bytes())
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(broken, 200, channel=1)
    broken.write_bytes(b"no sound at all")
    scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    scene.metaface.channels[0].character = armature
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert len(extension("scene.layers").takes(extension("scene.characters").find([armature]))) == 1


def test_a_character_with_unknown_names_is_animated_after_its_map_is_edited(scene) -> None:
    armature = scenes.with_unknown_names()
    face = armature.children[0]
    scene.metaface.sound_file = str(scenes.LINE)
    with pytest.raises(RuntimeError, match="would not move"):
        bpy.ops.metaface.generate()
    assert bpy.ops.metaface.add_shape_row(target="Kiefer_auf", channel="JawOpen") == {"FINISHED"}
    assert bpy.ops.metaface.add_bone_row(joint="Schaedel", role="HEAD") == {"FINISHED"}
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    clip = metaface.Animator("auto").animate(str(scenes.LINE), name="line", fps=24)
    for index in range(0, len(clip), 7):
        shown = scenes.shape_at(1 + index, face, "Kiefer_auf")
        assert abs(shown - float(np.clip(clip.channel("JawOpen")[index], 0, 1))) < scenes.TOLERANCE
    still, turned = scenes.bone_at(-50, armature, "Schaedel"), 0.0
    for frame in range(1, 100, 5):
        turned = max(turned, float(np.abs(scenes.bone_at(frame, armature, "Schaedel") - still).max()))
    assert turned > 0.005


@pytest.mark.parametrize("name", ["ict_head_arkit52_lite.glb"])
def test_another_head_is_animated_with_teeth_and_eyes(scene, shared_folder, name) -> None:
    bpy.ops.import_scene.gltf(filepath=str(shared_folder / "meshes" / name))
    face = next(o for o in bpy.context.selected_objects if o.type == "MESH" and o.data.shape_keys)
    scenes.select(face)
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = expected(face, 24)
    assert len(performance.meshes) >= 3
    assert worst(found, performance, 1) < scenes.TOLERANCE


def test_a_character_from_usd_is_animated_through_its_map(scene, shared_folder) -> None:
    bpy.ops.wm.usd_import(filepath=str(shared_folder / "meshes" / "morpher_box.usd"))
    box = next(o for o in scene.objects if o.type == "MESH" and o.data.shape_keys)
    scenes.select(box)
    box.data.shape_keys.animation_data_clear()  # the file's animation would be added
    bpy.ops.metaface.add_shape_row(target=box.data.shape_keys.key_blocks[1].name, channel="JawOpen")
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    clip = metaface.Animator("auto").animate(str(scenes.LINE), name="line", fps=24)
    name = box.data.shape_keys.key_blocks[1].name
    shown = [scenes.shape_at(1 + index, box, name) for index in range(0, len(clip), 5)]
    assert np.abs(np.array(shown) - np.clip(clip.channel("JawOpen")[::5], 0, 1)).max() < scenes.TOLERANCE


def all_strips(scene, *characters: bpy.types.Object) -> None:
    """Chooses all strips, and assigns the characters to the channels in order."""
    scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    for row, character in zip(scene.metaface.channels, characters, strict=True):
        row.character = character


def report_of(scene) -> str:
    """The report of Generate."""
    return extension("commands.generate").plan(bpy.context, extension("scene.lines").collect(bpy.context)).run()


def take_count(character: bpy.types.Object) -> int:
    return len(extension("scene.layers").takes(extension("scene.characters").find([character])))


def test_a_missing_sound_does_not_stop_the_others(scene, armature, tmp_path) -> None:
    gone = tmp_path / "gone.wav"
    gone.write_bytes(scenes.LINE.read_bytes())
    scenes.strip(scenes.LINE, 1)
    scenes.strip(gone, 200)
    gone.unlink()
    all_strips(scene, armature)
    report = report_of(scene)
    assert "1 of 2 lines failed" in report and "\ngone: Sound file not found" in report
    assert take_count(armature) == 1


def test_a_strip_trimmed_past_its_end_does_not_stop_the_others(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1)
    scenes.strip(scenes.LINE, 300)
    trimmed = scene.sequence_editor.active_strip
    length = trimmed.frame_final_duration
    trimmed.frame_offset_end = -20
    trimmed.frame_offset_start = length + 5
    all_strips(scene, armature)
    report = report_of(scene)
    assert "no part of the sound is audible" in report and "1 of 2 lines failed" in report
    assert take_count(armature) == 1


def test_a_character_that_cannot_be_animated_does_not_stop_the_others(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 1, channel=2)
    scenes.strip(scenes.LINE, 1, channel=3)
    undriven, lamp = scenes.with_unknown_names(), bpy.data.objects.new("Lamp", None)
    scene.collection.objects.link(lamp)
    all_strips(scene, undriven, armature, lamp)
    report = report_of(scene)
    assert take_count(armature) == 1 and take_count(undriven) == 0
    for text in ("2 of 3 lines failed", "would not move", "neither shape keys nor bones"):
        assert text in report


def test_a_relative_speaker_in_an_unsaved_file_fails_only_its_own_lines(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 200, channel=2)
    all_strips(scene, armature, armature)
    scene.metaface.channels[0].speaker = "//anna.speaker"
    report = report_of(scene)
    assert take_count(armature) == 1 and "was never saved" in report and "1 of 2" in report


def test_it_is_an_error_if_all_lines_fail(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 200, channel=2)
    all_strips(scene, armature, armature)
    for row in scene.metaface.channels:
        row.speaker = "//anna.speaker"
    with pytest.raises(RuntimeError, match="All 2 lines failed"):
        bpy.ops.metaface.generate()
    scene.metaface.channels[1].use = False
    with pytest.raises(RuntimeError, match="^(?!.*lines failed).*never saved"):
        bpy.ops.metaface.generate()
