"""Why a face might not move is said before the time is spent."""

import bpy
import pytest
from acting import SAMPLE_HEAD, at, by_hand, imported, performance
from conftest import extension

figure = extension("figure")
layers = extension("layers")
checks = extension("checks")
version = extension("version")

INFO = {"sound": "line.wav", "label": "line"}


def said(found, report=None):
    return [f"{p.where}: {p.text}. {p.remedy}" for p in checks.problems(found, report)]


def only(found, *words):
    """The one thing said, which has these words."""
    (one,) = said(found)
    for word in words:
        assert word in one, one


@pytest.fixture
def found(scene):
    return by_hand()


@pytest.fixture
def face(found):
    return bpy.data.objects["olga_geo"]


def test_nothing_is_said_of_a_sound_character(scene, found):
    assert said(found) == []
    layers.write(found, "a", performance(found, turned=("CTRL_Head",)), at(10), INFO)
    assert said(found) == []
    bpy.ops.wm.read_homefile(use_empty=True)
    assert said(imported(SAMPLE_HEAD)) == []


def test_a_driver_is_said_and_no_keys_are_written_below_it(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].driver_add("value")
    only(found, "olga_geo", "A driver holds Mouth Opn")
    take = layers.write(found, "a", performance(found), at(10), INFO)
    strip = next(extension("tracks").strips(face.data.shape_keys))[1]
    paths = {curve.data_path for curve in version.played(strip)}
    assert take and len(paths) == 3 and 'key_blocks["Mouth Opn"].value' not in paths


def test_a_muted_shape_is_said(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].mute = True
    only(found, "Muted: Mouth Opn")


def test_a_narrow_range_is_said(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].slider_max = 0.5
    only(found, "range of Mouth Opn")


def test_a_pinned_shape_is_said(found, face):
    face.show_only_shape_key = True
    only(found, "Unpin it")


def test_absolute_shape_keys_are_said(found, face):
    face.data.shape_keys.use_relative = False
    only(found, "absolute")


def test_a_shape_left_open_is_said(found, face):
    face.data.shape_keys.key_blocks["Mouth Opn"].value = 0.4
    only(found, "At rest Mouth Opn is not 0")


def test_shared_shape_keys_are_said(scene, found, face):
    twin = bpy.data.objects.new("Twin", face.data)
    scene.collection.objects.link(twin)
    only(figure.find([found.root]), "shares its shape keys with Twin")


def test_an_armature_in_rest_pose_and_a_hidden_modifier_are_said(found, face):
    found.armature.data.pose_position = "REST"
    only(found, "rest pose")
    found.armature.data.pose_position = "POSE"
    face.modifiers[0].show_viewport = False
    only(found, "armature modifier is switched off")


def test_tracks_that_hide_the_takes_are_said(found, face):
    layers.write(found, "a", performance(found), at(10), INFO)
    data = face.data.shape_keys.animation_data
    data.nla_tracks[0].mute = True
    only(found, "olga_geo", "MetaFace is muted")
    data.nla_tracks[0].mute = False
    action, slot = layers.takes(found)[0].actions[0], version.slot_of(data.nla_tracks[0].strips[0])
    copy = data.nla_tracks[0].strips[0].action.copy()
    del copy[extension("tracks").LINE]
    track = data.nla_tracks.new()
    strip = track.strips.new("old", 300, copy)
    version.play(strip, copy, version.same_slot(copy, slot))
    strip.blend_type = "REPLACE"
    only(found, "lies above MetaFace's", track.name)
    data.nla_tracks[1].is_solo = True
    assert any("Only the track" in one for one in said(found))
    data.nla_tracks[1].is_solo = False
    data.nla_tracks[1].mute = True
    data.use_nla = False
    only(found, "switched off")
    assert action


def test_an_action_set_back_to_replace_is_said(scene, found, face):
    layers.write(found, "a", performance(found), at(10), INFO)
    face.data.shape_keys.key_blocks["Mouth Opn"].keyframe_insert("value", frame=12)
    face.data.shape_keys.animation_data.action_blend_type = "REPLACE"
    assert "replaces what MetaFace generates for Mouth Opn" in said(found)[-1]


def test_a_report_narrows_what_is_said_to_what_is_driven(found, face):
    class Target:
        target, meshes = "Mouth Opn", ["olga_geo"]

    class Report:
        driven, driven_joints = [Target], []

    face.data.shape_keys.key_blocks["Smirk (both)"].mute = True
    assert len(said(found)) == 1 and said(found, Report) == []
    face.data.shape_keys.key_blocks["Mouth Opn"].mute = True
    assert len(said(found, Report)) == 1


def test_a_linked_character_is_said_once_for_each_part(found, tmp_path):
    names = [found.armature.name] + [mesh.name for mesh in found.meshes]
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, to):
        to.objects = names
    for linked in to.objects:
        bpy.context.scene.collection.objects.link(linked)
    lines = said(figure.find([to.objects[0]]))
    assert len(lines) == 3 and all("library override" in line for line in lines)


def test_takes_that_overlap_are_said_and_those_that_meet_are_not(found):
    layers.write(found, "a", performance(found), at(10), INFO)
    layers.write(found, "b", performance(found), at(34), {**INFO, "label": "next"})
    assert said(found) == []
    layers.write(found, "c", performance(found), at(20), {**INFO, "label": "over"})
    overlapping = [p for p in checks.problems(found) if p.text == "Two takes overlap: their motion adds up"]
    assert [p.where for p in overlapping] == ["line, over", "over, next"]
    assert all("Remove one" in p.remedy for p in overlapping)
    for owner in layers.owners(found):
        for _, strip in extension("tracks").strips(owner):
            strip.mute = strip.name == "over"
    assert not any("overlap" in one for one in said(found))
