"""The panel, in Qt: PySide6 in Maya 2025 and later, PySide2 before. It has the functions of the commands."""
