"""The panel as a dock of Maya's window, and its entry in the Windows menu."""

from __future__ import annotations

from typing import Any

from maya import OpenMayaUI as omui
from maya import cmds, mel

from .qt import QtWidgets, widget_of

CONTROL = "metafaceControl"
_MENU = "metafaceMenuItem"
_FILL = "from metaface_in_maya.window import dock; dock.fill()"


_panels: list[Any] = []
"""Keeps the panel's Python object alive; Qt owns only the widget."""


def show() -> None:
    """Opens the panel, or brings it to the front."""
    _load()
    if _exists():
        cmds.workspaceControl(CONTROL, edit=True, restore=True, visible=True)
        return
    cmds.workspaceControl(
        CONTROL,
        label="MetaFace",
        uiScript=_FILL,  # type: ignore[arg-type]
        loadImmediately=True,
        initialWidth=400,
        minimumWidth=320,
        tabToControl=("AttributeEditor", -1),
    )


def fill() -> None:
    """Fills the dock. Maya calls this when it makes the dock or restores a workspace."""
    from .panel import Panel

    _load()
    controls: Any = omui.MQtUtil  # type: ignore[attr-defined]
    pointer = controls.getCurrentParent() or controls.findControl(CONTROL)
    if not pointer:
        return
    dock_widget = widget_of(pointer)
    area = QtWidgets.QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
    panel = Panel()
    area.setWidget(panel)
    _panels[:] = [panel]
    for event in ("SceneOpened", "NewSceneOpened"):
        cmds.scriptJob(event=(event, panel.on_scene_changed), parent=CONTROL)
    layout = dock_widget.layout()
    if layout is not None:
        layout.addWidget(area)


def close() -> None:
    """Closes the dock."""
    if _exists():
        cmds.deleteUI(CONTROL)


def add_to_menu() -> None:
    """Adds Windows > MetaFace."""
    window = mel.eval("global string $gMainWindow; $metaface_window = $gMainWindow;")
    if not window or _in_menu():
        return
    # Maya builds the menu when it is first opened.
    mel.eval("if (`exists buildDeferredMenus`) buildDeferredMenus;")
    cmds.menuItem(
        _MENU,
        label="MetaFace",
        parent="mainWindowMenu",
        image="metaface.png",
        sourceType="python",
        command="from metaface_in_maya.window import dock; dock.show()",  # type: ignore[arg-type]
    )


def remove_from_menu() -> None:
    """Removes Windows > MetaFace."""
    if _in_menu():
        cmds.deleteUI(_MENU, menuItem=True)


def _load() -> None:
    """Loads the plug-in: a restored workspace has the panel even if the plug-in is not set to Auto Load."""
    if not cmds.pluginInfo("metaface_maya", query=True, loaded=True):
        cmds.loadPlugin("metaface_maya", quiet=True)


def _exists() -> bool:
    return bool(cmds.workspaceControl(CONTROL, query=True, exists=True))  # type: ignore[call-overload]


def _in_menu() -> bool:
    return bool(cmds.menuItem(_MENU, query=True, exists=True))  # type: ignore[call-overload]
