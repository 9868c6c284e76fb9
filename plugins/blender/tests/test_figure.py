"""A character is found from any part of it, and its axes are found."""

import math

import bpy
import numpy as np
import pytest
from acting import find_all, hand_rigged, imported, mesh_of, move, SAMPLE_HEAD
from conftest import extension
from mathutils import Euler, Matrix

characters = extension("scene.characters")
skeleton = extension("scene.skeleton")
shapes = extension("scene.shapes")

UPRIGHT = [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
"""The rotation from Z up, looking along -Y, to Y up, looking along +Z."""


def names(meshes):
    return sorted(mesh.name for mesh in meshes)


def test_the_sample_head_is_found_from_every_part(scene):
    found = imported(SAMPLE_HEAD)
    assert names(found.meshes) == ["Brows", "Face", "Lashes", "LowerTeeth", "Tongue"]
    for part in ("Face", "Tongue", "UpperTeeth", "LeftEyeball", "Shirt", "Skeleton"):
        same = characters.find([bpy.data.objects[part]])
        assert same is not None, part
        assert same.root == bpy.data.objects["Skeleton"] and names(same.meshes) == names(found.meshes), part
    assert found.name == "Face", "Skeleton is a generic name"
    assert [j.name for j in found.joints] == ["Root", "Neck", "Head", "Jaw", "LeftEye", "RightEye"]
    np.testing.assert_array_equal(found.space, UPRIGHT)


def test_joints_of_the_sample_head_have_the_transforms_of_its_file(scene):
    placed = {j.name: j for j in skeleton.rest_transforms(imported(SAMPLE_HEAD))}
    np.testing.assert_allclose(placed["Head"].translation, (0, 0.093, 0.017), atol=1e-5)
    np.testing.assert_allclose(placed["LeftEye"].translation, (0.034, 0.072, 0.0728), atol=1e-5)
    for joint in placed.values():
        np.testing.assert_allclose(joint.rotation, (0, 0, 0, 1), atol=1e-6)


def test_a_head_without_an_armature_is_found_with_its_eyes_and_mouth(scene, shared_folder):
    found = imported(shared_folder / "meshes" / "ict_head_arkit52_lite.glb")
    assert names(found.meshes) == ["EyeLeft", "EyeRight", "Head", "Mouth"]
    assert found.root.name == "Head" and found.armature is None
    assert characters.find([bpy.data.objects["root"]]).root == found.root
    assert [j.name for j in found.joints] == ["headJoint", "EyeLeft", "EyeRight"]
    np.testing.assert_array_equal(found.space, UPRIGHT)


def test_usd_meshes_are_characters_only_with_shape_keys(scene, shared_folder):
    bpy.ops.wm.usd_import(filepath=str(shared_folder / "meshes" / "morpher_box.usd"))
    found = find_all(scene)
    assert len(found) == 1 and shapes.targets(found[0].meshes[0])
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.wm.usd_import(filepath=str(shared_folder / "meshes" / "skelCube.usda"))
    assert find_all(bpy.context.scene) == []
    assert characters.find(bpy.context.scene.objects) is None


@pytest.mark.parametrize(
    "matrix",
    [
        None,
        Matrix.Translation((3, -2, 0)) @ Euler((0, 0, 2.0)).to_matrix().to_4x4(),
        Euler((math.radians(80), 0.3, 0)).to_matrix().to_4x4() @ Matrix.Scale(0.01, 4),
    ],
    ids=["as modelled", "turned and moved", "lying and small"],
)
def test_a_characters_axes_are_found_wherever_its_armature_is_placed(scene, matrix):
    found = hand_rigged(matrix)
    assert found.name == "Rig_Olga" and names(found.meshes) == ["olga_geo", 'zaehne "unten"']
    np.testing.assert_array_equal(found.space, UPRIGHT)
    scale = 1.0 if matrix is None else matrix.to_scale()[0]
    placed = {j.name: j for j in skeleton.rest_transforms(found)}
    assert placed["spine_01"].translation == pytest.approx((0, 1.0 * scale, 0), abs=1e-6)


def test_an_armature_with_y_up_is_recognised(scene):
    found = hand_rigged()
    turn = Euler((math.radians(-90), 0, 0)).to_matrix().to_4x4()
    found.armature.data.transform(turn)
    for mesh in found.meshes:
        mesh.data.transform(turn, shape_keys=True)
    found.armature.matrix_world = turn.inverted()
    bpy.context.view_layer.update()
    found = characters.find([found.root])
    np.testing.assert_array_equal(found.space, np.eye(3))


def test_a_character_that_looks_along_x_is_recognised(scene):
    found = hand_rigged()
    turn = Euler((0, 0, math.radians(90))).to_matrix().to_4x4()
    found.armature.data.transform(turn)
    for mesh in found.meshes:
        mesh.data.transform(turn, shape_keys=True)
    bpy.context.view_layer.update()
    found = characters.find([found.root])
    np.testing.assert_array_equal(found.space @ (1, 0, 0), (0, 0, 1))


def test_two_characters_are_found_separately(scene):
    first, second = hand_rigged(), hand_rigged(Matrix.Translation((2, 0, 0)))
    assert len(find_all(scene)) == 2
    assert characters.find([second.meshes[1]]).root == second.root != first.root


def loose(name, at, count=8, size=0.1):
    mesh = mesh_of(name, [(size * x, size * y, size * z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)][:count])
    move(mesh, "jawOpen", lambda v: (0, 0, -0.1) if v.z < 0 else None)
    mesh.location = at
    bpy.context.view_layer.update()
    return mesh


def test_loose_meshes_belong_to_the_head_that_they_are_inside(scene):
    heads = [loose("A", (0, 0, 0)), loose("B", (1, 0, 0))]
    teeth = loose("A teeth", (0, 0, -0.03), size=0.02)
    found = characters.find([teeth])
    assert names(found.meshes) == ["A", "A teeth"]
    assert names(characters.find([heads[1]]).meshes) == ["B"]
    assert len(find_all(scene)) == 2


def test_heads_below_one_empty_are_separate_characters(scene):
    cast = bpy.data.objects.new("Cast", None)
    scene.collection.objects.link(cast)
    for part in (loose("A", (0, 0, 0)), loose("A tongue", (0, 0, 0), size=0.02), loose("B", (1, 0, 0))):
        part.parent = cast
    assert len(find_all(scene)) == 2
    assert names(characters.find([cast]).meshes) == ["A", "A tongue"]


def test_meshes_selected_together_belong_together(scene):
    a, b = loose("A", (0, 0, 0)), loose("B", (1, 0, 0))
    assert names(characters.find([a, b]).meshes) == ["A", "B"]


def test_objects_that_share_shape_keys_count_once(scene):
    a = loose("A", (0, 0, 0))
    twin = bpy.data.objects.new("Twin", a.data)
    scene.collection.objects.link(twin)
    assert len(find_all(scene)) == 1
    assert names(characters.find([twin]).meshes) in (["A"], ["Twin"])


def test_objects_without_a_face_are_not_characters(scene):
    cube = bpy.data.objects.new("cube", bpy.data.meshes.new("cube"))
    lamp = bpy.data.objects.new("lamp", bpy.data.lights.new("lamp", "POINT"))
    for thing in (cube, lamp):
        scene.collection.objects.link(thing)
    assert characters.find([cube, lamp]) is None
    assert characters.find([]) is None
    assert characters.find([None]) is None


def test_shapes_are_paired_with_the_bones_that_carry_their_vertices(scene):
    found = hand_rigged()
    face = found.meshes.index(bpy.data.objects["olga_geo"])
    bones = [joint.name for joint in found.joints]
    names = [block.name for block in shapes.targets(found.meshes[face])]
    pairs = {(names[shape], bones[joint]) for shape, joint in shapes.carried(found, found.meshes[face])}
    assert ("Mouth Opn", "CTRL_Head") in pairs and ("Mouth Opn", "spine_01") in pairs
    assert ("Mouth Opn", "Jaw_Lower") not in pairs
    teeth = found.meshes[1 - face]
    assert (0, bones.index("Jaw_Lower")) in shapes.carried(found, teeth)


def test_a_constrained_bone_is_not_a_joint_and_its_control_carries_its_vertices(scene):
    found = hand_rigged()
    rig = found.armature
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    control = rig.data.edit_bones.new("jaw_control")
    control.head, control.tail, control.use_deform = (0, 0, 1.6), (0, -0.1, 1.6), False
    control.parent = rig.data.edit_bones["CTRL_Head"]
    bpy.ops.object.mode_set(mode="OBJECT")
    constraint = rig.pose.bones["Jaw_Lower"].constraints.new("COPY_TRANSFORMS")
    constraint.target, constraint.subtarget = rig, "jaw_control"
    found = characters.find([rig])
    bones = [joint.name for joint in found.joints]
    assert "Jaw_Lower" not in bones and "jaw_control" in bones
    teeth = next(mesh for mesh in found.meshes if "zaehne" in mesh.name)
    assert (0, bones.index("jaw_control")) in shapes.carried(found, teeth)


def test_a_tracking_target_is_not_a_joint(scene):
    rig = hand_rigged().armature
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    target = rig.data.edit_bones.new("eye_target.L")
    target.head, target.tail, target.use_deform = (0.03, -0.5, 1.66), (0.03, -0.6, 1.66), False
    bpy.ops.object.mode_set(mode="OBJECT")
    constraint = rig.pose.bones["Eye.L"].constraints.new("DAMPED_TRACK")
    constraint.target, constraint.subtarget = rig, "eye_target.L"
    bones = [joint.name for joint in characters.find([rig]).joints]
    assert "eye_target.L" not in bones and "Eye.L" not in bones and "Eye.R" in bones


def test_a_head_on_a_rotated_parent_keeps_its_axes(scene):
    car = bpy.data.objects.new("car", bpy.data.meshes.new("car"))
    seat = bpy.data.objects.new("seat", None)
    head = loose("Kopf", (0, 0, 1))
    move(head, "eyeBlink_L", lambda v: (0, 0, -0.01) if v.z > 0 and v.x > 0 else None)
    for thing in (car, seat):
        scene.collection.objects.link(thing)
    seat.parent, head.parent = car, seat
    car.rotation_euler = (0, 0, 1.0)
    bpy.context.view_layer.update()
    found = characters.find([head])
    assert found.base == seat and found.root == head
    np.testing.assert_array_equal(found.space, UPRIGHT)
