"""The extension's preferences: the device of the network, and a self-test."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import EnumProperty

from ..commands.operator import BackgroundOperator, is_idle
from ..host import library
from ..host.jobs import Plan
from ..scene.settings import ADDON

DEVICES = (
    ("auto", "Automatic", "An NVIDIA GPU if one is usable, otherwise the processor"),
    ("cpu", "Processor", "Many times faster than real time"),
    ("cuda", "NVIDIA GPU", "Through CUDA"),
)

self_test_report: list[str] = []
"""The lines of the last report."""


class MetaFacePreferences(bpy.types.AddonPreferences):
    """Edit > Preferences > Add-ons > MetaFace."""

    bl_idname = ADDON

    device: EnumProperty(
        name="Device", items=DEVICES, default="auto", update=lambda _self, _context: library.clear_cache()
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draws the device, the self-test and its report."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "device")
        layout.operator("metaface.self_test", icon="CHECKMARK")
        if self_test_report:
            box = layout.box().column(align=True)
            for line in self_test_report:
                box.label(text=line)


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
    self_test_report[:] = [f"Blender {bpy.app.version_string}", *(line for line in text.splitlines() if line.strip())]
    return "Self-test finished: the report is in the preferences, under Add-ons > MetaFace"


CLASSES = (MetaFacePreferences, METAFACE_OT_self_test)
