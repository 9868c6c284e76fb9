"""One step of undo for everything that is done inside."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from maya import cmds

_count = itertools.count(1)
_open = False


@contextmanager
def step(name: str) -> Iterator[None]:
    """What is done inside is one step; if it fails half-way it is taken back, so that it did not happen.

    Steps inside a step are part of it. Each has a number in its name: a step that fails before it changes anything
    may leave nothing in Maya's queue, and what lies on top then is an earlier one of the same name, which stays.
    """
    global _open
    if _open:
        yield
        return
    own = f"{name} {next(_count)}"
    cmds.undoInfo(openChunk=True, chunkName=own)
    _open = failed = True
    try:
        yield
        failed = False
    finally:
        _open = False
        cmds.undoInfo(closeChunk=True)
        if failed and cmds.undoInfo(query=True, undoName=True) == own:
            cmds.undo()
