"""A plan run to its end by a command: progress in Maya's help line, Esc stops it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from maya import cmds, mel
from maya.api import OpenMaya as om

from ..core.jobs import Plan, Progress
from ..core.trouble import Stopped, is_stop, plain


def run(plan: Plan) -> Any:
    """Does the work, then writes it."""
    with _shown(plan.label) as progress:
        made = plan.work(progress)
    return plan.finish(made)


def warn(texts: tuple[str, ...]) -> None:
    """Each as a warning of its own."""
    for text in texts:
        om.MGlobal.displayWarning(text)


@contextmanager
def told() -> Iterator[None]:
    """Errors become Maya's: one line in red, and RuntimeError for the script that called."""
    try:
        yield
    except Exception as error:
        text = "Stopped. Nothing was changed" if is_stop(error) else plain(error)
        # Maya shows the traceback of what a command raises; this is the line for the artist.
        om.MGlobal.displayError(text)
        raise RuntimeError(text) from error


def answer(command: om.MPxCommand, value: Any) -> None:
    """A command's result; an empty list is none, since Maya cannot tell of what it would be."""
    if value == []:
        command.clearResult()
    else:
        command.setResult(value)


@contextmanager
def _shown(label: str) -> Iterator[Progress]:
    if cmds.about(batch=True):
        yield lambda _share: True
        return
    bar = str(mel.eval("$metaface_bar = $gMainProgressBar"))
    cmds.progressBar(bar, edit=True, beginProgress=True, isInterruptable=True, status=f"{label} …", maxValue=100)

    def progress(share: float) -> bool:
        cmds.progressBar(bar, edit=True, progress=int(share * 100.0))
        return not cmds.progressBar(bar, query=True, isCancelled=True)

    try:
        yield progress
        if cmds.progressBar(bar, query=True, isCancelled=True):
            raise Stopped("Stopped. Nothing was changed")
    finally:
        cmds.progressBar(bar, edit=True, endProgress=True)
