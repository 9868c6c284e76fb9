"""Flags as a table: Maya's syntax, the parsing and the documentation come from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maya.api import OpenMaya as om

from ..core.trouble import Trouble


_MOST = 10_000  # objects of a selection


@dataclass(frozen=True)
class Flag:
    """A flag: `kind` is text, number, whole, bool, time or switch (which takes nothing)."""

    long: str
    short: str
    kind: str
    meaning: str
    multi: bool = False
    query: bool = False


def syntax(flags: tuple[Flag, ...]) -> om.MSyntax:
    """Maya's syntax; objects are names of any part of a character, or else the selection."""
    made = om.MSyntax()
    types: dict[str, Any] = {
        "switch": om.MSyntax.kNoArg,
        "text": om.MSyntax.kString,
        "number": om.MSyntax.kDouble,
        "whole": om.MSyntax.kLong,
        "bool": om.MSyntax.kBoolean,
        "time": om.MSyntax.kTime,
    }
    for flag in flags:
        made.addFlag(f"-{flag.short}", f"-{flag.long}", types[flag.kind])
        if flag.multi:
            made.makeFlagMultiUse(f"-{flag.short}")
    made.setObjectType(om.MSyntax.kSelectionList, 0, _MOST)
    made.useSelectionAsDefault(True)
    made.enableQuery = True
    made.enableEdit = False
    return made


@dataclass(frozen=True)
class Given:
    """What was typed. In a query, `asked` are the flags that were named."""

    values: dict[str, Any]
    objects: list[str]
    query: bool
    asked: tuple[str, ...]

    def get(self, name: str, default: Any = None) -> Any:
        """A flag's value, or the default where it was not typed."""
        return self.values.get(name, default)


def parse(flags: tuple[Flag, ...], made: om.MSyntax, arguments: om.MArgList) -> Given:
    """The arguments of a command."""
    try:
        database = om.MArgDatabase(made, arguments)
        objects = [str(name) for name in database.getObjectList().getSelectionStrings()]  # type: ignore[call-arg]
    except RuntimeError as error:
        raise Trouble(
            "A name that was given is not in the scene, or is that of several nodes: name one part of a character, "
            "with its namespace, and with its path where the name is not unique"
        ) from error
    named = tuple(flag.long for flag in flags if database.isFlagSet(f"-{flag.short}"))
    if database.isQuery:
        unknown = [flag.long for flag in flags if flag.long in named and not flag.query]
        if unknown:
            raise Trouble(f"-{unknown[0]} cannot be queried; -{', -'.join(f.long for f in flags if f.query)} can")
        return Given({}, objects, True, named)
    values = {flag.long: _value(database, flag) for flag in flags if flag.long in named}
    return Given(values, objects, False, ())


def _value(database: om.MArgDatabase, flag: Flag) -> Any:
    name = f"-{flag.short}"
    if flag.kind == "switch":
        return True
    if flag.multi:
        return [database.getFlagArgumentList(name, at).asString(0) for at in range(database.numberOfFlagUses(name))]
    if flag.kind == "time":
        return float(database.flagArgumentMTime(name, 0).asUnits(om.MTime.uiUnit()))
    read = {
        "text": database.flagArgumentString,
        "number": database.flagArgumentDouble,
        "whole": database.flagArgumentInt,
        "bool": database.flagArgumentBool,
    }
    return read[flag.kind](name, 0)
