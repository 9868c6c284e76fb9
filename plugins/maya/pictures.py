#!/usr/bin/env python3
"""Draws the icons from their SVG files, and the screenshots of docs/maya.md.

    python plugins/maya/pictures.py

The screenshots show the real panel, drawn by Qt outside Maya on the double of Maya that the tests use.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
sys.path[:0] = [str(HERE / "tests"), str(HERE / "tests/double"), str(HERE / "module/scripts")]

from PySide6 import QtGui, QtSvg, QtWidgets  # noqa: E402

SIZES = {"": 32, "_150": 48, "_200": 64}
"""File name suffixes that Maya uses on high-density screens, and the icon sizes in pixels."""


def icons() -> None:
    """Writes every SVG as PNG."""
    for source in sorted((HERE / "module/icons").glob("*.svg")):
        for suffix, size in SIZES.items():
            image = QtGui.QImage(size, size, QtGui.QImage.Format.Format_ARGB32)
            image.fill(0)
            painter = QtGui.QPainter(image)
            QtSvg.QSvgRenderer(str(source)).render(painter)
            painter.end()
            image.save(str(source.with_name(f"{source.stem}{suffix}.png")))


def dark(application: QtWidgets.QApplication) -> None:
    """Sets colours close to those of Maya's window."""
    application.setStyle("Fusion")
    palette, role = QtGui.QPalette(), QtGui.QPalette.ColorRole
    for name, colour in (
        (role.Window, "#444444"),
        (role.WindowText, "#dddddd"),
        (role.Base, "#2b2b2b"),
        (role.AlternateBase, "#333333"),
        (role.Text, "#dddddd"),
        (role.Button, "#5d5d5d"),
        (role.ButtonText, "#eeeeee"),
        (role.Highlight, "#5285a6"),
        (role.HighlightedText, "#ffffff"),
        (role.PlaceholderText, "#888888"),
    ):
        palette.setColor(name, QtGui.QColor(colour))
    application.setPalette(palette)


def panel(page: int, path: Path, height: int) -> None:
    """Writes a screenshot of the panel with a take, on one of its pages."""
    import sample_head
    from maya import cmds
    from metaface_in_maya.window.panel import Panel
    from model.graph import Current

    scene = Current.new()
    scene.settings["time"], scene.settings["max"] = "ntsc", 400.0
    cmds.loadPlugin("metaface_maya", quiet=True)
    sample_head.build()
    cmds.select("Face")
    cmds.currentTime(1)
    line = (REPOSITORY / "samples/speech/line.wav").relative_to(REPOSITORY).as_posix()
    widget = Panel()
    widget.resize(400, height)
    widget.sound_file.path = line
    widget.generate()
    widget.worker.wait()
    widget.pages.setCurrentIndex(page)
    widget.show()
    QtWidgets.QApplication.processEvents()
    widget.grab().save(str(path))


def main() -> None:
    """Draws everything."""
    os.chdir(REPOSITORY)
    application = QtWidgets.QApplication([])
    dark(application)
    icons()
    panel(0, REPOSITORY / "docs/images/maya-panel.png", 800)
    panel(1, REPOSITORY / "docs/images/maya-shapes.png", 860)


if __name__ == "__main__":
    main()
