"""The F-curves are the CLI's own clip: to the bit for shapes, which are kept as they are.

METAFACE_PROGRAM names the program; `cargo xtask blender` sets it.
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
    "as it comes": ((24, 1.0), "24", {}, []),
    "a film's rate on video": ((24, 1.001), "23.976", {"seed": 12}, ["--seed", "12"]),
    "louder, by hand": (
        (60, 1.0),
        "60",
        {"strength": 1.35, "gains": "JawOpen=1.2,brows=1.5"},
        ["--strength", "1.35", "--gain", "JawOpen=1.2,brows=1.5"],
    ),
}


@pytest.mark.skipif(not os.path.isfile(PROGRAM), reason="METAFACE_PROGRAM names no program")
@pytest.mark.parametrize("case", CASES)
def test_the_curves_are_the_clis_clip(scene, tmp_path, case) -> None:
    (scene.render.fps, scene.render.fps_base), rate, settings, flags = CASES[case]
    subprocess.run(
        [PROGRAM, "animate", "--quiet", str(scenes.LINE), "--fps", rate, *flags, "-o", str(tmp_path / "line.glb")],
        check=True,
    )
    _, names, theirs = glb(tmp_path / "line.glb")
    armature = scenes.head()
    for name, value in settings.items():
        setattr(armature.metaface, name, value)
    scene.metaface.sound_file, scene.metaface.file_frame, scene.metaface.add_strip = str(scenes.LINE), 1, False
    assert bpy.ops.metaface.generate() == {"FINISHED"}
    figure = extension("figure")
    found = figure.find([armature])
    compared = 0
    for mesh in found.meshes:
        targets = names[mesh.name]
        weights = theirs[mesh.name, "weights"].reshape(-1, len(targets))
        (strip,) = [strip for _, strip in extension("tracks").strips(figure.key_of(mesh))]
        for curve in extension("version").played(strip):
            at = targets.index(curve.data_path.split('"')[1])
            frames, values = extension("keys").read(curve)
            if len(values) == 2:
                assert np.abs(weights[:, at]).max() < 1e-6, "a flat curve has two keys"
                continue
            assert values[1:-1].tobytes() == weights[:, at].tobytes(), curve.data_path
            assert np.array_equal(frames[1:-1], np.arange(len(weights), dtype=np.float32))
            compared += 1
    assert compared > 70
    _compare_turns(armature, theirs)


def _compare_turns(armature: bpy.types.Object, theirs: dict) -> None:
    """Bones have their own axes, so quaternions are turned into them: as near as single precision is."""
    (strip,) = [strip for _, strip in extension("tracks").strips(armature)]
    columns: dict[str, dict[int, np.ndarray]] = {}
    for curve in extension("version").played(strip):
        columns.setdefault(curve.data_path.split('"')[1], {})[curve.array_index] = extension("keys").read(curve)[1]
    for bone in ("Head", "LeftEye", "RightEye"):
        whole = theirs[bone, "rotation"].astype(np.float64)
        count = len(whole)
        parts = [columns[bone][at] for at in range(4)]
        parts = [part[1:-1] if len(part) > 2 else np.full(count, part[0]) for part in parts]
        angles = 2.0 * np.arccos(np.clip(np.abs(parts[0].astype(np.float64)), 0.0, 1.0))
        expected = 2.0 * np.arctan2(np.linalg.norm(whole[:, :3], axis=1), np.abs(whole[:, 3]))
        sines = 2.0 * np.arcsin(np.clip(np.linalg.norm(np.stack(parts[1:], axis=1).astype(np.float64), axis=1), 0.0, 1.0))
        assert np.abs(sines - expected).max() < 1e-5 and np.abs(angles - expected).max() < 1e-3, bone
