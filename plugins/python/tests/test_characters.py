import json

import numpy as np
import pytest

import metaface

HEAD_SHAPES = ["jawOpen", "mouthSmile_L", "mouthSmile_R", "mouthClose", "hairSwing"]


@pytest.fixture
def hero():
    joints = [
        metaface.Joint("Root"),
        metaface.Joint("Head", 0, translation=(0, 1.6, 0)),
        metaface.Joint("LeftEye", 1, translation=np.array([0.03, 0.06, 0.08])),
        metaface.Joint("RightEye", 1, translation=[-0.03, 0.06, 0.08], rotation=(0, 0, 0, 1)),
    ]
    meshes = [
        metaface.Mesh("Face", HEAD_SHAPES, [0, 0, 0, 0, 0.5], carried=[(0, 1), (3, 1)]),
        metaface.Mesh("Teeth", ["jawOpen"], joint=1),
    ]
    return metaface.Character("Hero", meshes, joints)


def test_a_host_program_describes_a_character(hero):
    assert hero.name == "Hero"
    assert hero.meshes == ["Face", "Teeth"]
    assert hero.joints == ["Root", "Head", "LeftEye", "RightEye"]
    assert hero.targets(0) == HEAD_SHAPES
    assert hero.targets("Teeth") == ["jawOpen"]
    assert hero.warnings == []
    assert repr(hero) == "metaface.Character('Hero', 2 meshes, 4 joints)"


def test_descriptions_return_their_values():
    mesh = metaface.Mesh(
        "M", ["a", "b"], np.array([0.5, 0]), joint=np.int64(0), carried=np.array([[1, 0]])
    )
    assert (mesh.name, mesh.targets, mesh.rest) == ("M", ["a", "b"], [0.5, 0])
    assert (mesh.joint, mesh.carried) == (0, [(1, 0)])
    assert repr(mesh) == "metaface.Mesh('M', 2 targets)"
    joint = metaface.Joint("J", 3, translation=(1, 2, 3))
    assert (joint.name, joint.parent) == ("J", 3)
    assert (joint.translation, joint.rotation) == ([1, 2, 3], [0, 0, 0, 1])
    assert repr(joint) == "metaface.Joint('J')"


def test_a_report_lists_driven_and_undriven_targets(hero):
    report = metaface.RigMap.discover(hero).report(hero)
    driven = {target.target: target for target in report.driven}
    assert driven["jawOpen"].meshes == ["Face", "Teeth"]
    assert driven["jawOpen"].channels == {"JawOpen": 1.0}
    assert {joint.joint for joint in report.driven_joints} == {"Head", "LeftEye", "RightEye"}
    assert any("HeadYaw" in joint.channels for joint in report.driven_joints)
    (hair,) = report.undriven_targets
    assert (hair.target, hair.meshes) == ("hairSwing", ["Face"])
    assert hair.reason
    for undriven in report.undriven_channels:
        assert undriven.channel in metaface.CHANNELS
        assert undriven.reason
    assert report.usable
    text = str(report)
    assert "jawOpen <- JawOpen x 1" in text
    assert "hairSwing is not driven: " in text


def test_a_mouth_that_no_channel_opens_gives_a_warning():
    mute = metaface.Character("Mute", [metaface.Mesh("Face", ["mouthSmile_L"])])
    report = metaface.RigMap.discover(mute).report(mute)
    assert report.warnings
    assert f"warning: {report.warnings[0]}" in str(report)


def test_a_character_without_known_names_is_not_usable():
    stone = metaface.Character("Stone", [metaface.Mesh("Rock", ["Key 1"])])
    assert not metaface.RigMap.discover(stone).report(stone).usable


def test_a_character_plays_a_clip(hero, clip):
    performance = metaface.RigMap.discover(hero).drive(hero, clip)
    assert performance.frame_count == len(clip)
    assert performance.rate == clip.rate
    face, teeth = performance.meshes
    assert (face.mesh, face.name, teeth.mesh, teeth.name) == (0, "Face", 1, "Teeth")
    assert face.weights.shape == (len(clip), len(HEAD_SHAPES))
    assert np.allclose(face.weights[:, 0], clip.channel("JawOpen"))
    assert np.allclose(teeth.weights[:, 0], clip.channel("JawOpen"))
    assert face.undriven == [4]
    assert np.all(face.weights[:, 4] == 0.5)
    assert {track.name: track.joint for track in performance.joints}["Head"] == 1
    for joint in performance.joints:
        assert joint.rotations.shape == (len(clip), 4)
        assert np.allclose(np.linalg.norm(joint.rotations, axis=1), 1, atol=1e-4)
    assert repr(performance) == f"metaface.Performance({len(clip)} frames, 2 meshes, 3 joints)"
    assert repr(face) == "metaface.MeshTrack(0, 'Face', 5 targets)"
    assert repr(performance.joints[0]).startswith("metaface.JointTrack(1, 'Head'")


def test_a_performance_gives_the_clip_back(hero, clip):
    rig_map = metaface.RigMap.discover(hero)
    recovered = rig_map.recover(hero, rig_map.drive(hero, clip))
    for name in ("JawOpen", "MouthSmileLeft", "HeadYaw"):
        assert np.allclose(recovered.channel(name), clip.channel(name), atol=1e-3), name


def test_a_recorded_performance_gives_the_clip_back(hero, clip):
    rig_map = metaface.RigMap.discover(hero)
    driven = rig_map.drive(hero, clip)
    recording = metaface.Performance(
        clip.rate,
        {track.mesh: track.weights.astype(np.float64) for track in reversed(driven.meshes)},
        {track.joint: track.rotations for track in driven.joints},
    )
    assert recording.frame_count == len(clip)
    assert [track.mesh for track in recording.meshes] == [0, 1]
    assert np.array_equal(recording.meshes[0].weights, driven.meshes[0].weights)
    of_recording, of_driven = rig_map.recover(hero, recording), rig_map.recover(hero, driven)
    assert np.allclose(of_recording.values, of_driven.values, atol=1e-6)


def test_a_recorded_performance_copies_the_arrays_it_is_made_from():
    shapes = np.zeros((3, 1), np.float32)
    recording = metaface.Performance(24, {0: shapes})
    shapes[:] = 1
    assert not recording.meshes[0].weights.any()


def test_a_rig_map_is_edited_as_json(hero, clip, tmp_path):
    rig_map = metaface.RigMap.discover(hero)
    edited = json.loads(rig_map.to_json())
    assert edited["schema"] == "metaface.rigmap"
    text = json.dumps(edited)
    for reread in (
        metaface.RigMap.from_json(text),
        _through_a_file(rig_map, tmp_path / "hero.rigmap.json"),
    ):
        assert json.loads(reread.to_json()) == edited


def _through_a_file(rig_map, path):
    assert rig_map.save(path) is None
    return metaface.RigMap.open(path)


def test_the_sample_head_and_files_are_characters(head):
    sample, file = metaface.Character.sample_head(), metaface.Character.open(head)
    assert sample.meshes == file.meshes
    assert "jawOpen" in sample.targets(0)
