"""What the Maya module would write as keys is the CLI's own clip, to the bit where keys hold it as it is.

The module's host-free core alone: no Maya, and no double of it. The character is the sample head described as a scene
would describe it; the CLI writes the same head as glTF, in single precision.
"""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from glb_clip import glb

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "samples"
sys.path.insert(0, str(REPOSITORY / "plugins/maya/module/scripts"))

import metaface  # noqa: E402
from metaface_in_maya.core import figures, keys, library, rates, rotations  # noqa: E402
from metaface_in_maya.core.options import Options  # noqa: E402
from metaface_in_maya.core.placement import Placed  # noqa: E402

CASES = {
    "film": ("film", [], Options()),
    "a film's rate on video": ("23.976fps", ["--seed", "12345"], Options(seed=12345)),
    "louder, by hand": (
        "ntscf",
        ["--strength", "1.35", "--smooth", "0.4", "--gain", "JawOpen=1.2,brows=1.5"],
        Options(strength=1.35, smoothing=0.4, gains="JawOpen=1.2,brows=1.5"),
    ),
    "somebody": (
        "pal",
        ["--speaker", str(SAMPLES / "speakers/theatrical.speaker"), "--style-strength", "1.7"],
        Options(speaker=str(SAMPLES / "speakers/theatrical.speaker"), style_strength=1.7),
    ),
}


def figure_of(described, names):
    """The head as the module's scene would describe it: centimetres, targets by name."""
    joints, index = [], {}
    nodes = described["nodes"]
    parents = {child: at for at, node in enumerate(nodes) for child in node.get("children", [])}
    for at in described["skins"][0]["joints"]:
        index[at] = len(joints)
        place = tuple(100.0 * x for x in nodes[at].get("translation", (0, 0, 0)))
        joints.append(figures.Joint(nodes[at]["name"], nodes[at]["name"], index.get(parents.get(at)), place))
    meshes = [
        figures.Mesh(name, f"{name}_shapes", tuple(figures.Target(t, f"{name}_shapes.{t}") for t in targets))
        for name, targets in names.items()
        if targets
    ]
    return figures.Figure("Hero", "Hero", tuple(meshes), tuple(joints))


@pytest.mark.parametrize("case", CASES)
def test_mayas_keys_are_the_clis_clip(case, tmp_path):
    unit, flags, options = CASES[case]
    rate = rates.animated(unit)
    line = SAMPLES / "speech/line.wav"
    command = [os.environ["METAFACE_PROGRAM"], "animate", "--quiet", str(line), "--fps", str(rate), *flags]
    subprocess.run([*command, "-o", str(tmp_path / "line.glb")], check=True)
    described, names, theirs = glb(tmp_path / "line.glb")

    figure = figure_of(described, names)
    character = figure.character()
    animator = library.animator()
    if options.speaker:
        animator = animator.speaking_as(library.speaker(options.speaker), options.style_strength)
    clip = animator.animate(str(line), fps=rate, **options.for_animator())
    performance = metaface.RigMap.discover(character).drive(character, clip)
    placed = Placed.whole(1.0, metaface.Sound.open(line).duration, rate)
    ours = {one.plug: one for one in keys.of_performance(figure, performance, placed)}

    compared = 0
    for mesh, targets in names.items():
        if not targets:
            continue
        weights = theirs[mesh, "weights"].reshape(-1, len(targets))
        for at, target in enumerate(targets):
            one = ours[f"{mesh}_shapes.{target}"]
            made = one.values.astype(np.float32)
            assert made.astype(np.float64).tobytes() == one.values.tobytes(), "doubles that hold singles"
            if len(one.frames) > 2:
                assert made[1:-1].tobytes() == weights[:, at].tobytes(), f"{mesh} {target}"
                assert one.frames[1:-1].tolist() == [1.0 + frame for frame in range(len(weights))]
            else:
                assert np.abs(weights[:, at] - made[0]).max() < 1e-6, f"{mesh} {target} is flat"
            compared += 1
    assert compared > 70
    for joint in ("Head", "LeftEye", "RightEye"):
        angles = np.stack([_every(ours[f"{joint}.rotate{axis}"], len(clip)) for axis in "XYZ"], axis=1)
        turns = rotations.of_angles(angles)
        # Angles pass through sines: as near as single precision is, not to the bit.
        assert np.abs(np.abs((turns * theirs[joint, "rotation"]).sum(axis=1)) - 1.0).max() < 1e-6


def _every(one, count):
    return one.values[1:-1] if len(one.values) > 2 else np.full(count, one.values[0])
