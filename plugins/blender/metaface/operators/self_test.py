"""The self-test of the preferences."""

from __future__ import annotations

import bpy

from .. import core, jobs, preferences
from . import ready


class METAFACE_OT_self_test(jobs.Working, bpy.types.Operator):
    """Try MetaFace on this machine: versions, devices, speed"""

    bl_idname = "metaface.self_test"
    bl_label = "Self-Test"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """One piece of work at a time."""
        return ready.idle(cls)

    def plan(self, _context: bpy.types.Context) -> jobs.Plan:
        """`metaface.doctor()`, shown in the preferences."""
        package = core.metaface()
        return jobs.Plan("MetaFace: self-test", lambda _progress: package.doctor(), lambda _context, text: _show(text))


def _show(text: str) -> str:
    blender = f"Blender {bpy.app.version_string}"
    preferences.self_test[:] = [blender, *(line for line in text.splitlines() if line.strip())]
    return "The self-test is done: its words are in the preferences, under Add-ons > MetaFace"


CLASSES = (METAFACE_OT_self_test,)
