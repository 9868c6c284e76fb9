"""The extension's preferences: the device of the network, and a self-test."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import bpy
from bpy.props import EnumProperty

from . import core

DEVICES = (
    ("auto", "Automatic", "An NVIDIA GPU if one is usable, otherwise the processor"),
    ("cpu", "Processor", "Many times faster than real time"),
    ("cuda", "NVIDIA GPU", "Through CUDA"),
)

self_test: list[str] = []  # the lines of the last self-test's report


class MetaFacePreferences(bpy.types.AddonPreferences):
    """Edit > Preferences > Add-ons > MetaFace."""

    bl_idname = __package__

    device: EnumProperty(
        name="Device", items=DEVICES, default="auto", update=lambda _self, _context: core.clear_cache()
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draws the device, the self-test and its report."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "device")
        layout.operator("metaface.self_test", icon="CHECKMARK")
        if self_test:
            box = layout.box().column(align=True)
            for line in self_test:
                box.label(text=line)


def device(context: bpy.types.Context) -> str:
    """The device that is chosen in the preferences."""
    addon = context.preferences.addons.get(__package__)
    return addon.preferences.device if addon is not None and addon.preferences is not None else "auto"


CLASSES = (MetaFacePreferences,)
