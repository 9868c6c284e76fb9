"""Samples a character's visible motion frame by frame, including layers, hand edits and constraints."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from maya import cmds

from ..core.figures import Figure
from ..host import rotations
from ..host.errors import UserError
from ..host.library import metaface
from . import rig, units


def recover(figure: Figure, first: float, last: float) -> Any:
    """The motion between two frames, inclusive, as a `metaface.Clip` of channels at the scene's rate."""
    character = figure.character()
    rig_map = rig.rig_map(figure, character)
    driven = {one.joint for one in rig_map.report(character).driven_joints}
    count = math.floor(last - first + 1e-6) + 1
    if count < 2:
        raise UserError("The range of frames is empty: it must have at least two frames")
    frames = [first + at for at in range(count)]
    rate: Fraction = units.rate()
    performance = metaface().Performance(
        rate,
        {index: _weights(figure, index, frames) for index in range(len(figure.meshes)) if figure.meshes[index].targets},
        {index: _turns(figure, index, frames) for index, joint in enumerate(figure.joints) if joint.name in driven},
    )
    return rig_map.recover(character, performance)


def values_at(plug: str, frames: list[float]) -> np.ndarray:
    """The value of an attribute at each frame, in the UI's unit."""
    times: list[Any] = list(frames)
    return np.array([float(cmds.getAttr(plug, time=frame)) for frame in times], np.float64)


def _weights(figure: Figure, mesh: int, frames: list[float]) -> np.ndarray:
    columns = [values_at(target.plug, frames) for target in figure.meshes[mesh].targets]
    return np.stack(columns, axis=1).astype(np.float32)


def _turns(figure: Figure, index: int, frames: list[float]) -> np.ndarray:
    joint = figure.joints[index]
    angles = np.stack([values_at(f"{joint.node}.rotate{axis}", frames) for axis in "XYZ"], axis=1)
    turns = joint.rotation_of(angles * units.radians_per_unit())
    if joint.parent is None:
        turns = rotations.product(figure.space, turns)
    return turns.astype(np.float32)
