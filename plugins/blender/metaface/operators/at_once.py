"""Operators that do their work at once."""

from __future__ import annotations

import bpy

from .. import trouble


class AtOnce:
    """`act` does it and says what was done; whatever goes wrong becomes a report in plain words."""

    def act(self, context: bpy.types.Context) -> str:
        """Does it. What it returns is reported, warnings after a line break; empty says nothing."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Does it, or says why not."""
        try:
            said = self.act(context)
        except Exception as error:
            self.report({"ERROR"}, trouble.plain(error))
            return {"CANCELLED"}
        trouble.tell(self, said)
        return {"FINISHED"}
