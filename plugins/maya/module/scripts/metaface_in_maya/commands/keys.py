"""metafaceKeys: writes keys in bulk and undoes that. For internal use: see scene/curves.py."""

from __future__ import annotations

from maya.api import OpenMaya as om

from ..scene import curves


class KeysCommand(om.MPxCommand):  # type: ignore[misc]
    """An entry of the undo queue with thousands of keys."""

    name = curves.COMMAND

    @staticmethod
    def create() -> KeysCommand:
        """Makes an instance; Maya calls this for each execution."""
        return KeysCommand()

    @staticmethod
    def syntax() -> om.MSyntax:
        """One argument: the token of the waiting updates."""
        command_syntax = om.MSyntax()
        command_syntax.addArg(om.MSyntax.kLong)
        return command_syntax

    def doIt(self, arguments: om.MArgList) -> None:
        """Writes the keys for the first time."""
        self._edit = curves.Edit(arguments.asInt(0))
        self._edit.do()

    def undoIt(self) -> None:
        """Undoes the writing."""
        self._edit.undo()

    def redoIt(self) -> None:
        """Writes the keys again."""
        self._edit.redo()

    def isUndoable(self) -> bool:
        """Always."""
        return True
