"""Writes thousands of keys at once, and undoes them at once.

Keys are written by the command metafaceKeys, so that they are in Maya's undo queue in the right order. The updates
wait in `_waiting` until the command fetches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from maya import cmds
from maya.api import OpenMaya as om
from maya.api import OpenMayaAnim as oma

from ..core.keys import Keys
from .attributes import as_list

COMMAND = "metafaceKeys"


@dataclass(frozen=True)
class CurveUpdate:
    """New keys for an existing curve. `keep_others` keeps the curve's other keys."""

    curve: str
    keys: Keys
    keep_others: bool


_waiting: dict[int, list[CurveUpdate]] = {}


class Edit:
    """Writes the updates waiting under a token, and can undo that."""

    def __init__(self, token: int) -> None:
        self._change = oma.MAnimCurveChange()
        self._updates = _waiting.pop(token)

    def do(self) -> None:
        """Writes every curve."""
        unit = om.MTime.uiUnit()
        times: dict[bytes, om.MTimeArray] = {}
        for update in self._updates:
            # Most curves of a take share their frames.
            frames = np.ascontiguousarray(update.keys.frames).tobytes()
            if frames not in times:
                times[frames] = om.MTimeArray([om.MTime(frame, unit) for frame in update.keys.frames.tolist()])
            names = om.MSelectionList()
            names.add(update.curve)
            oma.MFnAnimCurve(names.getDependNode(0)).addKeys(
                times[frames],
                om.MDoubleArray(update.keys.values.tolist()),
                oma.MFnAnimCurve.kTangentLinear,
                oma.MFnAnimCurve.kTangentLinear,
                update.keep_others,
                self._change,
            )
        self._updates = []

    def undo(self) -> None:
        """Undoes the writing."""
        self._change.undoIt()

    def redo(self) -> None:
        """Writes them again."""
        self._change.redoIt()


def write(updates: list[CurveUpdate]) -> None:
    """Writes all updates as one entry of the undo queue."""
    token = max(_waiting, default=0) + 1
    _waiting[token] = updates
    try:
        getattr(cmds, COMMAND)(token)
    finally:
        _waiting.pop(token, None)


def layer_curve(layer: str, plug: str) -> str:
    """The curve of an attribute in a layer; empty if there is none."""
    try:
        found = as_list(cmds.animLayer(layer, query=True, findCurveForPlug=plug))  # type: ignore[call-overload]
    except RuntimeError:
        return ""  # The attribute is not in the layer.
    return str(found[0]) if found else ""


def ensured_layer_curve(layer: str, plug: str, frame: float) -> str:
    """Like `layer_curve`; makes a curve with a key at this frame if there is none."""
    found = layer_curve(layer, plug)
    if not found:
        cmds.setKeyframe(plug, animLayer=layer, time=at(frame), value=0.0)
        found = layer_curve(layer, plug)
    return found


def ensured_base_curve(plug: str, frame: float) -> str:
    """The curve of an attribute that is in no layer; makes one with a key at this frame if there is none."""
    found = as_list(cmds.listConnections(plug, source=True, destination=False, type="animCurve"))
    if not found:
        cmds.setKeyframe(plug, time=at(frame))
        found = as_list(cmds.listConnections(plug, source=True, destination=False, type="animCurve"))
    return str(found[0])


def read(curve: str, first: float | None = None, last: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Frames and values of a curve, with angles in the UI's unit."""
    if not curve:
        return np.empty(0), np.empty(0)
    span: dict[str, Any] = {} if first is None or last is None else {"time": (first, last)}
    frames = as_list(cmds.keyframe(curve, query=True, timeChange=True, **span))
    values = as_list(cmds.keyframe(curve, query=True, valueChange=True, **span))
    return np.array(frames, np.float64), np.array(values, np.float64)


def cut(curve: str, first: float, last: float) -> None:
    """Deletes the keys between two frames, inclusive."""
    cmds.cutKey(curve, time=(first, last), clear=True)


def at(frame: float) -> Any:
    """A frame in the form that `setKeyframe` takes."""
    return (frame,)
