"""What can go wrong, said to the artist in plain words."""

from __future__ import annotations

import traceback


class Trouble(Exception):
    """Something that the artist can mend. The text says what is wrong, and how to mend it."""


class Stopped(Exception):
    """The artist's own wish: Esc, or the panel's button."""


def plain(error: BaseException) -> str:
    """What to tell; what nobody foresaw is printed with its traceback, for a bug report."""
    if isinstance(error, (Trouble, Stopped)) or hasattr(error, "kind"):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    traceback.print_exception(type(error), error, error.__traceback__)
    return (
        f"MetaFace met something that nobody foresaw ({type(error).__name__}: {error}). "
        "The Script Editor has the details; please report them"
    )


def is_stop(error: BaseException) -> bool:
    """Whether this is no failure."""
    return isinstance(error, Stopped) or getattr(error, "kind", "") == "cancelled"


def some(names: list[str], most: int = 4) -> str:
    """The first few of these names, and how many more there are."""
    said = ", ".join(names[:most])
    return said if len(names) <= most else f"{said} and {len(names) - most} more"
