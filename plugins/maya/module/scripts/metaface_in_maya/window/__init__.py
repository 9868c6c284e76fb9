"""The panel, in Qt: PySide6 in Maya 2025 and later, PySide2 before. It does what the commands do."""
