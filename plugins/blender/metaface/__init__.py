"""MetaFace: speech makes the character you already have speak.

What depends on what, from the bottom up:

    version, placement, trouble            no Blender, or which Blender
    core                                   the metaface package
    figure, sounds, keys, layers,          the scene: characters, sound strips, F-curves, takes,
    recording, checks                      what a character does now, what stands in its way
    settings, rows, rig                    what the artist sets, and the rig map
    lines, speaking, again, learning,      what the buttons do, without the buttons
    placing, files, jobs, reach
    operators, panel, rig_editor,          the buttons
    preferences
"""

import bpy

from . import core, jobs, operators, panel, preferences, rig, rig_editor, settings

CLASSES = (*preferences.CLASSES, *operators.CLASSES, *rig_editor.CLASSES, *panel.CLASSES)


def register() -> None:
    """Called by Blender when the extension is enabled."""
    settings.register()
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    # Before the operators go, which Blender takes from under a job without a word.
    jobs.put_away(bpy.context)
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
    settings.unregister()
    rig.forget_all()
    core.forget()
