"""Problems that keep a face from moving are reported before generating."""

import bpy
import pytest
from acting import SAMPLE_HEAD, at, hand_rigged, imported, performance
from conftest import extension

characters = extension("scene.characters")
layers = extension("scene.layers")
checks = extension("scene.checks")
version = extension("scene.version")

INFO = {"sound": "line.wav", "label": "line"}


def reported(found, report=None):
    return [f"{p.where}: {p.text}. {p.remedy}" for p in checks.problems(found, report)]


def check_only(found, *words):
    """Checks that exactly one problem is reported, and that its text has these words."""
    (text,) = reported(found)
    for word in words:
        assert word in text, text


@pytest.fixture
def found(scene):
    return hand_rigged()


@pytest.fixture
def face(found):
    return bpy.data.objects["olga_geo"]


def test_a_character_without_problems_has_no_report(scene, found):
    assert reported(found) == []
    layers.write(found, "a", performance(found, turned=("CTRL_Head",)), at(10), INFO)
    assert reported(found) == []
    bpy.ops.wm.read_homefile(use_empty=True)
    assert reported(imported(SAMPLE_HEAD)) == []


def test_a_driver_is_reported_and_its_property_gets_no_keys(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].driver_add("value")
    check_only(found, "olga_geo", "A driver controls Mouth Opn")
    take = layers.write(found, "a", performance(found), at(10), INFO)
    strip = next(extension("scene.tracks").strips(face.data.shape_keys))[1]
    paths = {curve.data_path for curve in version.played(strip)}
    assert take and len(paths) == 3 and 'key_blocks["Mouth Opn"].value' not in paths


def test_a_muted_shape_is_reported(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].mute = True
    check_only(found, "Muted: Mouth Opn")


def test_a_narrow_range_is_reported(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].slider_max = 0.5
    check_only(found, "range of Mouth Opn")


def test_a_pinned_shape_is_reported(found, face):
    face.show_only_shape_key = True
    check_only(found, "Unpin it")


def test_absolute_shape_keys_are_reported(found, face):
    face.data.shape_keys.use_relative = False
    check_only(found, "absolute")


def test_a_shape_that_is_not_0_at_rest_is_reported(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].value = 0.4
    check_only(found, "At rest Mouth Opn is not 0")


def test_shared_shape_keys_are_reported(scene, found, face):
    twin = bpy.data.objects.new("Twin", face.data)
    scene.collection.objects.link(twin)
    check_only(characters.find([found.root]), "shares its shape keys with Twin")


def test_an_armature_in_rest_pose_and_a_hidden_modifier_are_reported(found, face):
    found.armature.data.pose_position = "REST"
    check_only(found, "rest pose")
    found.armature.data.pose_position = "POSE"
    face.modifiers[0].show_viewport = False
    check_only(found, "armature modifier is switched off")


def test_tracks_that_hide_the_takes_are_reported(found, face):
    layers.write(found, "a", performance(found), at(10), INFO)
    data = face.data.shape_keys.animation_data
    data.nla_tracks[0].mute = True
    check_only(found, "olga_geo", "MetaFace is muted")
    data.nla_tracks[0].mute = False
    action, slot = layers.takes(found)[0].actions[0], version.slot_of(data.nla_tracks[0].strips[0])
    copy = data.nla_tracks[0].strips[0].action.copy()
    del copy[extension("scene.tracks").LINE]
    track = data.nla_tracks.new()
    strip = track.strips.new("old", 300, copy)
    version.play(strip, copy, version.same_slot(copy, slot))
    strip.blend_type = "REPLACE"
    check_only(found, "lies above MetaFace's", track.name)
    data.nla_tracks[1].is_solo = True
    assert any("Only the track" in text for text in reported(found))
    data.nla_tracks[1].is_solo = False
    data.nla_tracks[1].mute = True
    data.use_nla = False
    check_only(found, "switched off")
    assert action


def test_an_action_set_back_to_replace_is_reported(scene, found, face):
    layers.write(found, "a", performance(found), at(10), INFO)
    face.data.shape_keys.key_blocks["Mouth Opn"].keyframe_insert("value", frame=12)
    face.data.shape_keys.animation_data.action_blend_type = "REPLACE"
    assert "replaces what MetaFace generates for Mouth Opn" in reported(found)[-1]


def test_a_rig_map_report_limits_problems_to_driven_shapes(found, face):
    class Target:
        target, meshes = "Mouth Opn", ["olga_geo"]

    class Report:
        driven, driven_joints = [Target], []

    face.data.shape_keys.key_blocks["Smirk (both)"].mute = True
    assert len(reported(found)) == 1 and reported(found, Report) == []
    face.data.shape_keys.key_blocks["Mouth Opn"].mute = True
    assert len(reported(found, Report)) == 1


def test_a_linked_character_is_reported_once_for_each_part(found, tmp_path):
    names = [found.armature.name] + [mesh.name for mesh in found.meshes]
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, to):
        to.objects = names
    for linked in to.objects:
        bpy.context.scene.collection.objects.link(linked)
    lines = reported(characters.find([to.objects[0]]))
    assert len(lines) == 3 and all("library override" in line for line in lines)


def test_overlapping_takes_are_reported_and_adjacent_takes_are_not(found):
    layers.write(found, "a", performance(found), at(10), INFO)
    layers.write(found, "b", performance(found), at(34), {**INFO, "label": "next"})
    assert reported(found) == []
    layers.write(found, "c", performance(found), at(20), {**INFO, "label": "over"})
    overlapping = [p for p in checks.problems(found) if p.text == "Two takes overlap: their motion adds up"]
    assert [p.where for p in overlapping] == ["line, over", "over, next"]
    assert all("Remove one" in p.remedy for p in overlapping)
    for owner in layers.owners(found):
        for _, strip in extension("scene.tracks").strips(owner):
            strip.mute = strip.name == "over"
    assert not any("overlap" in text for text in reported(found))
