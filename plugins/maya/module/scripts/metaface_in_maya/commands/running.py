"""Runs a plan within a command: progress in Maya's help line; Esc stops it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from maya import cmds, mel
from maya.api import OpenMaya as om

from ..host.errors import STOPPED, Stopped, message_of
from ..host.jobs import Plan, ProgressCallback


def run(plan: Plan) -> Any:
    """Runs the work, then writes its result to the scene."""
    with _progress_bar(plan.label) as progress:
        result = plan.work(progress)
    return plan.finish(result)


def warn(texts: Iterable[str]) -> None:
    """Shows each text as a warning."""
    for text in texts:
        om.MGlobal.displayWarning(text)


@contextmanager
def reported_errors() -> Iterator[None]:
    """Shows an error as a red line in Maya, and raises it as RuntimeError for the calling script."""
    try:
        yield
    except Exception as error:
        text = message_of(error)
        # Maya shows a traceback of the exception; this line is for the artist.
        om.MGlobal.displayError(text)
        raise RuntimeError(text) from error


def set_result(command: om.MPxCommand, value: Any) -> None:
    """Sets a command's result. An empty list becomes no result, since Maya cannot infer the type of its items."""
    if value == []:
        command.clearResult()
    else:
        command.setResult(value)


@contextmanager
def _progress_bar(label: str) -> Iterator[ProgressCallback]:
    if cmds.about(batch=True):
        yield lambda _fraction: True
        return
    bar = str(mel.eval("$metaface_bar = $gMainProgressBar"))
    cmds.progressBar(bar, edit=True, beginProgress=True, isInterruptable=True, status=f"{label} …", maxValue=100)

    def progress(fraction: float) -> bool:
        cmds.progressBar(bar, edit=True, progress=int(fraction * 100.0))
        return not cmds.progressBar(bar, query=True, isCancelled=True)

    try:
        yield progress
        if cmds.progressBar(bar, query=True, isCancelled=True):
            raise Stopped(STOPPED)
    finally:
        cmds.progressBar(bar, edit=True, endProgress=True)
