"""Shapes and joints: what is driven and what not, and the rig map: load, edit, save, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import wording
from ..core.figures import Figure
from ..core.trouble import plain
from ..scene import cast, rig
from .fields import button
from .qt import QtWidgets

if TYPE_CHECKING:
    from .panel import Panel

MAPS = "Rig maps (*.rigmap.json *.json)"


class RigPage(QtWidgets.QWidget):
    """The report as a tree, and the map's buttons."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._tree = QtWidgets.QTreeWidget()
        self._tree.setHeaderLabels(["Shape or joint", "Moved by"])
        self._tree.setMinimumHeight(64)
        self._state = QtWidgets.QLabel()
        whole = QtWidgets.QVBoxLayout(self)
        whole.addWidget(self._tree, 1)
        whole.addWidget(self._state)
        line = QtWidgets.QHBoxLayout()
        for text, hint, clicked in (
            ("Edit …", "The map as JSON; it is checked before it is kept", self._edit),
            ("Load …", "A map from a file, kept with the character", self._load),
            ("Save …", "For other scenes, and for metaface animate --rig-map", self._save),
            ("Reset", "Back to what the names say", self._reset),
        ):
            line.addWidget(button(text, hint, clicked))
        whole.addLayout(line)

    def show_report(self, figure: Figure, report: Any) -> None:
        """What moves, what stays at rest, and which channels move nothing."""
        self._tree.clear()
        moves = self._branch(f"Will move: {len(report.driven)} shapes, {len(report.driven_joints)} joints")
        for name, by in wording.driven(report):
            moves.addChild(QtWidgets.QTreeWidgetItem([name, by]))
        still = self._branch(f"Will stay at rest: {wording.count(len(report.undriven_targets), 'shape')}")
        for name, why in wording.undriven(report):
            still.addChild(_hinted(name, why))
        idle = self._branch(f"Moves nothing: {wording.count(len(report.undriven_channels), 'channel')}")
        for one in report.undriven_channels:
            idle.addChild(_hinted(one.channel, one.reason))
        moves.setExpanded(True)
        self._tree.resizeColumnToContents(0)
        self._state.setText("The rig map was edited" if rig.is_edited(figure) else "The rig map is found by names")

    def clear(self) -> None:
        """No character, no shapes."""
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
            self.keep(editor.text)

    def keep(self, text: str) -> None:
        """An edited map."""
        self._at_once(lambda figure: rig.load_text(figure, text), "The rig map is kept with the character")

    def _load(self) -> None:
        path = str(QtWidgets.QFileDialog.getOpenFileName(self, "Load a rig map", "", MAPS)[0])
        if path:
            self._at_once(lambda figure: rig.load(figure, path), "The rig map is kept with the character")

    def _save(self) -> None:
        path = str(QtWidgets.QFileDialog.getSaveFileName(self, "Save the rig map", "hero.rigmap.json", MAPS)[0])
        if path:
            self._at_once(lambda figure: rig.save(figure, path), f"Saved: {path}")

    def _reset(self) -> None:
        self._at_once(lambda figure: rig.load(figure, ""), "The rig map is found by names again")

    def _at_once(self, work: Any, said: str) -> None:
        if self._panel.figure is None:
            return
        try:
            work(cast.fresh(self._panel.figure))
            self._panel.tell(said)
        except Exception as error:
            self._panel.tell(plain(error), True)


class Editor(QtWidgets.QDialog):
    """The map's JSON, as the documentation describes it field by field."""

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
        whole = QtWidgets.QVBoxLayout(self)
        whole.addWidget(self._text)
        whole.addWidget(buttons)

    @property
    def text(self) -> str:
        """As it was left."""
        return str(self._text.toPlainText())


def _hinted(name: str, why: str) -> QtWidgets.QTreeWidgetItem:
    item = QtWidgets.QTreeWidgetItem([name, why])
    item.setToolTip(1, why)
    return item
