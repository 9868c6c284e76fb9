"""Error types, and their messages for the user."""

from __future__ import annotations

import traceback

from . import program

STOPPED = "Stopped. Nothing was changed"
"""The message when the user cancels."""


class UserError(Exception):
    """An error that the user can fix. The text says what is wrong and what to do."""


class Stopped(Exception):
    """The user cancelled."""


def message_of(error: BaseException) -> str:
    """The message for the user. Unexpected errors print their traceback, for a bug report."""
    if isinstance(error, (UserError, Stopped)):
        return str(error)
    if hasattr(error, "kind"):  # an error of the `metaface` package
        return STOPPED if is_cancelled(error) else str(error)
    if isinstance(error, ReferenceError):  # a part of the scene that no longer exists
        return "The character was removed while MetaFace was running: start again"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    traceback.print_exception(type(error), error, error.__traceback__)
    return (
        f"Internal error ({type(error).__name__}: {error}). {program.console} has the details: please report them"
    )


def is_cancelled(error: BaseException) -> bool:
    """Whether the work was cancelled rather than failed."""
    return isinstance(error, Stopped) or getattr(error, "kind", "") == "cancelled"


def name_list(names: list[str], most: int = 4) -> str:
    """The first few of these names, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
