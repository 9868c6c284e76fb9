"""Thousands of keys in one go, and undone in one go.

Keys go through the command metafaceKeys, so that they stand in Maya's undo queue in their turn; what is to be
written waits here until the command takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from maya import cmds
from maya.api import OpenMaya as om
from maya.api import OpenMayaAnim as oma

from ..core.keys import Keys
from .attributes import listed

COMMAND = "metafaceKeys"


@dataclass(frozen=True)
class Written:
    """Keys for a curve that exists; others of it stay, if `keep_others`."""

    curve: str
    keys: Keys
    keep_others: bool


_waiting: dict[int, list[Written]] = {}


class Edit:
    """The writing itself, with its way back."""

    def __init__(self, token: int) -> None:
        self._change = oma.MAnimCurveChange()
        self._written = _waiting.pop(token)

    def do(self) -> None:
        """Writes every curve."""
        unit = om.MTime.uiUnit()
        times: dict[bytes, om.MTimeArray] = {}
        for one in self._written:
            # Most curves of a take share their frames.
            frames = np.ascontiguousarray(one.keys.frames).tobytes()
            if frames not in times:
                times[frames] = om.MTimeArray([om.MTime(frame, unit) for frame in one.keys.frames.tolist()])
            names = om.MSelectionList()
            names.add(one.curve)
            oma.MFnAnimCurve(names.getDependNode(0)).addKeys(
                times[frames],
                om.MDoubleArray(one.keys.values.tolist()),
                oma.MFnAnimCurve.kTangentLinear,
                oma.MFnAnimCurve.kTangentLinear,
                one.keep_others,
                self._change,
            )
        self._written = []

    def undo(self) -> None:
        """Takes the keys back."""
        self._change.undoIt()

    def redo(self) -> None:
        """Writes them again."""
        self._change.redoIt()


def write(written: list[Written]) -> None:
    """All of it, as one entry of the undo queue."""
    token = max(_waiting, default=0) + 1
    _waiting[token] = written
    try:
        getattr(cmds, COMMAND)(token)
    finally:
        _waiting.pop(token, None)


def in_layer(layer: str, plug: str) -> str:
    """The curve that a layer has for an attribute; empty if it has none."""
    try:
        found = listed(cmds.animLayer(layer, query=True, findCurveForPlug=plug))  # type: ignore[call-overload]
    except RuntimeError:
        return ""  # A plug that the layer does not know.
    return str(found[0]) if found else ""


def made_in_layer(layer: str, plug: str, frame: float) -> str:
    """As [`in_layer`]; where there is none yet, one with a key at this frame, to be written over."""
    found = in_layer(layer, plug)
    if not found:
        cmds.setKeyframe(plug, animLayer=layer, time=at(frame), value=0.0)
        found = in_layer(layer, plug)
    return found


def below_layers(plug: str, frame: float) -> str:
    """The curve of an attribute that no layer has; one with a key at this frame where there is none."""
    found = listed(cmds.listConnections(plug, source=True, destination=False, type="animCurve"))
    if not found:
        cmds.setKeyframe(plug, time=at(frame))
        found = listed(cmds.listConnections(plug, source=True, destination=False, type="animCurve"))
    return str(found[0])


def read(curve: str, first: float | None = None, last: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Frames and values of a curve as commands give them: angles in the UI's unit."""
    if not curve:
        return np.empty(0), np.empty(0)
    span: dict[str, Any] = {} if first is None or last is None else {"time": (first, last)}
    frames = listed(cmds.keyframe(curve, query=True, timeChange=True, **span))
    values = listed(cmds.keyframe(curve, query=True, valueChange=True, **span))
    return np.array(frames, np.float64), np.array(values, np.float64)


def cut(curve: str, first: float, last: float) -> None:
    """Takes out the keys between two frames, these included."""
    cmds.cutKey(curve, time=(first, last), clear=True)


def at(frame: float) -> Any:
    """A time as setKeyframe takes it."""
    return (frame,)
