"""MetaFace for Maya: metafaceAnimate, metafaceAdapt and the panel. Loaded by the Plug-in Manager."""

from maya import cmds
from maya.api import OpenMaya as om
from metaface_in_maya import VERSION
from metaface_in_maya.commands import adapt, animate, keys
from metaface_in_maya.host import library
from metaface_in_maya.scene import skins

COMMANDS = (keys.KeysCommand, animate.AnimateCommand, adapt.AdaptCommand)


def maya_useNewAPI() -> None:  # noqa: N802: Maya looks for this name
    """Tells Maya that the plug-in uses Python API 2.0."""


def initializePlugin(plugin: om.MObject) -> None:  # noqa: N802
    """Registers the commands, and adds MetaFace to the Windows menu."""
    registry = om.MFnPlugin(plugin, "MetaFace", VERSION)
    for command in COMMANDS:
        registry.registerCommand(command.name, command.create, command.syntax)
    if not cmds.about(batch=True):
        # With Auto Load this runs before Maya's window exists.
        cmds.evalDeferred("from metaface_in_maya.window import dock; dock.add_to_menu()", lowestPriority=True)  # type: ignore[arg-type]


def uninitializePlugin(plugin: om.MObject) -> None:  # noqa: N802
    """Removes everything except what is in the scene."""
    if not cmds.about(batch=True):
        from metaface_in_maya.window import dock

        dock.remove_from_menu()
        dock.close()
    registry = om.MFnPlugin(plugin)
    for command in COMMANDS:
        registry.deregisterCommand(command.name)
    library.clear_cache()
    skins.clear_cache()
