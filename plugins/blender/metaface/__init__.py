"""MetaFace: facial animation from speech.

The modules, lower layers first:

    version, placement, errors             independent of Blender, or of its version
    core                                   access to the metaface package
    figure, sounds, keys, layers,          the scene: characters, sound strips, F-curves, takes,
    recording, checks                      sampled motion, problems of the setup
    settings, rows, rig, paths, selection  the user's settings, paths and selection, and the rig map
    lines, speaking, again, learning,      the work behind the buttons
    placing, files, jobs, reach
    operators, panel, rig_editor,          the user interface
    preferences
"""

import bpy

from . import core, jobs, operators, panel, preferences, rig, rig_editor, settings

CLASSES = (*preferences.CLASSES, *operators.CLASSES, *rig_editor.CLASSES, *panel.CLASSES)


def register() -> None:
    """Blender calls this when the extension is enabled."""
    settings.register()
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Blender calls this when the extension is disabled."""
    # Before the operators are unregistered: Blender removes them while a job runs.
    jobs.cancel_current(bpy.context)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
    settings.unregister()
    rig.clear_cache()
    core.clear_cache()
