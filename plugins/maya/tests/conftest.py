"""Fixtures: the plug-in on a double of Maya, with the real metaface package."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
MODULE = HERE.parent / "module"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(HERE), str(HERE / "double"), str(MODULE / "scripts")]

import sample_head  # noqa: E402
from maya import cmds  # noqa: E402
from maya.api import OpenMaya  # noqa: E402
from model.graph import Current  # noqa: E402

SAMPLES = sample_head.REPOSITORY / "samples"
LINE = str(SAMPLES / "speech/line.wav")
TAKE = str(SAMPLES / "speech/take.wav")


@pytest.fixture
def scene():
    """An empty scene at 30 frames per second with the plug-in loaded."""
    fresh = Current.new()
    fresh.settings["time"] = "ntsc"
    fresh.settings["max"] = 400.0
    cmds.currentTime(1)
    OpenMaya.MGlobal.messages.clear()
    OpenMaya.COMMANDS.clear()
    cmds.loadPlugin("metaface_maya", quiet=True)
    return fresh


@pytest.fixture
def hero(scene):
    """The sample head, selected."""
    sample_head.build()
    cmds.select("Face")
    return scene


@pytest.fixture
def puppet(scene):
    """A small face with a few targets, a head joint and an eye joint."""
    group = sample_head.transform("transform", "Puppet")
    _, shape = sample_head.mesh("face", group)
    sample_head.blend(shape, "faceShapes", ["jawOpen", "mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "knob"])
    head = sample_head.transform("joint", "Head", group, (0, 1.6, 0))
    sample_head.transform("joint", "LeftEye", head, (0.03, 0.08, 0.08))
    scene.undos.clear()
    cmds.select("face")
    return scene


def warnings() -> list[str]:
    """The warnings shown to the user."""
    return [text for kind, text in OpenMaya.MGlobal.messages if kind == "warning"]


def shown(plug: str, frames) -> list[float]:
    """The values of an attribute at these frames."""
    return [float(cmds.getAttr(plug, time=float(frame))) for frame in frames]
