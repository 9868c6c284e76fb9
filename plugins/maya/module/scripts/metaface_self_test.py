"""Whether MetaFace works in this Maya: a scene of its own, a line, undo, hand edits, baking.

    mayapy metaface_self_test.py

Prints a line for each thing that is tried, and ends with 0 if all of it held. MetaFace's own tests run it against a
stand-in for Maya; this is how it is run against Maya itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import metaface_in_maya  # noqa: F401: it finds what the module carries

MODULE = Path(__file__).resolve().parents[1]
LINE = str(MODULE / "samples" / "line.wav")
TARGETS = ("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight", "browInnerUp")
JAW = "faceShapes.jawOpen"
FRAMES = [float(frame) for frame in range(1, 140, 3)]


def maya() -> Any:
    """Maya's commands, those of the plug-in among them."""
    from maya import cmds

    return cmds


def build() -> None:
    """A box with targets, and a head joint that nothing hangs on."""
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


def shown(plug: str) -> list[float]:
    """What an attribute shows."""
    cmds = maya()

    return [round(float(cmds.getAttr(plug, time=frame)), 6) for frame in FRAMES]


def speaks() -> str:
    """A line is the clip that metaface makes, on whole frames."""
    import metaface

    cmds = maya()

    cmds.metafaceAnimate("face", sound=LINE, start=1)
    clip = metaface.Animator().animate(LINE, fps=24)
    made = clip.channel("JawOpen")
    expected = [round(float(made[int(frame) - 1]), 6) if frame <= len(made) else 0.0 for frame in FRAMES]
    apart = max(abs(a - b) for a, b in zip(shown(JAW), expected))
    assert apart < 1e-5, f"the jaw is {apart} off"
    turned = shown("Head.rotateY")
    assert 0.1 < max(turned) - min(turned) < 60.0, f"the head turns from {min(turned)} to {max(turned)} degrees"
    return f"{len(clip)} frames"


def undoes() -> str:
    """One step back, one forth."""
    cmds = maya()

    after = shown(JAW)
    cmds.undo()
    left = [node for kind in ("animLayer", "audio") for node in cmds.ls(type=kind) or [] if node != "BaseAnimation"]
    assert not left, f"left behind: {left}"
    assert set(shown(JAW)) == {0.0}
    cmds.redo()
    assert shown(JAW) == after
    return "one step"


def keeps_hand_edits() -> str:
    """A key on the layer of hand edits stays when the line is made again."""
    cmds = maya()

    cmds.setKeyframe(JAW, animLayer="Hero_hand_edits_MetaFace", time=(31,), value=0.25)
    before = shown(JAW)
    cmds.metafaceAnimate("face", regenerate=["all"])
    apart = max(abs(a - b) for a, b in zip(shown(JAW), before))
    assert apart < 1e-5, f"{apart} off"
    return "regenerated"


def survives_saving() -> str:
    """The take is known after the scene was saved and opened."""
    cmds = maya()

    before = shown(JAW)
    with tempfile.TemporaryDirectory() as folder:
        path = (Path(folder) / "scene.ma").as_posix()
        cmds.file(rename=path)
        cmds.file(save=True, force=True, type="mayaAscii")
        cmds.file(path, open=True, force=True)
    assert list(cmds.metafaceAnimate("face", query=True, takes=True)) == ["line"]
    apart = max(abs(a - b) for a, b in zip(shown(JAW), before))
    assert apart < 1e-5, f"{apart} off"
    told = cmds.metafaceAnimate("face", query=True, problems=True) or []
    problems = [text for text in told if "were changed" in text]
    assert not problems, problems
    return "saved and opened"


def bakes() -> str:
    """What was seen is seen, without layers."""
    cmds = maya()

    before = shown(JAW)
    cmds.metafaceAnimate("face", bake=True)
    apart = max(abs(a - b) for a, b in zip(shown(JAW), before))
    assert apart < 1e-5, f"{apart} off"
    left = [layer for layer in cmds.ls(type="animLayer") or [] if layer != "BaseAnimation"]
    assert not left, f"layers are left: {left}"
    return "ordinary keys"


def refuses() -> str:
    """What cannot be done is an error with words, and changes nothing."""
    cmds = maya()

    before = shown(JAW)
    try:
        cmds.metafaceAnimate("face", sound="no such file.wav")
    except RuntimeError as error:
        assert "not there" in str(error), error
    else:
        raise AssertionError("no error")
    assert shown(JAW) == before, "an earlier step was undone"
    return "told"


STEPS: tuple[Callable[[], str], ...] = (speaks, undoes, keeps_hand_edits, survives_saving, bakes, refuses)


def main() -> int:
    """The program."""
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
    for step in STEPS:
        try:
            print(f"ok      {step.__name__}: {step()}")
        except Exception:
            failed += 1
            print(f"FAILED  {step.__name__}")
            traceback.print_exc()
    print("All of it works here." if not failed else f"{failed} of {len(STEPS)} failed: please report the text above.")
    return 1 if failed else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Maya may crash when Python takes it apart, which would be no news of MetaFace.
    os._exit(code)
