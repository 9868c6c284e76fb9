"""A character's motion is sampled, from F-curves if they determine it, otherwise by evaluating the scene."""

import time

import bpy
import numpy as np
import pytest
from acting import SAMPLE_HEAD, at, hand_rigged, imported, performance
from conftest import extension
from mathutils import Quaternion

characters = extension("scene.characters")

shapes = extension("scene.shapes")
layers = extension("scene.layers")
recording = extension("scene.recording")
fcurves = extension("scene.fcurves")

INFO = {"sound": "line.wav", "label": "line"}


def both(found, frames, indices=None):
    """The computed and the evaluated weights and rotations."""
    indices = recording.face_joints(found) if indices is None else indices
    computed = recording.computed(found, frames, indices)
    evaluated = recording.evaluated(found, frames, indices, bpy.context.scene)
    return computed, evaluated


def assert_same(computed, evaluated):
    assert computed is not None
    for a, b in zip(computed[0], evaluated[0], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)
    assert computed[1].keys() == evaluated[1].keys()
    for joint, turns in computed[1].items():
        dots = np.abs(np.einsum("ij,ij->i", turns, evaluated[1][joint]))
        np.testing.assert_allclose(dots, 1.0, atol=1e-5)


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ"])
def test_takes_hand_edits_and_poses_are_computed_as_blender_evaluates_them(scene, mode):
    found = hand_rigged(mode=mode)
    found.armature.pose.bones["CTRL_Head"].rotation_mode = mode
    found = characters.find([found.root])
    layers.write(found, "a", performance(found, rate=60, turned=("CTRL_Head", "Jaw_Lower")), at(10.3), INFO)
    layers.write(found, "b", performance(found, rate=24, turned=("CTRL_Head",), seed=2), at(25), INFO)
    face = bpy.data.objects["olga_geo"]
    for frame, value in ((12, 0.3), (30, 0.9)):
        scene.frame_set(frame)
        face.data.shape_keys.key_blocks["Mouth Opn"].value = value
        face.data.shape_keys.key_blocks["Mouth Opn"].keyframe_insert("value", frame=frame)
    scene.frame_set(17)
    assert_same(*both(found, np.arange(1.0, 70.0, 0.4)))
    assert scene.frame_current == 17


def test_faded_and_muted_strips_are_computed_as_blender_evaluates_them(scene):
    found = hand_rigged()
    for line, start in (("a", 10), ("b", 60), ("c", 110)):
        layers.write(found, line, performance(found, turned=()), at(start), INFO)
    data = found.meshes[0].data.shape_keys.animation_data
    strips = data.nla_tracks[0].strips
    strips[0].blend_in, strips[0].blend_out = 6.0, 4.0
    strips[1].mute = True
    strips[2].scale = 1.5
    data.action_influence = 0.5
    found.meshes[0].data.shape_keys.key_blocks[1].keyframe_insert("value", frame=3)
    assert_same(*both(found, np.arange(1.0, 160.0)))
    strips[2].frame_end += 12
    assert recording.computed(found, np.arange(1.0, 160.0), []) is None, "the strip repeats, which is not computed"


def test_keyed_shapes_without_tracks_are_read_from_their_curves(scene):
    found = imported(SAMPLE_HEAD)
    face = next(mesh for mesh in found.meshes if mesh.name == "Face")
    for frame, value in ((1, 0.0), (10, 1.2), (20, 0.1)):
        block = face.data.shape_keys.key_blocks["jawOpen"]
        block.value = value
        block.keyframe_insert("value", frame=frame)
    face.data.shape_keys.key_blocks["mouthPucker"].value = 0.4
    assert_same(*both(found, np.arange(0.0, 30.0, 0.5)))


def test_drivers_and_constraints_are_evaluated(scene):
    found = hand_rigged()
    face = bpy.data.objects["olga_geo"]
    driver = face.data.shape_keys.key_blocks["Smirk (both)"].driver_add("value").driver
    driver.expression = "frame / 100"
    frames = np.arange(1.0, 20.0)
    assert recording.computed(found, frames, []) is None
    weights, _ = recording.evaluated(found, frames, [], scene)
    column = [block.name for block in shapes.targets(face)].index("Smirk (both)")
    np.testing.assert_allclose(weights[found.meshes.index(face)][:, column], frames / 100, atol=1e-5)
    rig = found.armature
    jaw = rig.pose.bones["Jaw_Lower"]
    constraint = jaw.constraints.new("LIMIT_ROTATION")
    constraint.use_limit_x, constraint.max_x, constraint.owner_space = True, 0.1, "LOCAL"
    jaw.rotation_quaternion = Quaternion((1, 0, 0), 0.5)
    scene.frame_set(1)
    found = characters.find([rig])
    index = [joint.name for joint in found.joints].index("Jaw_Lower")
    assert recording.computed(found, frames, [index]) is None
    _, turns = recording.evaluated(found, frames[:2], [index], scene)
    rest = rig.data.bones["CTRL_Head"].matrix_local.inverted() @ rig.data.bones["Jaw_Lower"].matrix_local
    turned = Quaternion(fcurves.w_first(turns[index][0])).rotation_difference(rest.to_quaternion()).angle
    assert turned == pytest.approx(0.1, abs=1e-3)


def test_a_minute_is_recorded_in_less_than_2_seconds(scene):
    found = imported(SAMPLE_HEAD)
    layers.write(found, "a", performance(found, seconds=60, rate=60), at(1, 60), INFO)
    start = time.process_time()
    computed = recording.computed(found, np.arange(1.0, 1441.0, 0.4), recording.face_joints(found))
    seconds = time.process_time() - start
    print(f"\n{bpy.app.version_string}: a minute at 60 fps recorded in {seconds:.2f} s")
    assert computed is not None and seconds < 2


def test_a_performance_is_recorded_as_it_was_written(scene):
    package = pytest.importorskip("metaface")
    found = imported(SAMPLE_HEAD)
    motion = performance(found)
    layers.write(found, "a", motion, at(10), INFO)
    recorded = recording.record(found, 10, 34)
    assert isinstance(recorded, package.Performance) and recorded.frame_count == 25 and recorded.rate == 24
    for track, other in zip(motion.meshes, recorded.meshes, strict=True):
        np.testing.assert_allclose(track.weights, other.weights, atol=1e-5)
    (head,) = motion.joints
    (same,) = [track for track in recorded.joints if track.joint == head.joint]
    dots = np.abs(np.einsum("ij,ij->i", head.rotations, same.rotations))
    np.testing.assert_allclose(dots, 1.0, atol=1e-5)


def test_an_empty_range_is_an_error(scene):
    found = imported(SAMPLE_HEAD)
    with pytest.raises(extension("host.errors").UserError, match="frame range is empty"):
        recording.record(found, 20, 10)
