"""A command of Maya's that takes flags."""

from __future__ import annotations

from typing import Any, ClassVar

from maya.api import OpenMaya as om

from .flags import Flag, Given, parse, syntax
from .running import answer, told


class Flagged(om.MPxCommand):  # type: ignore[misc]
    """Not undoable itself: what it does to the scene is, as one step, through the commands that it calls."""

    name: ClassVar[str]
    flags: ClassVar[tuple[Flag, ...]]

    @classmethod
    def create(cls) -> Flagged:
        """Maya asks for one each time."""
        return cls()

    @classmethod
    def syntax(cls) -> om.MSyntax:
        """From the table of flags."""
        return syntax(cls.flags)

    def doIt(self, arguments: om.MArgList) -> None:
        """Takes the arguments apart, and leaves the result."""
        with told():
            answer(self, self.answer_to(parse(self.flags, self.syntax(), arguments)))

    def isUndoable(self) -> bool:
        """See the class."""
        return False

    def answer_to(self, given: Given) -> Any:
        """Does what the flags ask for; gives the result."""
        raise NotImplementedError
