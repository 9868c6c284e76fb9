"""Operators that run immediately instead of in a thread."""

from __future__ import annotations

import bpy

from .. import errors


class ImmediateOperator:
    """Base of operators that implement `run`; errors become reports."""

    def run(self, context: bpy.types.Context) -> str:
        """Runs the operator; returns the report's text, with warnings after a line break, or nothing to report."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Calls `run` and reports its result or error."""
        try:
            text = self.run(context)
        except Exception as error:
            self.report({"ERROR"}, errors.error_message(error))
            return {"CANCELLED"}
        errors.report_success(self, text)
        return {"FINISHED"}
