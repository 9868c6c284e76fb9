"""Groups changes into one step of undo."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from maya import cmds

_count = itertools.count(1)
_open = False


@contextmanager
def undo_step(name: str) -> Iterator[None]:
    """Makes all changes inside one step of undo, and undoes them if the code inside raises an error.

    A nested step is part of the outer one. The chunk's name has a unique number: a step that fails before it changes
    anything may leave nothing in Maya's queue. The top of the queue is then an earlier step, which must stay.
    """
    global _open
    if _open:
        yield
        return
    chunk = f"{name} {next(_count)}"
    cmds.undoInfo(openChunk=True, chunkName=chunk)
    _open = failed = True
    try:
        yield
        failed = False
    finally:
        _open = False
        cmds.undoInfo(closeChunk=True)
        if failed and cmds.undoInfo(query=True, undoName=True) == chunk:
            cmds.undo()
