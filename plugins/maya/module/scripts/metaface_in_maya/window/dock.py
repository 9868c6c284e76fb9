"""The panel as a dock of Maya's window, and its place in the Windows menu."""

from __future__ import annotations

from typing import Any

from maya import OpenMayaUI as omui
from maya import cmds, mel

from .qt import QtWidgets, widget_of

CONTROL = "metafaceControl"
_MENU = "metafaceMenuItem"
_FILL = "from metaface_in_maya.window import dock; dock.fill()"


_kept: list[Any] = []
"""The panel: Qt keeps the widget, and this what Python knows of it."""


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
    """Called by Maya when the dock is made, and again when a workspace is restored."""
    from .panel import Panel

    _load()
    controls: Any = omui.MQtUtil  # type: ignore[attr-defined]
    pointer = controls.getCurrentParent() or controls.findControl(CONTROL)
    if not pointer:
        return
    holder = widget_of(pointer)
    area = QtWidgets.QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
    panel = Panel()
    area.setWidget(panel)
    _kept[:] = [panel]
    for event in ("SceneOpened", "NewSceneOpened"):
        cmds.scriptJob(event=(event, panel.another_scene), parent=CONTROL)
    layout = holder.layout()
    if layout is not None:
        layout.addWidget(area)


def close() -> None:
    """Takes the dock away."""
    if _exists():
        cmds.deleteUI(CONTROL)


def add_to_menu() -> None:
    """Windows > MetaFace."""
    window = mel.eval("global string $gMainWindow; $metaface_window = $gMainWindow;")
    if not window or _in_menu():
        return
    # The menu is built when it is first opened.
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
    """And out of it."""
    if _in_menu():
        cmds.deleteUI(_MENU, menuItem=True)


def _load() -> None:
    """A workspace that is restored has the panel, whether or not the plug-in loads by itself."""
    if not cmds.pluginInfo("metaface_maya", query=True, loaded=True):
        cmds.loadPlugin("metaface_maya", quiet=True)


def _exists() -> bool:
    return bool(cmds.workspaceControl(CONTROL, query=True, exists=True))  # type: ignore[call-overload]


def _in_menu() -> bool:
    return bool(cmds.menuItem(_MENU, query=True, exists=True))  # type: ignore[call-overload]
