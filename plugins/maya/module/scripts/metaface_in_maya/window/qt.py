"""The Qt bindings of this Maya."""

from __future__ import annotations

from typing import Any

try:
    import shiboken6 as shiboken
    from PySide6 import QtCore, QtGui, QtWidgets
except ImportError:
    import shiboken2 as shiboken  # type: ignore[no-redef, import-not-found]
    from PySide2 import QtCore, QtGui, QtWidgets  # type: ignore[no-redef, import-not-found]

__all__ = ["QtCore", "QtGui", "QtWidgets", "widget_of"]


def widget_of(pointer: Any) -> QtWidgets.QWidget:
    """The Qt widget of a Maya control."""
    widget: Any = shiboken.wrapInstance(int(pointer), QtWidgets.QWidget)
    return widget  # type: ignore[no-any-return]
