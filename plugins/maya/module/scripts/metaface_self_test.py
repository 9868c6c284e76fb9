"""Checks that MetaFace works in this Maya: animating a line in a new scene, undo, hand edits, saving, baking, errors.

    mayapy metaface_self_test.py

Prints a line for each check. The exit code is 0 if all checks passed. MetaFace's tests run this script on a double of
Maya; users run it in Maya itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import metaface_in_maya  # noqa: F401: it adds the bundled packages

MODULE = Path(__file__).resolve().parents[1]
LINE = str(MODULE / "samples" / "line.wav")
TARGETS = ("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight", "browInnerUp")
JAW = "faceShapes.jawOpen"
FRAMES = [float(frame) for frame in range(1, 140, 3)]


def maya() -> Any:
    """Maya's commands, including those of the plug-in."""
    from maya import cmds

    return cmds


def build() -> None:
    """Makes a box with targets, and a head joint without children."""
    cmds = maya()

    cmds.file(new=True, force=True)
    cmds.currentUnit(time="film")
    cmds.playbackOptions(minTime=1, maxTime=200)
    base = cmds.polyCube(name="face")[0]
    copies = [cmds.duplicate(base, name=name)[0] for name in TARGETS]
    for copy in copies:
        cmds.move(0, -0.1, 0, f"{copy}.vtx[0]", relative=True)
    cmds.blendShape(*copies, base, name="faceShapes")
    cmds.delete(*copies)
    cmds.select(clear=True)
    cmds.joint(name="Head", position=(0, 160, 0))
    group = cmds.group("face", "Head", name="Hero")
    cmds.select("face")
    assert group == "Hero"


def values_of(plug: str) -> list[float]:
    """The values of an attribute at `FRAMES`."""
    cmds = maya()

    return [round(float(cmds.getAttr(plug, time=frame)), 6) for frame in FRAMES]


def animates() -> str:
    """The keys are the values of metaface's clip, on whole frames."""
    import metaface

    cmds = maya()

    cmds.metafaceAnimate("face", sound=LINE, start=1)
    clip = metaface.Animator().animate(LINE, fps=24)
    jaw = clip.channel("JawOpen")
    expected = [round(float(jaw[int(frame) - 1]), 6) if frame <= len(jaw) else 0.0 for frame in FRAMES]
    assert_close(values_of(JAW), expected)
    turned = values_of("Head.rotateY")
    assert 0.1 < max(turned) - min(turned) < 60.0, f"the head turns from {min(turned)} to {max(turned)} degrees"
    return f"{len(clip)} frames"


def undoes() -> str:
    """Animating is one step of undo and redo."""
    cmds = maya()

    after = values_of(JAW)
    cmds.undo()
    left = [node for kind in ("animLayer", "audio") for node in cmds.ls(type=kind) or [] if node != "BaseAnimation"]
    assert not left, f"undo left {left}"
    assert set(values_of(JAW)) == {0.0}
    cmds.redo()
    assert values_of(JAW) == after
    return "one step"


def keeps_hand_edits() -> str:
    """A key on the layer of hand edits stays when the take is regenerated."""
    cmds = maya()

    cmds.setKeyframe(JAW, animLayer="Hero_hand_edits_MetaFace", time=(31,), value=0.25)
    before = values_of(JAW)
    cmds.metafaceAnimate("face", regenerate=["all"])
    assert_close(values_of(JAW), before)
    return "regenerated"


def survives_saving() -> str:
    """The take is still in the scene after saving and opening it."""
    cmds = maya()

    before = values_of(JAW)
    with tempfile.TemporaryDirectory() as folder:
        path = (Path(folder) / "scene.ma").as_posix()
        cmds.file(rename=path)
        cmds.file(save=True, force=True, type="mayaAscii")
        cmds.file(path, open=True, force=True)
    assert list(cmds.metafaceAnimate("face", query=True, takes=True)) == ["line"]
    assert_close(values_of(JAW), before)
    problems = cmds.metafaceAnimate("face", query=True, problems=True) or []
    edited = [text for text in problems if "were edited" in text]
    assert not edited, edited
    return "saved and opened"


def bakes() -> str:
    """Baking keeps the motion and removes the layers."""
    cmds = maya()

    before = values_of(JAW)
    cmds.metafaceAnimate("face", bake=True)
    assert_close(values_of(JAW), before)
    left = [layer for layer in cmds.ls(type="animLayer") or [] if layer != "BaseAnimation"]
    assert not left, f"baking left the layers {left}"
    return "ordinary keys"


def reports_errors() -> str:
    """A missing file is an error with a message, and changes nothing."""
    cmds = maya()

    before = values_of(JAW)
    try:
        cmds.metafaceAnimate("face", sound="no such file.wav")
    except RuntimeError as error:
        assert "not found" in str(error), error
    else:
        raise AssertionError("no error")
    assert values_of(JAW) == before, "an earlier step was undone"
    return "reported"


def assert_close(values: list[float], expected: list[float]) -> None:
    """Fails if any value differs by 1e-5 or more."""
    difference = max(abs(a - b) for a, b in zip(values, expected))
    assert difference < 1e-5, f"the jaw differs by {difference}"


CHECKS: tuple[Callable[[], str], ...] = (animates, undoes, keeps_hand_edits, survives_saving, bakes, reports_errors)


def main() -> int:
    """Runs the checks and returns the exit code."""
    from maya import standalone

    standalone.initialize(name="python")
    cmds = maya()

    print(f"Maya {cmds.about(version=True)}, Python {sys.version.split()[0]}")
    cmds.undoInfo(state=True)
    failed = 0
    try:
        cmds.loadPlugin((MODULE / "plug-ins" / "metaface_maya.py").as_posix(), quiet=True)
        build()
    except Exception:
        traceback.print_exc()
        return 1
    for check in CHECKS:
        try:
            print(f"ok      {check.__name__}: {check()}")
        except Exception:
            failed += 1
            print(f"FAILED  {check.__name__}")
            traceback.print_exc()
    if failed:
        print(f"{failed} of {len(CHECKS)} checks failed: please report the text above.")
    else:
        print("All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Maya may crash when Python shuts down, which would change the exit code.
    os._exit(code)
