"""Error types, and the messages that the artist sees."""

from __future__ import annotations

import traceback


STOPPED = "Stopped. Nothing was changed"
"""The message when the artist cancels."""


class UserError(Exception):
    """An error that the artist can fix. The text says what is wrong and what to do."""


class Stopped(Exception):
    """The artist cancelled with Esc or with the panel's button."""


def message_of(error: BaseException) -> str:
    """The message for the artist. Unexpected errors print their traceback, for a bug report."""
    if isinstance(error, (UserError, Stopped)) or hasattr(error, "kind"):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    traceback.print_exception(type(error), error, error.__traceback__)
    return f"Internal error ({type(error).__name__}: {error}). The Script Editor has the details; please report them"


def is_cancelled(error: BaseException) -> bool:
    """Whether the work was cancelled rather than failed."""
    return isinstance(error, Stopped) or getattr(error, "kind", "") == "cancelled"


def name_list(names: list[str], most: int = 4) -> str:
    """The first few of these names, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
