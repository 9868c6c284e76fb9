"""The extension's preferences: the device of the network, and a self-test."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import EnumProperty

from ..commands import self_test
from ..host import library
from ..scene.settings import ADDON

DEVICES = (
    ("auto", "Automatic", "An NVIDIA GPU if one is usable, otherwise the processor"),
    ("cpu", "Processor", "Many times faster than real time"),
    ("cuda", "NVIDIA GPU", "Through CUDA"),
)


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
        if self_test.report:
            box = layout.box().column(align=True)
            for line in self_test.report:
                box.label(text=line)


CLASSES = (MetaFacePreferences,)
