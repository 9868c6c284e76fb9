"""The commands that the plug-in calls, and those that plug-ins register."""

from model.animation_commands import *  # noqa: F403
from model.node_commands import *  # noqa: F403
from model.making_commands import *  # noqa: F403, I001: its blendShape replaces that of node_commands
from model.scene_commands import *  # noqa: F403


def __getattr__(name):
    """A command of a plug-in."""
    from maya.api import OpenMaya

    if name not in OpenMaya.COMMANDS:
        raise AttributeError(name)
    return lambda *positional, **named: OpenMaya.call(name, *positional, **named)
