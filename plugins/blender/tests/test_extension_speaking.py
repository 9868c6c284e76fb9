"""Generate, as an artist does, on real characters: what Blender shows is what metaface itself says."""

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


def said(armature: bpy.types.Object, rate, **options):
    """The sample line by metaface itself, on this character: weights per mesh name, and the clip."""
    figure = extension("figure")
    found = figure.find([armature])
    speaker = options.pop("speaker", None)
    base = metaface.Animator("auto")
    if speaker:
        base = base.speaking_as(speaker)
    clip = base.animate(str(scenes.LINE), name="line", fps=rate, **options)
    character = figure.character(found)
    return found, metaface.RigMap.discover(character).drive(character, clip)


def worst(found, performance, start: float) -> float:
    """The largest difference between what Blender shows on the frames and what metaface says."""
    difference = 0.0
    for index in range(0, performance.frame_count, 5):
        for track in performance.meshes:
            shown = scenes.shapes_at(start + index, [found.meshes[track.mesh]])
            driven = [t for t in range(len(shown)) if t not in set(track.undriven)]
            difference = max(difference, float(np.abs(shown - track.weights[index])[driven].max()))
    return difference


def test_a_sound_file_makes_the_head_speak(scene, armature) -> None:
    scene.metaface.sound_file, scene.metaface.file_frame = str(scenes.LINE), 11
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = said(armature, 24)
    assert worst(found, performance, 11) < scenes.TOLERANCE
    strips = extension("sounds").strips(scene)
    starts = [round(strip.placed.start_frame) for strip in strips]
    assert starts == ([11] if scenes.has_sound() else []), "the sound can be heard"


@pytest.mark.parametrize(("fps", "base"), [(24, 1.001), (25, 1.0), (30, 1.001), (60, 1.0)])
def test_a_strip_is_met_at_any_frame_rate(scene, armature, fps, base) -> None:
    scene.render.fps, scene.render.fps_base = fps, base
    strip = scenes.strip(scenes.LINE, 37)
    scene.metaface.source = "STRIP"
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    rate = Fraction(fps * 1000, 1001) if base != 1.0 else Fraction(fps)
    found, performance = said(armature, rate)
    assert worst(found, performance, strip.placed.start_frame) < scenes.TOLERANCE


@pytest.mark.parametrize(("fps", "base"), [(24, 1.001), (30, 1.0)])
def test_a_file_is_met_at_any_frame_rate_too(scene, armature, fps, base) -> None:
    scene.render.fps, scene.render.fps_base = fps, base
    scene.metaface.sound_file, scene.metaface.add_strip = str(scenes.LINE), False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = said(armature, Fraction(fps * 1000, 1001) if base != 1.0 else Fraction(fps))
    assert worst(found, performance, 1) < scenes.TOLERANCE
    assert extension("sounds").strips(scene) == []


def test_a_trimmed_strip_is_silent_where_it_is_cut(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1)
    scene.sequence_editor.active_strip.frame_offset_start = 30
    scene.metaface.source = "STRIP"
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = said(armature, 24)
    take = extension("layers").takes(found)[0]
    assert take.frame_start > 1 + 20, "nothing before the cut but the fade"
    face = next(track for track in performance.meshes if track.name == "Face")
    shown = scenes.shapes_at(1 + 45, [found.meshes[face.mesh]])
    assert np.abs(shown - face.weights[45]).max() < scenes.TOLERANCE


def test_settings_of_the_panel_are_metafaces_options(scene, armature) -> None:
    settings = armature.metaface
    settings.strength, settings.liveliness, settings.seed = 0.5, 0.25, 11
    settings.gains, settings.use_smoothing, settings.smoothing = "JawOpen=1.2,MouthSmile*=0.5", True, 0.5
    settings.head = False
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = said(
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


def test_a_speaker_file_changes_how_it_is_said(scene, armature) -> None:
    scene.metaface.sound_file = str(scenes.LINE)
    armature.metaface.speaker = str(scenes.SPEAKER)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = said(armature, 24, speaker=str(scenes.SPEAKER))
    assert worst(found, performance, 1) < scenes.TOLERANCE
    _, average = said(armature, 24)
    apart = max(np.abs(a.weights - b.weights).max() for a, b in zip(performance.meshes, average.meshes, strict=True))
    assert apart > 0.05


def test_bones_turn_as_metaface_says_and_no_further_than_allowed(scene, armature) -> None:
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


def test_every_strip_of_the_scene_is_spoken_by_whom_the_table_says(scene, armature) -> None:
    other = scenes.head()
    other.location.x = 1.0
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 30, channel=2)
    scenes.strip(scenes.LINE, 200, channel=1)
    scene.metaface.source = "ALL"
    assert bpy.ops.metaface.read_channels() == {"FINISHED"}
    assert [row.channel for row in scene.metaface.channels] == [1, 2]
    for row, who in zip(scene.metaface.channels, (armature, other), strict=True):
        row.character = who
    scene.metaface.channels[1].speaker = str(scenes.SPEAKER)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    layers, figure = extension("layers"), extension("figure")
    assert len(layers.takes(figure.find([armature]))) == 2
    assert len(layers.takes(figure.find([other]))) == 1
    found, performance = said(armature, 24)
    assert worst(found, performance, 200) < scenes.TOLERANCE
    found, performance = said(other, 24, speaker=str(scenes.SPEAKER))
    assert worst(found, performance, 30) < scenes.TOLERANCE


def test_a_hundred_lines_in_one_scene(scene, armature) -> None:
    before = scenes.data_counts()
    for index in range(100):
        scenes.strip(scenes.LINE, 1 + index * 200, channel=1 + index % 2)
    scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    for row in scene.metaface.channels:
        row.character = armature
    begun = time.perf_counter()
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    first = time.perf_counter() - begun
    found = extension("figure").find([armature])
    assert len(extension("layers").takes(found)) == 100
    made = scenes.data_counts()
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    assert scenes.data_counts() == made, "lines generated again replace themselves"
    found, performance = said(armature, 24)
    assert worst(found, performance, 1 + 9 * 200) < scenes.TOLERANCE
    # Frames in NLA strips are single precision: near frame 20 000 they are 0.002 of a frame apart.
    assert worst(found, performance, 1 + 99 * 200) < 5 * scenes.TOLERANCE
    assert bpy.ops.metaface.remove_take(every=True) == {"FINISHED"}
    left = scenes.data_counts()
    assert left["actions"] == before["actions"], "nothing is left behind"
    print(f"100 lines: {first:.1f} s, {made['actions'] - before['actions']} actions")


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
    assert len(extension("layers").takes(extension("figure").find([armature]))) == 1


def test_a_character_with_odd_names_speaks_once_its_map_is_edited(scene) -> None:
    armature = scenes.odd()
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
def test_a_foreign_head_speaks_with_teeth_and_eyes(scene, shared_folder, name) -> None:
    bpy.ops.import_scene.gltf(filepath=str(shared_folder / "meshes" / name))
    face = next(o for o in bpy.context.selected_objects if o.type == "MESH" and o.data.shape_keys)
    scenes.select(face)
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    found, performance = said(face, 24)
    assert len(performance.meshes) >= 3
    assert worst(found, performance, 1) < scenes.TOLERANCE


def test_a_character_from_usd_speaks_through_its_map(scene, shared_folder) -> None:
    bpy.ops.wm.usd_import(filepath=str(shared_folder / "meshes" / "morpher_box.usd"))
    box = next(o for o in scene.objects if o.type == "MESH" and o.data.shape_keys)
    scenes.select(box)
    box.data.shape_keys.animation_data_clear()  # the file's own motion would be added
    bpy.ops.metaface.add_shape_row(target=box.data.shape_keys.key_blocks[1].name, channel="JawOpen")
    scene.metaface.sound_file = str(scenes.LINE)
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    clip = metaface.Animator("auto").animate(str(scenes.LINE), name="line", fps=24)
    name = box.data.shape_keys.key_blocks[1].name
    shown = [scenes.shape_at(1 + index, box, name) for index in range(0, len(clip), 5)]
    assert np.abs(np.array(shown) - np.clip(clip.channel("JawOpen")[::5], 0, 1)).max() < scenes.TOLERANCE


def all_strips(scene, *characters: bpy.types.Object) -> None:
    """All strips are to be spoken, each channel's by the character in its turn."""
    scene.metaface.source = "ALL"
    bpy.ops.metaface.read_channels()
    for row, who in zip(scene.metaface.channels, characters, strict=True):
        row.character = who


def outcome_of(scene):
    """What Generate made, could not make, and tells."""
    lines, speaking, jobs = extension("lines"), extension("speaking"), extension("jobs")
    plan = speaking.plan(bpy.context, lines.collect(bpy.context))
    made = plan.work(lambda _share: True)
    return made, jobs.in_one_go(plan.finish(bpy.context, made))


def test_a_sound_that_is_gone_does_not_stop_the_others(scene, armature, tmp_path) -> None:
    gone = tmp_path / "gone.wav"
    gone.write_bytes(scenes.LINE.read_bytes())
    scenes.strip(scenes.LINE, 1)
    scenes.strip(gone, 200)
    gone.unlink()
    all_strips(scene, armature)
    made, told = outcome_of(scene)
    assert len(made.spoken) == 1 and [line.label for line, _ in made.failed] == ["gone"]
    assert "1 of 2 lines failed" in told and "The sound is not there" in told
    assert len(extension("layers").takes(extension("figure").find([armature]))) == 1


def test_a_strip_trimmed_past_its_end_does_not_stop_the_others(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1)
    scenes.strip(scenes.LINE, 300)
    trimmed = scene.sequence_editor.active_strip
    length = trimmed.frame_final_duration
    trimmed.frame_offset_end = -20
    trimmed.frame_offset_start = length + 5
    all_strips(scene, armature)
    made, told = outcome_of(scene)
    assert len(made.spoken) == 1 and len(made.failed) == 1
    assert "Nothing of" in told and "1 of 2 lines failed" in told
    assert len(extension("layers").takes(extension("figure").find([armature]))) == 1


def test_a_character_that_cannot_speak_does_not_silence_the_others(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 1, channel=2)
    scenes.strip(scenes.LINE, 1, channel=3)
    mute, lamp = scenes.odd(), bpy.data.objects.new("Lamp", None)
    scene.collection.objects.link(lamp)
    all_strips(scene, mute, armature, lamp)
    made, told = outcome_of(scene)
    assert [spoken.line.root for spoken in made.spoken] == [armature.name]
    assert "2 of 3 lines failed" in told and "would not move" in told and "neither shape keys nor bones" in told


def test_a_speaker_from_a_file_never_saved_fails_its_own_lines_alone(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 200, channel=2)
    all_strips(scene, armature, armature)
    scene.metaface.channels[0].speaker = "//anna.speaker"
    made, told = outcome_of(scene)
    assert len(made.spoken) == 1 and "was never saved" in made.failed[0][1] and "1 of 2" in told


def test_where_no_line_is_left_it_is_an_error(scene, armature) -> None:
    scenes.strip(scenes.LINE, 1, channel=1)
    scenes.strip(scenes.LINE, 200, channel=2)
    all_strips(scene, armature, armature)
    for row in scene.metaface.channels:
        row.speaker = "//anna.speaker"
    with pytest.raises(RuntimeError, match="None of 2 lines can be spoken"):
        bpy.ops.metaface.generate()
    scene.metaface.channels[1].use = False
    with pytest.raises(RuntimeError, match="^(?!.*lines can be spoken).*never saved"):
        bpy.ops.metaface.generate()
