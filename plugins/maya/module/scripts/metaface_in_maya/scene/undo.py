"""One step of undo for everything that is done inside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from maya import cmds

_open = 0


@contextmanager
def step(name: str) -> Iterator[None]:
    """What is done inside is one step; if it fails half-way it is taken back, so that it did not happen.

    Steps inside a step are part of it.
    """
    global _open
    cmds.undoInfo(openChunk=True, chunkName=name)
    _open += 1
    failed = True
    try:
        yield
        failed = False
    finally:
        _open -= 1
        cmds.undoInfo(closeChunk=True)
        if failed and _open == 0 and cmds.undoInfo(query=True, undoName=True) == name:
            cmds.undo()
