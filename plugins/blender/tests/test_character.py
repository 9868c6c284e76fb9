"""A character in the scene equals the character of its file: the same rig map and the same motion, both ways."""

import json
from fractions import Fraction

import bpy
import numpy as np
import pytest
from acting import find_all, hand_rigged, imported, SAMPLE_HEAD, shown
from conftest import REPOSITORY, extension
from mathutils import Matrix, Quaternion

metaface = pytest.importorskip("metaface", reason="the metaface package is not installed in this Python")

checks = extension("scene.checks")
characters = extension("scene.characters")
shapes = extension("scene.shapes")
layers = extension("scene.layers")
placement = extension("host.placement")
recording = extension("scene.recording")

LINE = REPOSITORY / "samples" / "speech" / "line.wav"
INFO = {"sound": str(LINE), "label": "line"}


@pytest.fixture(scope="module")
def clip():
    """The clip of the sample line with the average speaker, at 24 frames per second."""
    return metaface.Animator("cpu").animate(LINE, fps=24, seed=7)


def driven_by(report):
    return {(target.target, mesh, channel) for target in report.driven for mesh in target.meshes
            for channel in target.channels}  # fmt: skip


def check_same_as_file(path):
    found = imported(path)
    from_scene, from_file = extension("scene.rig").character(found), metaface.Character.open(path)
    actual = metaface.RigMap.discover(from_scene).report(from_scene)
    expected = metaface.RigMap.discover(from_file).report(from_file)
    assert driven_by(actual) == driven_by(expected)
    assert [(j.joint, sorted(j.channels)) for j in actual.driven_joints] == [
        (j.joint, sorted(j.channels)) for j in expected.driven_joints
    ]
    assert {u.channel for u in actual.undriven_channels} == {u.channel for u in expected.undriven_channels}
    assert actual.usable


def test_the_sample_head_is_driven_like_its_file(scene):
    check_same_as_file(SAMPLE_HEAD)


def test_a_head_whose_eyes_are_objects_is_driven_like_its_file(scene, shared_folder):
    check_same_as_file(shared_folder / "meshes" / "ict_head_arkit52_lite.glb")


RIG_MAP = {
    "schema": "metaface.rigmap",
    "version": 1,
    "targets": [
        {"target": "Mouth Opn", "channels": {"JawOpen": 0.5}},
        {"target": "Smirk (both)", "channels": {"MouthSmileLeft": 0.5, "MouthSmileRight": 0.5}},
    ],
    "joints": [
        {"joint": "CTRL_Head", "turns": [{"channel": "HeadYaw", "axis": [0.0, 1.0, 0.0], "gain": 1.0}]},
        {"joint": "Jaw_Lower", "turns": [{"channel": "JawOpen", "axis": [1.0, 0.0, 0.0], "gain": 0.4}]},
    ],
}


@pytest.mark.parametrize("turned", [0.0, 1.5])
def test_a_character_with_unusual_names_is_animated_through_its_rig_map(scene, clip, turned):
    found = hand_rigged(Matrix.Rotation(turned, 4, "Z") @ Matrix.Scale(3.0, 4))
    character = extension("scene.rig").character(found)
    assert {"Eye.L", "Eye.R"} == {j.joint for j in metaface.RigMap.discover(character).report(character).driven_joints}
    rig_map = metaface.RigMap.from_json(json.dumps(RIG_MAP))
    performance = rig_map.drive(character, clip)
    layers.write(found, "line", performance, placement.Placement.untrimmed(1, clip.duration, Fraction(24)), INFO)
    rig = found.armature
    for row in range(0, len(clip), 13):
        np.testing.assert_allclose(shown(found.meshes[0], 1 + row)[0], clip.channel("JawOpen")[row] * 0.5, atol=1e-5)
        yaw = float(clip.channel("HeadYaw")[row])
        bone = rig.pose.bones["CTRL_Head"]
        turn = bone.matrix.to_quaternion() @ bone.bone.matrix_local.to_quaternion().inverted()
        assert turn.rotation_difference(Quaternion((0, 0, 1), yaw)).angle == pytest.approx(0, abs=2e-3)
    tail, chin = rig.pose.bones["Jaw_Lower"], rig.data.bones["Jaw_Lower"]
    widest = int(np.argmax(clip.channel("JawOpen")))
    scene.frame_set(1 + widest)
    assert (tail.tail - tail.head).z < (chin.tail_local - chin.head_local).z, "the chin goes down"


@pytest.mark.parametrize("which", ["sample head", "objects as joints"])
def test_a_written_clip_is_shown_and_recovered_from_the_scene(scene, clip, which, request):
    path = SAMPLE_HEAD
    if which != "sample head":
        path = request.getfixturevalue("shared_folder") / "meshes" / "ict_head_arkit52_lite.glb"
    found = imported(path)
    character = extension("scene.rig").character(found)
    rig_map = metaface.RigMap.discover(character)
    performance = rig_map.drive(character, clip)
    layers.write(found, "line", performance, placement.Placement.untrimmed(1, clip.duration, Fraction(24)), INFO)
    for row in range(0, len(clip), 29):
        for track in performance.meshes:
            np.testing.assert_allclose(shown(found.meshes[track.mesh], 1 + row), track.weights[row], atol=1e-4)
    found = characters.find([found.root])
    recorded = recording.record(found, 1, len(clip))
    assert recorded.rate == 24 and recorded.frame_count == len(clip)
    recovered = rig_map.recover(extension("scene.rig").character(found), recorded)
    np.testing.assert_allclose(recovered.values, clip.values, atol=1e-4)


def test_lips_are_closed_on_b_and_open_on_vowels(scene, clip):
    found = imported(SAMPLE_HEAD)
    character = extension("scene.rig").character(found)
    performance = metaface.RigMap.discover(character).drive(character, clip)
    layers.write(found, "line", performance, placement.Placement.untrimmed(1, clip.duration, Fraction(24)), INFO)
    face = next(mesh for mesh in found.meshes if mesh.name == "Face")
    names = [block.name for block in shapes.targets(face)]

    def openness(second):
        weights = shown(face, 1 + second * 24)
        return weights[names.index("jawOpen")] - weights[names.index("mouthClose")]

    closed = [openness(second) for second in (0.26, 0.975, 1.5, 4.13)]
    opened = [openness(second) for second in (1.1, 2.2, 4.8)]
    assert max(closed) + 0.03 < min(opened), (closed, opened)


@pytest.mark.parametrize("ending", [".usda", ".glb"])
def test_exported_files_are_imported_by_blender_and_recovered(scene, clip, tmp_path, ending):
    path = tmp_path / f"line{ending}"
    clip.save(path)
    if ending == ".glb":
        found = imported(path)
    else:
        bpy.ops.wm.usd_import(filepath=str(path))
        (found,) = find_all(scene)
    character = extension("scene.rig").character(found)
    actions = [mesh.data.shape_keys.animation_data.action for mesh in found.meshes]
    first = min(action.frame_range[0] for action in actions)
    recorded = recording.record(found, first, first + len(clip) - 1, 24)
    recovered = metaface.RigMap.discover(character).recover(character, recorded)
    np.testing.assert_allclose(recovered.values, clip.values, atol=1e-3)
    report = metaface.RigMap.discover(character).report(character)
    assert any("they are added" in problem.text for problem in checks.problems(found, report))
