"""A rig map is edited as rows; what rows cannot show stays in the JSON."""

import json
from types import SimpleNamespace

import pytest
from metaface_host import rig_map_rows
from metaface_host.rig_map_rows import role_of, turns_of

LOADED = [{"channel": "TongueOut", "axis": [0.0, 1.0, 0.0], "gain": 0.5}]
MAP = json.dumps(
    {
        **rig_map_rows.SCHEMA,
        "targets": [
            {"target": "open", "channels": {"JawOpen": 1.0, "MouthClose": -1.0}, "offset": 0.25, "range": [0.0, 2.0]},
            {"target": "smile", "mesh": "Face", "channels": {"MouthSmileLeft": 0.5}},
        ],
        "joints": [{"joint": "Head", "turns": turns_of("HEAD", 0.8)}, {"joint": "Tongue", "turns": LOADED}],
    }
)


def rows_of(text: str):
    rows = rig_map_rows.from_json(text)
    shapes = [SimpleNamespace(target=t, mesh=m, channel=c, gain=g) for t, m, c, g in rows.shapes]
    bones = [SimpleNamespace(joint=j, role=r, gain=g, turns=t) for j, r, g, t in rows.bones]
    return shapes, bones


def test_unchanged_rows_are_the_same_map():
    assert json.loads(rig_map_rows.to_json(*rows_of(MAP), MAP)) == json.loads(MAP)


def test_an_edited_row_keeps_offset_and_range():
    shapes, bones = rows_of(MAP)
    shapes[0].gain = 1.1000000238418579
    target = json.loads(rig_map_rows.to_json(shapes, bones, MAP))["targets"][0]
    assert target["channels"] == {"JawOpen": 1.1, "MouthClose": -1.0}
    assert (target["offset"], target["range"]) == (0.25, [0.0, 2.0])


def test_rows_of_one_shape_and_channel_add_up_and_incomplete_rows_are_left_out():
    shapes = [SimpleNamespace(target="open", mesh="", channel="JawOpen", gain=0.5)] * 2
    shapes.append(SimpleNamespace(target="open", mesh="", channel="", gain=1.0))
    bones = [SimpleNamespace(joint="", role="HEAD", gain=1.0, turns="")]
    edited = json.loads(rig_map_rows.to_json(shapes, bones, ""))
    assert edited["targets"] == [{"target": "open", "channels": {"JawOpen": 1.0}}] and edited["joints"] == []


@pytest.mark.parametrize("role", ["HEAD", "JAW", "LEFT_EYE", "RIGHT_EYE"])
def test_a_role_is_recognised_by_its_turns(role):
    found, gain = role_of(turns_of(role, 0.7))
    assert found == role and gain == pytest.approx(0.7)


def test_unusual_turns_are_kept_as_loaded():
    assert role_of(LOADED) == ("OTHER", 1.0)
    shapes, bones = rows_of(MAP)
    bones[1].gain = 2.0
    joint = json.loads(rig_map_rows.to_json(shapes, bones, MAP))["joints"][1]
    assert joint["turns"] == [{**LOADED[0], "gain": 1.0}]
