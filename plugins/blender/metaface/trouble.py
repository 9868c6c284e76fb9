"""What can go wrong, said to the artist in plain words."""

from __future__ import annotations

import traceback
from typing import Any


class Trouble(Exception):
    """Something that the artist can mend. The text says what is wrong, and how to mend it."""


class Stopped(Exception):
    """The artist pressed Esc."""


def plain(error: BaseException) -> str:
    """One line or a few for Blender's report of an error; no traceback for what a user can do.

    What nobody foresaw is printed with its traceback to the system console, for a bug report.
    """
    if isinstance(error, (Trouble, Stopped)):
        return str(error)
    if isinstance(error, ReferenceError):
        return "The scene changed while MetaFace worked, and its character is gone: start again"
    if _is_from_metaface(error):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    traceback.print_exception(error)
    return (
        f"MetaFace met something that nobody foresaw ({type(error).__name__}: {error}). "
        "The system console has the details; please report them"
    )


def tell(operator: Any, text: str) -> None:
    """Reports what was done; what stands after a line break is a warning."""
    said, _, warning = text.partition("\n")
    if said:
        operator.report({"INFO"}, said)
    if warning.strip():
        operator.report({"WARNING"}, warning.strip())


def is_stop(error: BaseException) -> bool:
    """Whether this is no failure, but the artist's own wish."""
    return isinstance(error, Stopped) or getattr(error, "kind", "") == "cancelled"


def _is_from_metaface(error: BaseException) -> bool:
    module = type(error).__module__ or ""
    return module.split(".")[0] in {"metaface", "_metaface"} or hasattr(error, "kind")
