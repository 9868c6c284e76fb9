"""MetaFace: facial animation from speech.

    host      what every host of MetaFace needs and no host is; independent of Blender
    scene     what MetaFace reads and writes in Blender's data
    commands  the operators
    window    the panels and the preferences

Dependencies point one way: window -> commands -> scene -> host.
"""

import bpy

from . import commands
from .commands import operator
from .host import library, program
from .scene import settings
from .window import panel, preferences, preview, rig_editor

program.name = "Blender"
program.console = "The system console"
program.install = "install a MetaFace zip for this Python and system, then restart Blender"

CLASSES = (*preferences.CLASSES, *commands.CLASSES, *rig_editor.CLASSES, *panel.CLASSES)


def register() -> None:
    """Blender calls this when the extension is enabled."""
    settings.register()
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Blender calls this when the extension is disabled."""
    # Before the operators are unregistered: Blender removes them while a job runs.
    operator.cancel_current(bpy.context)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
    settings.unregister()
    preview.clear_cache()
    library.clear_cache()
