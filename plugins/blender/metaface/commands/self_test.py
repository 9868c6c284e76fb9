"""The self-test in the preferences."""

from __future__ import annotations

import bpy

from ..host import library
from ..host.jobs import Plan
from .operator import BackgroundOperator, is_idle

report: list[str] = []
"""The lines of the last report."""


class METAFACE_OT_self_test(BackgroundOperator, bpy.types.Operator):
    """Test MetaFace on this machine: versions, devices, speed"""

    bl_idname = "metaface.self_test"
    bl_label = "Self-Test"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Requires that no job is running."""
        return is_idle(cls)

    def plan(self, _context: bpy.types.Context) -> Plan:
        """The plan that runs `metaface.doctor()` and shows its report in the preferences."""
        package = library.metaface()
        return Plan("MetaFace: self-test", lambda _progress: package.doctor(), _show)


def _show(text: str) -> str:
    report[:] = [f"Blender {bpy.app.version_string}", *(line for line in text.splitlines() if line.strip())]
    return "Self-test finished: the report is in the preferences, under Add-ons > MetaFace"


CLASSES = (METAFACE_OT_self_test,)
