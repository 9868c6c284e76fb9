"""The F-curves equal the clip of the command line program; those of shapes bit by bit.

METAFACE_PROGRAM is the path of the program; `cargo xtask blender` sets it.
"""

from __future__ import annotations

import os
import subprocess
import sys

import bpy
import numpy as np
import pytest
import scenes
from conftest import REPOSITORY, extension

metaface = scenes.need_metaface()
sys.path.append(str(REPOSITORY / "tests" / "doors"))

from glb_clip import glb  # noqa: E402

PROGRAM = os.environ.get("METAFACE_PROGRAM", "")
CASES = {
    "defaults": ((24, 1.0), "24", {}, []),
    "23.976 frames per second": ((24, 1.001), "23.976", {"seed": 12}, ["--seed", "12"]),
    "strength and gains": (
        (60, 1.0),
        "60",
        {"strength": 1.35, "gains": "JawOpen=1.2,brows=1.5"},
        ["--strength", "1.35", "--gains", "JawOpen=1.2,brows=1.5"],
    ),
}


@pytest.mark.skipif(not os.path.isfile(PROGRAM), reason="METAFACE_PROGRAM is not the path of a program")
@pytest.mark.parametrize("case", CASES)
def test_the_curves_equal_the_programs_clip(scene, tmp_path, case) -> None:
    (scene.render.fps, scene.render.fps_base), rate, settings, flags = CASES[case]
    subprocess.run(
        [PROGRAM, "animate", "--quiet", str(scenes.LINE), "--fps", rate, *flags, "-o", str(tmp_path / "line.glb")],
        check=True,
    )
    _, names, expected = glb(tmp_path / "line.glb")
    armature = scenes.head()
    for name, value in settings.items():
        setattr(armature.metaface, name, value)
    scene.metaface.sound_file, scene.metaface.file_frame, scene.metaface.add_strip = str(scenes.LINE), 1, False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    characters = extension("scene.characters")
    shapes = extension("scene.shapes")
    found = characters.find([armature])
    compared = 0
    for mesh in found.meshes:
        targets = names[mesh.name]
        weights = expected[mesh.name, "weights"].reshape(-1, len(targets))
        (strip,) = [strip for _, strip in extension("scene.tracks").strips(shapes.key_of(mesh))]
        for curve in extension("scene.version").played(strip):
            at = targets.index(curve.data_path.split('"')[1])
            frames, values = extension("scene.fcurves").read(curve)
            if len(values) == 2:
                assert np.abs(weights[:, at]).max() < 1e-6, "a flat curve has two keys"
                continue
            assert values[1:-1].tobytes() == weights[:, at].tobytes(), curve.data_path
            assert np.array_equal(frames[1:-1], np.arange(len(weights), dtype=np.float32))
            compared += 1
    assert compared > 70
    _compare_rotations(armature, expected)


def _compare_rotations(armature: bpy.types.Object, expected: dict) -> None:
    """Compares angles within single precision: quaternions are converted to the axes of each bone."""
    (strip,) = [strip for _, strip in extension("scene.tracks").strips(armature)]
    columns: dict[str, dict[int, np.ndarray]] = {}
    for curve in extension("scene.version").played(strip):
        values = extension("scene.fcurves").read(curve)[1]
        columns.setdefault(curve.data_path.split('"')[1], {})[curve.array_index] = values
    for bone in ("Head", "LeftEye", "RightEye"):
        rotations = expected[bone, "rotation"].astype(np.float64)
        count = len(rotations)
        parts = [columns[bone][at] for at in range(4)]
        parts = [part[1:-1] if len(part) > 2 else np.full(count, part[0]) for part in parts]
        angles = 2.0 * np.arccos(np.clip(np.abs(parts[0].astype(np.float64)), 0.0, 1.0))
        wanted = 2.0 * np.arctan2(np.linalg.norm(rotations[:, :3], axis=1), np.abs(rotations[:, 3]))
        sines = np.linalg.norm(np.stack(parts[1:], axis=1).astype(np.float64), axis=1)
        by_sine = 2.0 * np.arcsin(np.clip(sines, 0.0, 1.0))
        assert np.abs(by_sine - wanted).max() < 1e-5 and np.abs(angles - wanted).max() < 1e-3, bone
