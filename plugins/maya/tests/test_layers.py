"""Hand edits stay: takes are on separate layers, and regenerating replaces only the keys of a take."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import LINE, shown, warnings
from maya import cmds

JAW = "Face_shapes.weight[17]"
LAYER, HAND_EDITS = "Hero_line_MetaFace", "Hero_hand_edits_MetaFace"
FRAMES = list(range(1, 150))


@pytest.fixture
def with_take(hero):
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert cmds.listAttr("Face_shapes.weight", multi=True)[17] == "jawOpen"
    return hero


def layer_keys(layer, plug):
    (curve,) = cmds.animLayer(layer, query=True, findCurveForPlug=plug)
    return cmds.keyframe(curve, query=True, timeChange=True), cmds.keyframe(curve, query=True, valueChange=True)


def test_new_keys_go_to_the_layer_of_hand_edits(with_take):
    assert cmds.animLayer(HAND_EDITS, query=True, preferred=True) and not cmds.animLayer(LAYER, query=True, preferred=True)
    assert with_take.order["layers"] == (with_take.node(LAYER), with_take.node(HAND_EDITS))


def test_hand_edits_survive_twenty_regenerations(with_take):
    generated = np.array(shown(JAW, FRAMES))
    for frame, offset in ((20, 0.0), (30, 0.4), (40, 0.0)):
        cmds.setKeyframe(JAW, animLayer=HAND_EDITS, time=(frame,), value=generated[frame - 1] + offset)
    edited, keys = np.array(shown(JAW, FRAMES)), layer_keys(HAND_EDITS, JAW)
    assert np.isclose(edited[29] - generated[29], 0.4)
    for _ in range(20):
        cmds.metafaceAnimate(regenerate=["line"])
    assert np.array_equal(shown(JAW, FRAMES), edited) and layer_keys(HAND_EDITS, JAW) == keys
    assert cmds.metafaceAnimate(query=True, takes=True) == ["line"]
    assert len(cmds.ls(type="animLayer")) == 3, "the base, the take, the hand edits"


def test_a_regenerated_take_follows_its_sound(with_take):
    before = shown(JAW, FRAMES)
    cmds.setAttr("line.offset", 51)
    cmds.metafaceAnimate(regenerate=["line"])
    assert shown(JAW, [frame + 50 for frame in FRAMES]) == before
    assert shown(JAW, range(1, 40)) == [0.0] * 39


def test_regenerating_keeps_the_settings_that_no_flag_changes(with_take):
    cmds.metafaceAnimate(sound=LINE, start=1, gains="JawOpen=0.5", seed=3)
    settings = json.loads(cmds.metafaceAnimate(query=True, settings=True))["line"]
    assert settings["gains"] == "JawOpen=0.5" and settings["seed"] == 3
    half = np.array(shown(JAW, FRAMES))
    cmds.metafaceAnimate(regenerate=["all"], strength=0.0)
    assert np.ptp(shown(JAW, FRAMES)) == 0.0
    cmds.metafaceAnimate(regenerate=["line"], strength=1.0)
    assert np.array_equal(shown(JAW, FRAMES), half)


def test_keys_changed_inside_a_take_are_kept_on_another_layer(with_take):
    (curve,) = cmds.animLayer(LAYER, query=True, findCurveForPlug=JAW)
    cmds.setKeyframe(JAW, animLayer=LAYER, time=(33,), value=0.9)
    edited = cmds.keyframe(curve, query=True, valueChange=True)
    assert any("were edited" in text for text in cmds.metafaceAnimate(query=True, problems=True) or [])
    cmds.metafaceAnimate(regenerate=["line"])
    kept = f"{LAYER}_edited"
    assert cmds.animLayer(kept, query=True, mute=True)
    assert layer_keys(kept, JAW)[1] == edited
    assert layer_keys(LAYER, JAW)[1] != edited
    assert cmds.metafaceAnimate(query=True, takes=True) == ["line"]


def test_takes_are_added_to_existing_keys(hero):
    for frame, value in ((1, 0.1), (200, 0.3)):
        cmds.setKeyframe(JAW, time=(frame,), value=value)
    before = np.array(shown(JAW, FRAMES))
    cmds.metafaceAnimate(sound=LINE, start=1)
    added = np.array(shown(JAW, FRAMES)) - before
    assert added.max() > 0.1 and np.allclose(added[-1], layer_keys(LAYER, JAW)[1][len(FRAMES)], atol=1e-6)
    cmds.metafaceAnimate(remove=["line"])
    assert np.array_equal(shown(JAW, FRAMES), before)


def test_an_override_take_replaces_the_layers_below_it(hero):
    cmds.setKeyframe(JAW, time=(1,), value=0.5)
    cmds.metafaceAnimate(sound=LINE, start=50)
    generated = np.array(shown(JAW, range(50, 150))) - 0.5
    cmds.undo()
    cmds.metafaceAnimate(sound=LINE, start=50, override=True)
    assert np.allclose(shown(JAW, range(50, 150)), generated, atol=1e-9)
    assert shown(JAW, [10, 400]) == [0.5, 0.5]


def test_a_take_ends_at_the_rest_value(puppet):
    cmds.setAttr("faceShapes.weight[0]", 0.25)
    cmds.metafaceAnimate(sound=LINE, start=10)
    assert shown("faceShapes.jawOpen", [0, 1000]) == [0.25, 0.25]
    cmds.metafaceAnimate(regenerate=["line"])
    assert shown("faceShapes.jawOpen", [0, 1000]) == [0.25, 0.25]
    assert any("At rest jawOpen is not 0" in text for text in cmds.metafaceAnimate(query=True, problems=True) or [])


def test_two_takes_have_two_layers_and_can_be_removed_separately(with_take):
    first = shown(JAW, FRAMES)
    cmds.metafaceAnimate(sound=LINE, start=300, take="answer")
    assert shown(JAW, FRAMES) == first
    assert cmds.metafaceAnimate(query=True, takes=True) == ["line", "answer"]
    cmds.metafaceAnimate(remove=["line"])
    assert shown(JAW, FRAMES) == [0.0] * len(FRAMES) and max(shown(JAW, range(300, 400))) > 0.1


def test_takes_may_share_a_layer(hero):
    cmds.metafaceAnimate(sound=LINE, start=1, layer="talk")
    first = shown(JAW, FRAMES)
    cmds.metafaceAnimate(sound=LINE, start=300, take="answer", layer="talk")
    second = shown(JAW, range(290, 450))
    assert shown(JAW, FRAMES) == first
    cmds.metafaceAnimate(regenerate=["line"])
    assert shown(JAW, FRAMES) == first and shown(JAW, range(290, 450)) == second
    cmds.metafaceAnimate(remove=["line"])
    assert shown(JAW, range(290, 450)) == second
    cmds.metafaceAnimate(remove=["answer"])
    assert not cmds.objExists("talk")


def test_other_keys_on_a_shared_layer_stay(hero):
    cmds.animLayer("mine")
    cmds.animLayer("mine", edit=True, attribute=["Face.translateX"])
    cmds.setKeyframe("Face.translateX", animLayer="mine", time=(1,), value=3.0)
    cmds.metafaceAnimate(sound=LINE, start=1, layer="mine")
    cmds.metafaceAnimate(regenerate=["line"])
    cmds.metafaceAnimate(remove=["line"])
    assert cmds.objExists("mine") and layer_keys("mine", "Face.translateX")[1] == [3.0]


def test_baking_keeps_the_motion_as_ordinary_keys(with_take):
    cmds.setKeyframe(JAW, animLayer=HAND_EDITS, time=(30,), value=0.2)
    jaw, turned = shown(JAW, FRAMES), shown("Head.rotateY", FRAMES)
    cmds.metafaceAnimate(bake=True)
    assert np.allclose(shown(JAW, FRAMES), jaw, atol=1e-12) and np.allclose(shown("Head.rotateY", FRAMES), turned, atol=1e-12)
    assert cmds.ls(type="animLayer") == ["BaseAnimation"]
    assert cmds.listConnections(JAW, source=True, destination=False, type="animCurve")
    assert not cmds.metafaceAnimate(query=True, takes=True)


def test_baking_keeps_other_keys_on_the_same_layer(hero):
    cmds.animLayer("mine")
    cmds.animLayer("mine", edit=True, attribute=["Face.translateX"])
    for frame, value in ((1, 3.0), (500, 5.0)):
        cmds.setKeyframe("Face.translateX", animLayer="mine", time=(frame,), value=value)
    cmds.metafaceAnimate(sound=LINE, start=1, layer="mine")
    before = shown("Face.translateX", [1, 200, 400, 500])
    cmds.metafaceAnimate(bake=True)
    assert np.allclose(shown("Face.translateX", [1, 200, 400, 500]), before) and before[-1] == 5.0


def test_baking_with_other_layers_on_the_same_attributes_is_an_error(with_take):
    cmds.animLayer("theirs")
    cmds.animLayer("theirs", edit=True, attribute=[JAW])
    with pytest.raises(RuntimeError, match="theirs"):
        cmds.metafaceAnimate(bake=True)


def test_the_same_line_gives_the_same_keys(with_take):
    first = {name: layer_keys(LAYER, name) for name in cmds.animLayer(LAYER, query=True, attribute=True)}
    cmds.metafaceAnimate(remove=["line"])
    cmds.metafaceAnimate(sound=LINE, start=1)
    again = {name: layer_keys(LAYER, name) for name in cmds.animLayer(LAYER, query=True, attribute=True)}
    # Not exactly equal: the last bits of NumPy's angles depend on memory alignment.
    assert again.keys() == first.keys() and all(np.allclose(again[name], first[name], rtol=0.0, atol=1e-12) for name in first)


def test_a_locked_layer_is_an_error(with_take):
    cmds.animLayer(LAYER, edit=True, lock=True)
    with pytest.raises(RuntimeError, match="locked: unlock it"):
        cmds.metafaceAnimate(regenerate=["line"])
    assert not warnings()


def test_a_changed_frame_rate_is_reported_until_the_take_is_regenerated(with_take):
    cmds.currentUnit(time="film")
    assert any("Regenerate it" in text for text in cmds.metafaceAnimate(query=True, problems=True) or [])
    cmds.metafaceAnimate(regenerate=["line"])
    assert not any("Regenerate it" in text for text in cmds.metafaceAnimate(query=True, problems=True) or [])


def test_a_changed_frame_rate_is_not_an_edit_and_takes_keep_their_position(hero):
    cmds.metafaceAnimate(sound=LINE, start=30, addSound=False, layer="talk")
    cmds.metafaceAnimate(sound=LINE, start=300, addSound=False, layer="talk", take="answer")
    answer = np.array(shown(JAW, range(290, 450)))
    cmds.currentUnit(time="ntscf")
    assert not any("were edited" in text for text in cmds.metafaceAnimate(query=True, problems=True) or [])
    cmds.metafaceAnimate(regenerate=["line"])
    assert not [layer for layer in cmds.ls(type="animLayer") if layer.endswith("_edited")]
    assert np.array_equal(shown(JAW, range(580, 900, 2)), answer), "the other take on the layer is unchanged"
    (curve,) = cmds.animLayer("talk", query=True, findCurveForPlug=JAW)
    assert 60.0 in cmds.keyframe(curve, query=True, timeChange=True)
    cmds.metafaceAnimate(remove=["line"])
    assert np.array_equal(shown(JAW, range(580, 900, 2)), answer)


def test_a_sound_that_maya_cannot_load_is_still_animated(puppet, monkeypatch):
    def unsupported(**_flags):
        raise RuntimeError("Unsupported sound file")

    monkeypatch.setattr(cmds, "sound", unsupported)
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert any("convert it to WAV" in text for text in warnings())
    cmds.metafaceAnimate(regenerate=["all"])
    assert cmds.metafaceAnimate(query=True, takes=True) == ["line"]


def test_a_connected_compound_rotation_is_not_keyed_and_is_reported(puppet):
    import sample_head

    sample_head.transform("transform", "driver")
    cmds.connectAttr("driver.rotate", "Head.rotate")
    assert any("Head" in text for text in cmds.metafaceAnimate(query=True, problems=True))
    cmds.metafaceAnimate(sound=LINE, start=1)
    assert max(shown("faceShapes.jawOpen", FRAMES)) > 0.1
