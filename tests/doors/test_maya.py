"""Tests that the Maya module's keys are the command line's clip: weights to the bit, angles to single precision.

Uses only the module's host-independent core, without Maya or a double of it. The character is the sample head as a scene
describes it; the command line writes the same head as glTF, in single precision.
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
from metaface_in_maya.core import figures, keys, rates  # noqa: E402
from metaface_in_maya.host import library, rotations  # noqa: E402
from metaface_in_maya.host.options import Options  # noqa: E402
from metaface_in_maya.host.placement import Placement  # noqa: E402

CASES = {
    "24 fps": ("film", [], Options()),
    "23.976 fps and seed": ("23.976fps", ["--seed", "12345"], Options().with_values({"seed": 12345})),
    "strength, smoothing and gains": (
        "ntscf",
        ["--strength", "1.35", "--smoothing", "0.4", "--gains", "JawOpen=1.2,brows=1.5"],
        Options().with_values({"strength": 1.35, "smoothing": 0.4, "gains": "JawOpen=1.2,brows=1.5"}),
    ),
    "an exaggerated speaker": (
        "pal",
        ["--speaker", str(SAMPLES / "speakers/theatrical.speaker"), "--style-strength", "1.7"],
        Options(speaker=str(SAMPLES / "speakers/theatrical.speaker")).with_values({"style_strength": 1.7}),
    ),
}


def figure_of(document, names):
    """The head as the module's scene describes it: in centimetres, targets by name."""
    joints, index = [], {}
    nodes = document["nodes"]
    parents = {child: parent for parent, node in enumerate(nodes) for child in node.get("children", [])}
    for node in document["skins"][0]["joints"]:
        index[node] = len(joints)
        place = tuple(100.0 * x for x in nodes[node].get("translation", (0, 0, 0)))
        joints.append(figures.Joint(nodes[node]["name"], nodes[node]["name"], index.get(parents.get(node)), place))
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
    document, names, expected = glb(tmp_path / "line.glb")

    figure = figure_of(document, names)
    character = figure.character()
    animator = library.animator()
    if options.speaker:
        animator = animator.with_speaker(library.speaker(options.speaker), options.style_strength)
    clip = animator.animate(str(line), fps=rate, **options.for_animator())
    performance = metaface.RigMap.discover(character).drive(character, clip)
    placement = Placement.untrimmed(1.0, metaface.Sound.open(line).duration, rate)
    curves = {curve.plug: curve for curve in keys.of_performance(figure, performance, placement)}

    compared = 0
    for mesh, targets in names.items():
        if not targets:
            continue
        weights = expected[mesh, "weights"].reshape(-1, len(targets))
        for index, target in enumerate(targets):
            curve = curves[f"{mesh}_shapes.{target}"]
            values = curve.values.astype(np.float32)
            assert values.astype(np.float64).tobytes() == curve.values.tobytes(), "the doubles are exact single values"
            if len(curve.frames) > 2:
                assert values[1:-1].tobytes() == weights[:, index].tobytes(), f"{mesh} {target}"
                assert curve.frames[1:-1].tolist() == [1.0 + frame for frame in range(len(weights))]
            else:
                assert np.abs(weights[:, index] - values[0]).max() < 1e-6, f"{mesh} {target} is constant"
            compared += 1
    assert compared > 70
    for joint in ("Head", "LeftEye", "RightEye"):
        angles = np.stack([_frame_values(curves[f"{joint}.rotate{axis}"], len(clip)) for axis in "XYZ"], axis=1)
        quaternions = rotations.of_angles(angles)
        # The conversion to angles uses sines, so the result is not exact to the bit.
        assert np.abs(np.abs((quaternions * expected[joint, "rotation"]).sum(axis=1)) - 1.0).max() < 1e-6


def _frame_values(curve, count):
    return curve.values[1:-1] if len(curve.values) > 2 else np.full(count, curve.values[0])
