"""Characters as they are met in productions: references, controls, constraints, driven keys, odd names."""

from __future__ import annotations

import json

import numpy as np
import pytest
import sample_head
from conftest import LINE, shown
from maya import cmds


def problems(*node):
    return cmds.metafaceAnimate(*node, query=True, problems=True) or []


def test_any_part_leads_to_the_whole_character(hero):
    for part in ("Face", "Tongue", "Jaw", "Hero", "Face_shapes", "FaceShape"):
        if part == "Face_shapes":
            continue
        assert cmds.metafaceAnimate(part, query=True, character=True) == ["Hero", "Hero"], part


def test_a_real_head_is_driven_by_all_its_targets(hero):
    report = cmds.metafaceAnimate(query=True, report=True)
    assert report.startswith("Hero: 52 shapes and 4 joints will move")
    assert problems() == []


def test_two_references_of_one_file_are_two_characters(scene):
    sample_head.build("anna")
    sample_head.build("ben")
    assert cmds.metafaceAnimate("anna:Face", query=True, character=True) == ["anna", "anna:Hero"]
    cmds.metafaceAnimate("anna:Face", sound=LINE, start=1)
    assert max(shown("anna:Face_shapes.jawOpen", range(1, 60))) > 0.1
    assert max(shown("ben:Face_shapes.jawOpen", range(1, 60))) == 0.0
    cmds.metafaceAnimate("ben:Face", sound=LINE, start=40)
    assert cmds.metafaceAnimate("ben:Jaw", query=True, takes=True) == ["line"]
    assert cmds.objExists("anna_line_MetaFace") and cmds.objExists("ben_line_MetaFace")


def test_a_control_that_a_weight_copies_is_keyed_in_its_place(puppet):
    control = sample_head.transform("transform", "jaw_ctrl")
    puppet.put(puppet.values, (control, "jawOpen"), 0.0)
    cmds.connectAttr("jaw_ctrl.jawOpen", "faceShapes.weight[0]")
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert max(shown("jaw_ctrl.jawOpen", range(1, 60))) > 0.1
    assert shown("faceShapes.jawOpen", range(1, 60)) == shown("jaw_ctrl.jawOpen", range(1, 60))


@pytest.mark.parametrize(
    ("kind", "says"),
    [("animCurveUU", "driven key"), ("expression", "expression"), ("multiplyDivide", "break the connection"), ("pointConstraint", "constraint")],
)
def test_what_something_else_holds_is_left_alone_and_told(puppet, kind, says):
    holder = puppet.make(kind, "holder")
    puppet.put(puppet.sources, puppet.plug("faceShapes.weight[0]"), (holder, "output"))
    (layer,) = cmds.metafaceAnimate(sound=LINE, start=1)
    members = cmds.animLayer(layer, query=True, attribute=True)
    assert "faceShapes.jawOpen" not in members and "faceShapes.mouthSmileLeft" in members
    assert any("jawOpen cannot be keyed" in text and says in text for text in problems())


def test_locked_attributes_are_left_alone_and_told(puppet):
    cmds.setAttr("faceShapes.weight[0]", lock=True)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert any("jawOpen cannot be keyed" in text and "Channel Box" in text for text in problems())


def test_what_is_locked_in_a_reference_names_its_file(scene):
    sample_head.build("anna")
    cmds.setAttr("anna:Face_shapes.weight[17]", lock=True)
    assert any("/show/anna.ma" in text for text in problems("anna:Face"))


def test_a_locked_node_is_told_before_time_is_spent(puppet):
    puppet.put(puppet.locks, (puppet.node("faceShapes"), ""), True)
    with pytest.raises(RuntimeError, match="lockNode -lock off"):
        cmds.metafaceAnimate(sound=LINE, start=1)


def test_a_joint_that_a_constraint_turns_gives_its_place_to_its_control(puppet):
    control = sample_head.transform("transform", "head_ctrl", None, (0, 1.6, 0))
    constraint = puppet.make("orientConstraint", "headConstraint")
    for axis in "XYZ":
        puppet.put(puppet.sources, puppet.plug(f"Head.rotate{axis}"), (constraint, f"constraintRotate{axis}"))
    puppet.put(puppet.sources, (constraint, "target[0].targetParentMatrix"), (control, "parentMatrix"))
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert np.ptp(shown("head_ctrl.rotateY", range(1, 60))) > 0.1


def test_a_jaw_joint_that_carries_the_mouth_does_not_open_it_twice(puppet):
    jaw = sample_head.transform("joint", "Jaw", puppet.node("Head"), (0, 0.05, 0.02))
    sample_head.skin(puppet.node("faceShape"), [puppet.node("Head"), jaw], np.tile([0.5, 0.5], (8, 1)))
    (layer,) = cmds.metafaceAnimate(sound=LINE, start=1)
    members = cmds.animLayer(layer, query=True, attribute=True)
    assert "faceShapes.jawOpen" in members and "Jaw.rotateX" not in members


def test_without_a_shape_the_jaw_joint_opens_the_mouth(scene):
    group = sample_head.transform("transform", "Puppet")
    _, shape = sample_head.mesh("face", group)
    sample_head.blend(shape, "faceShapes", ["mouthSmileLeft", "mouthSmileRight"])
    head = sample_head.transform("joint", "Head", group, (0, 1.6, 0))
    sample_head.transform("joint", "Jaw", head, (0, 0.05, 0.02))
    cmds.metafaceAnimate("face", sound=LINE, start=1)
    assert np.ptp(shown("Jaw.rotateX", range(1, 60))) > 1.0, "degrees"


@pytest.mark.parametrize("orient", [(0, 0, 90), (90, 0, 90), (10, -30, 75)])
@pytest.mark.parametrize("order", [0, 2, 5])
def test_a_head_joint_oriented_otherwise_nods_the_same_way(puppet, orient, order):
    cmds.metafaceAnimate(sound=LINE, start=1)
    plain = world_turns("Head", (0, 0, 0), 0)
    cmds.undo()
    for axis, angle in zip("XYZ", orient):
        cmds.setAttr(f"Head.jointOrient{axis}", float(angle))
    cmds.setAttr("Head.rotateOrder", order)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert np.allclose(world_turns("Head", orient, order), plain, atol=1e-4)


def world_turns(node, orient, order):
    """What the joint's frames turn away from rest, in the scene's space."""
    from metaface_in_maya.core import rotations

    angles = np.radians([shown(f"{node}.rotate{axis}", range(1, 60)) for axis in "XYZ"]).T
    fixed = rotations.of_angles(np.radians(orient))
    turned = rotations.product(fixed, rotations.of_angles(angles, rotations.ORDERS[order]))
    away = rotations.product(turned, rotations.inverse(fixed))
    return away * np.sign(away[:, 3:])


def test_names_that_are_not_understood_need_a_rig_map(scene, tmp_path):
    group = sample_head.transform("transform", "Puppe")
    _, shape = sample_head.mesh("Kopf", group)
    sample_head.blend(shape, "formen", ["Mund_auf", "Laecheln"])
    with pytest.raises(RuntimeError, match="would not move"):
        cmds.metafaceAnimate("Kopf", sound=LINE, start=1)
    own = {"schema": "metaface.rigmap", "version": 1, "targets": [{"target": "Mund_auf", "channels": {"JawOpen": 1.0}}], "joints": []}
    (tmp_path / "puppe.rigmap.json").write_text(json.dumps(own))
    cmds.metafaceAnimate("Kopf", rigMap=str(tmp_path / "puppe.rigmap.json"))
    cmds.metafaceAnimate("Kopf", sound=LINE, start=1)
    assert max(shown("formen.Mund_auf", range(1, 60))) > 0.1
    assert "Mund_auf" in cmds.metafaceAnimate("Kopf", query=True, rigMap=True)
    cmds.metafaceAnimate("Kopf", rigMap="")
    assert "Mund_auf" not in cmds.metafaceAnimate("Kopf", query=True, rigMap=True)


@pytest.mark.parametrize("names", [["eyeBlink_L", "jawOpen"], ["JawOpen", "EyeBlinkLeft"], ["Jaw_Open", "V_Open"], ["viseme_aa", "viseme_PP"],
                                   ["CTRL_expressions_jawOpen", "CTRL_expressions_eyeBlinkL"]])  # fmt: skip
def test_dialects_are_understood(scene, names):
    _, shape = sample_head.mesh("face", sample_head.transform("transform", "Puppet"))
    sample_head.blend(shape, "shapes", names)
    cmds.metafaceAnimate("face", sound=LINE, start=1)
    assert any(max(shown(f"shapes.{name}", range(1, 60))) > 0.05 for name in names)


def test_what_is_no_character_is_told(scene):
    sample_head.mesh("box", None)
    for given in ((), ("box",)):
        with pytest.raises(RuntimeError, match="Select any part of a character"):
            cmds.metafaceAnimate(*given, sound=LINE)


def test_an_envelope_that_hides_the_shapes_is_told(puppet):
    cmds.setAttr("faceShapes.envelope", 0.4)
    assert any("envelope is 0.4" in text for text in problems())


def test_weights_that_were_painted_are_read_again(puppet):
    from metaface_in_maya.scene import skins

    jaw = sample_head.transform("joint", "Jaw", puppet.node("Head"), (0, 0.05, 0.02))
    skin = sample_head.skin(puppet.node("faceShape"), [puppet.node("Head"), jaw], np.tile([1.0, 0.0], (8, 1)))
    report = cmds.metafaceAnimate(query=True, report=True)
    puppet.geometry[skin]["weights"] = np.tile([0.5, 0.5], (8, 1))
    assert cmds.metafaceAnimate(query=True, report=True) == report
    skins.forget()
    assert cmds.metafaceAnimate(query=True, report=True) != report
