"""Lines written, moved, shortened and removed in any order: strips do not overlap, and the result is their sum."""

import bpy
import numpy as np
import pytest
from acting import MeshTrack, Performance, at, mesh_of, move, shown
from conftest import extension

characters = extension("scene.characters")
layers = extension("scene.layers")
tracks = extension("scene.tracks")

FADE = extension("host.motion").FADE * 24


def curve(start, values, frame):
    """The value that a line adds at a frame: its values on whole frames after its start, faded at both ends."""
    times = np.concatenate(([-FADE], np.arange(len(values)), [len(values) - 1 + FADE]))
    return np.interp(frame - start, times, np.concatenate(([0.0], values, [0.0])))


@pytest.mark.parametrize("seed", range(4))
def test_every_line_keeps_its_frames_in_any_order_of_operations(scene, seed):
    random = np.random.default_rng(seed)
    mesh = mesh_of("m", [(0, 0, 0), (0, 0, 1)])
    move(mesh, "jawOpen", lambda v: (0, 0, -1)).slider_max = 10.0
    found = characters.find([mesh])
    lines = {}
    for _ in range(80):
        line = f"line {random.integers(12)}"
        if line in lines and random.random() < 0.25:
            layers.remove(found, line)
            del lines[line]
            continue
        start = float(random.choice([random.integers(0, 300), random.uniform(0, 300)]))
        values = random.random(int(random.integers(1, 60))) * 0.5
        track = MeshTrack(0, "m", values[:, None].astype(np.float32))
        placed = at(start, (len(values) - 1) / 24 + 1e-6)
        layers.write(found, line, Performance(len(values), placed.rate, [track], []), placed, {"label": line})
        lines[line] = (start, values)
        data = mesh.data.shape_keys.animation_data
        for nla in data.nla_tracks:
            spans = [(strip.frame_start, strip.frame_end) for strip in nla.strips]
            assert spans == sorted(spans)
            for before, after in zip(spans, spans[1:]):
                assert before[1] <= after[0] + 2e-3, (before, after)
    frames = np.arange(-5.0, 370.0, 3.7)
    path = extension("scene.rest").value_path("jawOpen")
    computed = extension("scene.fcurves").Stack(mesh.data.shape_keys).sample(path, [0.0], [0.0], frames)[:, 0]
    for frame, value in zip(frames, computed, strict=True):
        expected = sum(curve(start, values, frame) for start, values in lines.values())
        assert value == pytest.approx(expected, abs=2e-3), frame
        assert shown(mesh, frame)[0] == pytest.approx(expected, abs=2e-3), frame
    assert {take.line for take in layers.takes(found)} == set(lines)
    for line in list(lines):
        layers.remove(found, line)
    assert len(bpy.data.actions) == 0 and mesh.data.shape_keys.animation_data is None
