"""MetaFace for Maya: metafaceAnimate, metafaceAdapt and the panel. Loaded by the Plug-in Manager."""

from maya import cmds
from maya.api import OpenMaya as om
from metaface_in_maya import VERSION
from metaface_in_maya.commands import adapt, animate, keys
from metaface_in_maya.core import library
from metaface_in_maya.scene import skins

COMMANDS = (keys.Keys, animate.Animate, adapt.Adapt)


def maya_useNewAPI() -> None:  # noqa: N802: the name by which Maya asks
    """Its presence says that this is Python API 2.0."""


def initializePlugin(plugin: om.MObject) -> None:  # noqa: N802
    """Registers the commands, and puts MetaFace into the Windows menu."""
    registry = om.MFnPlugin(plugin, "MetaFace", VERSION)
    for command in COMMANDS:
        registry.registerCommand(command.name, command.create, command.syntax)
    if not cmds.about(batch=True):
        # With Auto Load this runs before Maya's window is there.
        cmds.evalDeferred("from metaface_in_maya.window import dock; dock.add_to_menu()", lowestPriority=True)  # type: ignore[arg-type]


def uninitializePlugin(plugin: om.MObject) -> None:  # noqa: N802
    """Leaves nothing behind but what is in the scene."""
    if not cmds.about(batch=True):
        from metaface_in_maya.window import dock

        dock.remove_from_menu()
        dock.close()
    registry = om.MFnPlugin(plugin)
    for command in COMMANDS:
        registry.deregisterCommand(command.name)
    library.forget()
    skins.forget()
