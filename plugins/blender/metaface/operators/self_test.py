"""The self-test in the preferences."""

from __future__ import annotations

import bpy

from .. import core, jobs, preferences
from . import ready


class METAFACE_OT_self_test(jobs.BackgroundOperator, bpy.types.Operator):
    """Test MetaFace on this machine: versions, devices, speed"""

    bl_idname = "metaface.self_test"
    bl_label = "Self-Test"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Requires that no job is running."""
        return ready.idle(cls)

    def plan(self, _context: bpy.types.Context) -> jobs.Plan:
        """The plan that runs `metaface.doctor()` and shows its report in the preferences."""
        package = core.metaface()
        return jobs.Plan("MetaFace: self-test", lambda _progress: package.doctor(), lambda _context, text: _show(text))


def _show(text: str) -> str:
    blender = f"Blender {bpy.app.version_string}"
    preferences.self_test[:] = [blender, *(line for line in text.splitlines() if line.strip())]
    return "Self-test finished: the report is in the preferences, under Add-ons > MetaFace"


CLASSES = (METAFACE_OT_self_test,)
