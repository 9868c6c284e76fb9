"""Characters as in productions: references, controls, constraints, driven keys, unusual names."""

from __future__ import annotations

import json

import numpy as np
import pytest
import sample_head
from conftest import LINE, shown
from maya import cmds


def problems(*node):
    return cmds.metafaceAnimate(*node, query=True, problems=True) or []


def test_any_part_selects_the_whole_character(hero):
    for part in ("Face", "Tongue", "Jaw", "Hero", "FaceShape"):
        assert cmds.metafaceAnimate(part, query=True, character=True) == ["Hero", "Hero"], part


def test_the_sample_head_is_driven_with_all_its_targets(hero):
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


def test_a_control_that_drives_a_weight_is_keyed_instead(puppet):
    control = sample_head.transform("transform", "jaw_ctrl")
    puppet.put(puppet.values, (control, "jawOpen"), 0.0)
    cmds.connectAttr("jaw_ctrl.jawOpen", "faceShapes.weight[0]")
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert max(shown("jaw_ctrl.jawOpen", range(1, 60))) > 0.1
    assert shown("faceShapes.jawOpen", range(1, 60)) == shown("jaw_ctrl.jawOpen", range(1, 60))


@pytest.mark.parametrize(
    ("kind", "cause"),
    [("animCurveUU", "driven key"), ("expression", "expression"), ("multiplyDivide", "break the connection"), ("pointConstraint", "constraint")],
)
def test_a_driven_attribute_is_not_keyed_and_is_reported(puppet, kind, cause):
    driver = puppet.make(kind, "driver")
    puppet.put(puppet.sources, puppet.plug("faceShapes.weight[0]"), (driver, "output"))
    (layer,) = cmds.metafaceAnimate(sound=LINE, start=1)
    members = cmds.animLayer(layer, query=True, attribute=True)
    assert "faceShapes.jawOpen" not in members and "faceShapes.mouthSmileLeft" in members
    assert any("jawOpen cannot be keyed" in text and cause in text for text in problems())


def test_a_locked_attribute_is_not_keyed_and_is_reported(puppet):
    cmds.setAttr("faceShapes.weight[0]", lock=True)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert any("jawOpen cannot be keyed" in text and "Channel Box" in text for text in problems())


def test_an_attribute_locked_in_a_reference_is_reported_with_the_file(scene):
    sample_head.build("anna")
    cmds.setAttr("anna:Face_shapes.weight[17]", lock=True)
    assert any("/show/anna.ma" in text for text in problems("anna:Face"))


def test_a_locked_node_is_reported_before_animating(puppet):
    puppet.put(puppet.locks, (puppet.node("faceShapes"), ""), True)
    with pytest.raises(RuntimeError, match="lockNode -lock off"):
        cmds.metafaceAnimate(sound=LINE, start=1)


def test_the_control_of_a_constrained_joint_is_keyed_instead(puppet):
    control = sample_head.transform("transform", "head_ctrl", None, (0, 1.6, 0))
    constraint = puppet.make("orientConstraint", "headConstraint")
    for axis in "XYZ":
        puppet.put(puppet.sources, puppet.plug(f"Head.rotate{axis}"), (constraint, f"constraintRotate{axis}"))
    puppet.put(puppet.sources, (constraint, "target[0].targetParentMatrix"), (control, "parentMatrix"))
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert np.ptp(shown("head_ctrl.rotateY", range(1, 60))) > 0.1


def test_a_jaw_joint_that_moves_the_mouth_does_not_open_it_twice(puppet):
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
def test_a_head_joint_with_another_orientation_nods_the_same_way(puppet, orient, order):
    cmds.metafaceAnimate(sound=LINE, start=1)
    expected = world_turns("Head", (0, 0, 0), 0)
    cmds.undo()
    for axis, angle in zip("XYZ", orient):
        cmds.setAttr(f"Head.jointOrient{axis}", float(angle))
    cmds.setAttr("Head.rotateOrder", order)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert np.allclose(world_turns("Head", orient, order), expected, atol=1e-4)


def world_turns(node, orient, order):
    """The joint's rotations away from rest, in the scene's space."""
    from metaface_in_maya.host import rotations
    from metaface_in_maya.scene import skeleton

    angles = np.radians([shown(f"{node}.rotate{axis}", range(1, 60)) for axis in "XYZ"]).T
    rest = rotations.of_angles(np.radians(orient))
    posed = rotations.product(rest, rotations.of_angles(angles, skeleton.ORDERS[order]))
    turns = rotations.product(posed, rotations.inverse(rest))
    return turns * np.sign(turns[:, 3:])


def test_unknown_names_need_a_rig_map(scene, tmp_path):
    group = sample_head.transform("transform", "Puppe")
    _, shape = sample_head.mesh("Kopf", group)
    sample_head.blend(shape, "formen", ["Mund_auf", "Laecheln"])
    with pytest.raises(RuntimeError, match="would not move"):
        cmds.metafaceAnimate("Kopf", sound=LINE, start=1)
    rig_map = {"schema": "metaface.rigmap", "version": 1, "targets": [{"target": "Mund_auf", "channels": {"JawOpen": 1.0}}], "joints": []}
    (tmp_path / "puppe.rigmap.json").write_text(json.dumps(rig_map))
    cmds.metafaceAnimate("Kopf", rigMap=str(tmp_path / "puppe.rigmap.json"))
    cmds.metafaceAnimate("Kopf", sound=LINE, start=1)
    assert max(shown("formen.Mund_auf", range(1, 60))) > 0.1
    assert "Mund_auf" in cmds.metafaceAnimate("Kopf", query=True, rigMap=True)
    cmds.metafaceAnimate("Kopf", rigMap="")
    assert "Mund_auf" not in cmds.metafaceAnimate("Kopf", query=True, rigMap=True)


@pytest.mark.parametrize("names", [["eyeBlink_L", "jawOpen"], ["JawOpen", "EyeBlinkLeft"], ["Jaw_Open", "V_Open"], ["viseme_aa", "viseme_PP"],
                                   ["CTRL_expressions_jawOpen", "CTRL_expressions_eyeBlinkL"]])  # fmt: skip
def test_naming_conventions_are_recognised(scene, names):
    _, shape = sample_head.mesh("face", sample_head.transform("transform", "Puppet"))
    sample_head.blend(shape, "shapes", names)
    cmds.metafaceAnimate("face", sound=LINE, start=1)
    assert any(max(shown(f"shapes.{name}", range(1, 60))) > 0.05 for name in names)


def test_a_selection_without_a_character_is_an_error(scene):
    sample_head.mesh("box", None)
    for names in ((), ("box",)):
        with pytest.raises(RuntimeError, match="Select any part of a character"):
            cmds.metafaceAnimate(*names, sound=LINE)


def test_an_envelope_below_1_is_reported(puppet):
    cmds.setAttr("faceShapes.envelope", 0.4)
    assert any("envelope is 0.4" in text for text in problems())


def test_painted_weights_are_read_after_clearing_the_cache(puppet):
    from metaface_in_maya.scene import skins

    jaw = sample_head.transform("joint", "Jaw", puppet.node("Head"), (0, 0.05, 0.02))
    skin = sample_head.skin(puppet.node("faceShape"), [puppet.node("Head"), jaw], np.tile([1.0, 0.0], (8, 1)))
    report = cmds.metafaceAnimate(query=True, report=True)
    puppet.geometry[skin]["weights"] = np.tile([0.5, 0.5], (8, 1))
    assert cmds.metafaceAnimate(query=True, report=True) == report
    skins.clear_cache()
    assert cmds.metafaceAnimate(query=True, report=True) != report
