"""The base class of Maya commands with flags."""

from __future__ import annotations

from typing import Any, ClassVar

from maya.api import OpenMaya as om

from .flags import Arguments, Flag, parse, syntax
from .running import reported_errors, set_result


class FlagCommand(om.MPxCommand):  # type: ignore[misc]
    """Not undoable itself; the commands that it calls are undoable, as one step."""

    name: ClassVar[str]
    flags: ClassVar[tuple[Flag, ...]]

    @classmethod
    def create(cls) -> FlagCommand:
        """Makes an instance; Maya calls this for each execution."""
        return cls()

    @classmethod
    def syntax(cls) -> om.MSyntax:
        """The syntax of the table of flags."""
        return syntax(cls.flags)

    def doIt(self, arguments: om.MArgList) -> None:
        """Parses the arguments, executes the command and sets its result."""
        with reported_errors():
            set_result(self, self.execute(parse(self.flags, self.syntax(), arguments)))

    def isUndoable(self) -> bool:
        """See the class."""
        return False

    def execute(self, arguments: Arguments) -> Any:
        """Executes the command and returns its result."""
        raise NotImplementedError
