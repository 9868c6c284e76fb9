"""Errors, and how operators report them."""

from __future__ import annotations

import traceback
from typing import Any


class UserError(Exception):
    """An error that the user can fix. The text states the problem and the remedy."""


class Cancelled(Exception):
    """The user pressed Esc."""


def error_message(error: BaseException) -> str:
    """The text of an error for Blender's report, without a traceback.

    Internal errors are also printed to the system console with their traceback, for a bug report.
    """
    if isinstance(error, (UserError, Cancelled)):
        return str(error)
    if isinstance(error, ReferenceError):
        return "The character was removed while MetaFace was running: start again"
    if _is_from_metaface(error):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    traceback.print_exception(error)
    return (
        f"Internal error ({type(error).__name__}: {error}). "
        "The system console has the details: please report them"
    )


def report_success(operator: Any, text: str) -> None:
    """Reports the first line of the text as information, and the other lines as a warning."""
    summary, _, warning = text.partition("\n")
    if summary:
        operator.report({"INFO"}, summary)
    if warning.strip():
        operator.report({"WARNING"}, warning.strip())


def is_cancelled(error: BaseException) -> bool:
    """Whether the error is a cancellation by the user."""
    return isinstance(error, Cancelled) or getattr(error, "kind", "") == "cancelled"


def _is_from_metaface(error: BaseException) -> bool:
    module = type(error).__module__ or ""
    return module.split(".")[0] in {"metaface", "_metaface"} or hasattr(error, "kind")
