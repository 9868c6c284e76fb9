"""A file from Blender 4.2, where actions had no slots, works in every later Blender.

`make` wrote `data/made_in_4_2.blend` in Blender 4.2.
"""

from pathlib import Path

import bpy
import numpy as np
import pytest
from acting import at, find_all, hand_rigged, performance, shown
from conftest import extension

characters = extension("scene.characters")
baking = extension("scene.baking")
layers = extension("scene.layers")

OLD = Path(__file__).parent / "data" / "made_in_4_2.blend"
INFO = {"sound": "line.wav", "label": "line"}


def make(path: Path) -> None:
    """Saves a character with two lines and a hand edit."""
    found = hand_rigged()
    for line, start in (("a", 10), ("b", 60)):
        layers.write(found, line, performance(found, turned=("CTRL_Head",)), at(start), INFO)
    block = bpy.data.objects["olga_geo"].data.shape_keys.key_blocks["Mouth Opn"]
    for frame, added in ((14, 0.0), (18, 0.0), (16, 0.1)):
        bpy.context.scene.frame_set(frame)
        block.value += added
        block.keyframe_insert("value", frame=frame)
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=True)


@pytest.fixture
def old():
    bpy.ops.wm.open_mainfile(filepath=str(OLD))
    bpy.context.scene.render.fps = 24
    return find_all(bpy.context.scene)[0]


def expected(motion, frame, added=0.0):
    weights = motion.meshes[0].weights[frame].copy()
    weights[0] += added
    return weights


def test_it_has_the_same_values(old):
    motion = performance(old, turned=("CTRL_Head",))
    assert [take.line for take in layers.takes(old)] == ["a", "b"]
    np.testing.assert_allclose(shown(old.meshes[0], 16), expected(motion, 6, 0.1), atol=1e-5)
    np.testing.assert_allclose(shown(old.meshes[0], 70), expected(motion, 10), atol=1e-5)


def test_its_lines_are_regenerated_with_the_hand_edit_and_without_extra_actions(old):
    names = sorted(action.name for action in bpy.data.actions)
    other = performance(old, seed=5, turned=("CTRL_Head",))
    for _ in range(3):
        take = layers.write(old, "a", other, at(10), INFO)
    assert take.kept == [] and sorted(action.name for action in bpy.data.actions) == names
    np.testing.assert_allclose(shown(old.meshes[0], 16), expected(other, 6, 0.1), atol=1e-5)
    layers.write(old, "c", other, at(120), INFO)
    np.testing.assert_allclose(shown(old.meshes[0], 130), expected(other, 10), atol=1e-5)


def test_its_lines_are_removed_and_baked_down(old):
    before = [shown(part, frame) for part in old.meshes for frame in (12, 16, 40, 70)]
    layers.remove(old, "b")
    assert not shown(old.meshes[0], 70).any()
    baking.bake_down(old)
    after = [shown(part, frame) for part in old.meshes for frame in (12, 16, 40, 70)]
    np.testing.assert_allclose(after[0], before[0], atol=1e-5)
    np.testing.assert_allclose(after[1], before[1], atol=1e-5)
    assert layers.takes(old) == []
