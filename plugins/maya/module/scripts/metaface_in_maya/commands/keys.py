"""metafaceKeys: writes keys in bulk, and takes them back. Not for typing: see scene/curves.py."""

from __future__ import annotations

from maya.api import OpenMaya as om

from ..scene import curves


class Keys(om.MPxCommand):  # type: ignore[misc]
    """An entry of the undo queue that holds thousands of keys."""

    name = curves.COMMAND

    @staticmethod
    def create() -> Keys:
        """Maya asks for one each time."""
        return Keys()

    @staticmethod
    def syntax() -> om.MSyntax:
        """The token under which the keys wait."""
        made = om.MSyntax()
        made.addArg(om.MSyntax.kLong)
        return made

    def doIt(self, arguments: om.MArgList) -> None:
        """The first time."""
        self._edit = curves.Edit(arguments.asInt(0))
        self._edit.do()

    def undoIt(self) -> None:
        """Takes the keys back."""
        self._edit.undo()

    def redoIt(self) -> None:
        """Writes them again."""
        self._edit.redo()

    def isUndoable(self) -> bool:
        """Always."""
        return True
