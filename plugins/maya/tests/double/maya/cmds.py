"""The commands that the plug-in calls, gathered from their files; and those that plug-ins register."""

from model.animation_commands import *  # noqa: F403
from model.node_commands import *  # noqa: F403
from model.making_commands import *  # noqa: F403, I001: blendShape makes, and asks
from model.scene_commands import *  # noqa: F403


def __getattr__(name):
    """A plug-in's command."""
    from maya.api import OpenMaya

    if name not in OpenMaya.COMMANDS:
        raise AttributeError(name)
    return lambda *positional, **named: OpenMaya.call(name, *positional, **named)
