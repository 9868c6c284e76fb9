"""What a character does, frame by frame: layers, hand edits and all that holds it included."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from maya import cmds

from ..core import rotations
from ..core.figures import Figure
from ..core.library import metaface
from ..core.trouble import Trouble
from . import rig, units


def recovered(figure: Figure, first: float, last: float) -> Any:
    """From one frame to another, these included, as a `metaface.Clip` of channels at the scene's rate."""
    character = figure.character()
    chosen = rig.rig_map(figure, character)
    turned = {one.joint for one in chosen.report(character).driven_joints}
    count = math.floor(last - first + 1e-6) + 1
    if count < 2:
        raise Trouble("The range of frames is empty: its end lies before its beginning")
    frames = [first + at for at in range(count)]
    rate: Fraction = units.rate()
    performance = metaface().Performance(
        rate,
        {index: _weights(figure, index, frames) for index in range(len(figure.meshes)) if figure.meshes[index].targets},
        {index: _turns(figure, index, frames) for index, joint in enumerate(figure.joints) if joint.name in turned},
    )
    return chosen.recover(character, performance)


def shown(plug: str, frames: list[float]) -> np.ndarray:
    """What an attribute shows at each frame, in the UI's unit."""
    times: list[Any] = list(frames)
    return np.array([float(cmds.getAttr(plug, time=frame)) for frame in times], np.float64)


def _weights(figure: Figure, mesh: int, frames: list[float]) -> np.ndarray:
    columns = [shown(target.plug, frames) for target in figure.meshes[mesh].targets]
    return np.stack(columns, axis=1).astype(np.float32)


def _turns(figure: Figure, index: int, frames: list[float]) -> np.ndarray:
    joint = figure.joints[index]
    angles = np.stack([shown(f"{joint.node}.rotate{axis}", frames) for axis in "XYZ"], axis=1) * units.radians()
    turns = joint.rotation_of(angles)
    if joint.parent is None:
        turns = rotations.product(figure.space, turns)
    return turns.astype(np.float32)
