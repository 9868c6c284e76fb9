"""Flags as tables, from which Maya's syntax, the parsing and the documentation come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maya.api import OpenMaya as om

from ..host.errors import UserError
from ..host.option_table import Option

_MAX_OBJECTS = 10_000


@dataclass(frozen=True)
class Flag:
    """A flag of a command. `kind` is text, number, whole, bool, time, or switch for a flag without a value."""

    long: str
    short: str
    kind: str
    help: str
    multi: bool = False
    query: bool = False


def option_flag(option: Option) -> Flag:
    """The flag of an option of the table. Its short name is the first three letters of the long name."""
    kinds = {"number": "number", "whole": "whole", "switch": "bool"}
    kind = kinds.get(option.kind, "text")
    limits = f", {option.low:g} to {option.high:g}" if option.low is not None and option.high is not None else ""
    return Flag(option.flag, option.flag[:3].lower(), kind, f"{option.help}{limits}")


def syntax(flags: tuple[Flag, ...]) -> om.MSyntax:
    """Maya's syntax. The objects are parts of a character by name; by default, the selection."""
    command_syntax = om.MSyntax()
    types: dict[str, Any] = {
        "switch": om.MSyntax.kNoArg,
        "text": om.MSyntax.kString,
        "number": om.MSyntax.kDouble,
        "whole": om.MSyntax.kLong,
        "bool": om.MSyntax.kBoolean,
        "time": om.MSyntax.kTime,
    }
    for flag in flags:
        command_syntax.addFlag(f"-{flag.short}", f"-{flag.long}", types[flag.kind])
        if flag.multi:
            command_syntax.makeFlagMultiUse(f"-{flag.short}")
    command_syntax.setObjectType(om.MSyntax.kSelectionList, 0, _MAX_OBJECTS)
    command_syntax.useSelectionAsDefault(True)
    command_syntax.enableQuery = True
    command_syntax.enableEdit = False
    return command_syntax


@dataclass(frozen=True)
class Arguments:
    """The parsed arguments of a command. In a query, `queried` are the names of the flags."""

    values: dict[str, Any]
    objects: list[str]
    query: bool
    queried: tuple[str, ...]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a flag, or the default if the flag is not set."""
        return self.values.get(name, default)


def parse(flags: tuple[Flag, ...], command_syntax: om.MSyntax, arguments: om.MArgList) -> Arguments:
    """Parses the arguments of a command."""
    try:
        database = om.MArgDatabase(command_syntax, arguments)
        objects = [str(name) for name in database.getObjectList().getSelectionStrings()]  # type: ignore[call-arg]
    except RuntimeError as error:
        raise UserError(
            "A name is not in the scene, or several nodes have it: name one part of a character, with its namespace, "
            "and with its path if the name is not unique"
        ) from error
    set_flags = tuple(flag.long for flag in flags if database.isFlagSet(f"-{flag.short}"))
    if database.isQuery:
        unknown = [flag.long for flag in flags if flag.long in set_flags and not flag.query]
        if unknown:
            choices = ", ".join(f"-{flag.long}" for flag in flags if flag.query)
            raise UserError(f"-{unknown[0]} cannot be queried; these flags can: {choices}")
        return Arguments({}, objects, True, set_flags)
    values = {flag.long: _value(database, flag) for flag in flags if flag.long in set_flags}
    return Arguments(values, objects, False, ())


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
