"""Baking down keeps the visible animation, in one ordinary action."""

import bpy
import numpy as np
import pytest
from acting import SAMPLE_HEAD, at, hand_rigged, imported, performance, shown
from conftest import extension
from mathutils import Quaternion
from test_hand_edits import keyed, mesh

characters = extension("scene.characters")
layers = extension("scene.layers")
tracks = extension("scene.tracks")
version = extension("scene.version")
baking = extension("scene.baking")

INFO = {"sound": "line.wav", "label": "line"}
FRAMES = (1, 9, 10, 22, 34, 36, 50, 75, 90)


def look(found):
    """The values of the shapes, and the head's matrix."""
    head = found.armature.pose.bones["Head"]
    seen = []
    for frame in FRAMES:
        shapes = np.concatenate([shown(part, frame) for part in found.meshes])
        seen.append(np.concatenate((shapes, np.array(head.matrix).ravel())))
    return np.array(seen)


def test_baking_keeps_the_visible_animation(scene):
    found = imported(SAMPLE_HEAD)
    layers.write(found, "a", performance(found), at(10), INFO)
    layers.write(found, "b", performance(found, seed=2, rate=60), at(60.3), INFO)
    keyed(mesh(found, "Face"), "jawOpen", 20, 0.9)
    before = look(found)
    actions = baking.bake_down(found)
    np.testing.assert_allclose(look(found), before, atol=2e-4)
    assert len(bpy.data.actions) == len(actions) == (1 if version.SLOTTED else 6)
    for part in found.meshes:
        data = part.data.shape_keys.animation_data
        assert not data.nla_tracks and data.action in actions and data.action_blend_type == "REPLACE"
    assert layers.takes(found) == []


def test_computing_and_evaluating_the_scene_bake_the_same_values(scene, monkeypatch):
    found = imported(SAMPLE_HEAD)
    layers.write(found, "a", performance(found, rate=60), at(10.4), INFO)
    keyed(mesh(found, "Face"), "jawOpen", 20, 0.9)
    owners = layers.owners(found)
    owners = [owner for owner in owners if owner.animation_data]
    frames = np.arange(5.0, 60.0)
    fast = baking._sampled(found, owners, frames)
    monkeypatch.setattr(baking, "_computed", lambda owner, frames: {"": None})
    slow = baking._sampled(found, owners, frames)
    for owner in owners:
        for path, values in slow[owner].items():
            np.testing.assert_allclose(fast[owner][path], values, atol=1e-4, err_msg=path)


def test_other_keys_of_the_animator_are_unchanged(scene):
    found = hand_rigged()
    spine = found.armature.pose.bones["spine_01"]
    for frame, angle in ((1, 0.0), (40, 0.8)):
        spine.rotation_quaternion = Quaternion((0, 1, 0), angle)
        spine.keyframe_insert("rotation_quaternion", frame=frame)
    action = found.armature.animation_data.action
    layers.write(found, "a", performance(found, turned=("CTRL_Head",)), at(10), INFO)
    baking.bake_down(found, (1, 100))
    assert found.armature.animation_data.action == action
    curves = {(c.data_path, c.array_index): c for c in version.played(found.armature.animation_data)}
    assert len(curves[spine.path_from_id() + ".rotation_quaternion", 0].keyframe_points) == 2
    head = found.armature.pose.bones["CTRL_Head"]
    assert len(curves[head.path_from_id() + ".rotation_quaternion", 0].keyframe_points) > 20


def test_a_baked_character_accepts_further_lines(scene):
    found = imported(SAMPLE_HEAD)
    layers.write(found, "a", performance(found), at(10), INFO)
    baking.bake_down(found)
    before = shown(found.meshes[1], 22)
    motion = performance(found, seed=3)
    layers.write(found, "b", motion, at(60), INFO)
    np.testing.assert_allclose(shown(found.meshes[1], 22), before, atol=1e-5)
    np.testing.assert_allclose(shown(found.meshes[1], 70), motion.meshes[1].weights[10], atol=1e-5)


def test_baking_without_a_take_is_an_error(scene):
    found = imported(SAMPLE_HEAD)
    with pytest.raises(extension("host.errors").UserError, match="no take to bake"):
        baking.bake_down(found)
