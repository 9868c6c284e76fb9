"""The page that shows which shapes and joints are driven, and edits, loads, saves and resets the rig map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.figures import Figure
from ..host import wording
from ..host.errors import message_of
from ..scene import characters, rig
from .fields import button
from .qt import QtWidgets

if TYPE_CHECKING:
    from .panel import Panel

MAPS = "Rig maps (*.rigmap.json *.json)"


class RigPage(QtWidgets.QWidget):
    """The rig map's report as a tree, and the buttons for the map."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._tree = QtWidgets.QTreeWidget()
        self._tree.setHeaderLabels(["Shape or joint", "Driven by"])
        self._tree.setMinimumHeight(64)
        self._state = QtWidgets.QLabel()
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._state)
        buttons = QtWidgets.QHBoxLayout()
        for text, tooltip, clicked in (
            ("Edit …", "Edit the map as JSON; it is checked before it is stored", self._edit),
            ("Load …", "Load a map from a file and store it with the character", self._load),
            ("Save …", "Save the map for other scenes and for metaface animate --rig-map", self._save),
            ("Reset", "Use the map found by names again", self._reset),
        ):
            buttons.addWidget(button(text, tooltip, clicked))
        layout.addLayout(buttons)

    def show_report(self, figure: Figure, report: Any) -> None:
        """Shows what moves, what stays at rest, and which channels drive nothing."""
        self._tree.clear()
        moves = self._branch(f"Will move: {len(report.driven)} shapes, {len(report.driven_joints)} joints")
        for name, channels in wording.driven(report):
            moves.addChild(QtWidgets.QTreeWidgetItem([name, channels]))
        at_rest = self._branch(f"Will stay at rest: {wording.count(len(report.undriven_targets), 'shape')}")
        for name, reason in wording.undriven(report):
            at_rest.addChild(_item_with_tooltip(name, reason))
        unused = self._branch(f"Drives nothing: {wording.count(len(report.undriven_channels), 'channel')}")
        for one in report.undriven_channels:
            unused.addChild(_item_with_tooltip(one.channel, one.reason))
        moves.setExpanded(True)
        self._tree.resizeColumnToContents(0)
        self._state.setText("The rig map was edited" if rig.is_edited(figure) else "The rig map is found by names")

    def clear(self) -> None:
        """Clears the page when there is no character."""
        self._tree.clear()
        self._state.setText("")

    def _branch(self, title: str) -> QtWidgets.QTreeWidgetItem:
        item = QtWidgets.QTreeWidgetItem([title])
        self._tree.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)
        return item

    def _edit(self) -> None:
        figure = self._panel.figure
        if figure is None:
            return
        text = str(rig.rig_map(figure, figure.character()).to_json())
        editor = Editor(self, text)
        if editor.exec():
            self.store(editor.text)

    def store(self, text: str) -> None:
        """Stores an edited map."""
        self._run(lambda figure: rig.load_text(figure, text), "The rig map is stored with the character")

    def _load(self) -> None:
        path = str(QtWidgets.QFileDialog.getOpenFileName(self, "Load a rig map", "", MAPS)[0])
        if path:
            self._run(lambda figure: rig.load(figure, path), "The rig map is stored with the character")

    def _save(self) -> None:
        path = str(QtWidgets.QFileDialog.getSaveFileName(self, "Save the rig map", "hero.rigmap.json", MAPS)[0])
        if path:
            self._run(lambda figure: rig.save(figure, path), f"Saved: {path}")

    def _reset(self) -> None:
        self._run(lambda figure: rig.load(figure, ""), "The rig map is found by names again")

    def _run(self, work: Any, message: str) -> None:
        if self._panel.figure is None:
            return
        try:
            work(characters.fresh(self._panel.figure))
            self._panel.show_message(message)
        except Exception as error:
            self._panel.show_message(message_of(error), True)


class Editor(QtWidgets.QDialog):
    """A dialog that edits the map as JSON."""

    def __init__(self, parent: QtWidgets.QWidget, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("MetaFace rig map")
        self.resize(560, 640)
        self._text = QtWidgets.QPlainTextEdit(text)
        self._text.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.NoWrap)
        standard = QtWidgets.QDialogButtonBox.StandardButton
        buttons = QtWidgets.QDialogButtonBox(standard.Ok | standard.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addWidget(buttons)

    @property
    def text(self) -> str:
        """The edited text."""
        return str(self._text.toPlainText())


def _item_with_tooltip(name: str, reason: str) -> QtWidgets.QTreeWidgetItem:
    item = QtWidgets.QTreeWidgetItem([name, reason])
    item.setToolTip(1, reason)
    return item
