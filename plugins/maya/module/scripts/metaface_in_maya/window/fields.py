"""Widgets that the pages share."""

from __future__ import annotations

from .qt import QtCore, QtWidgets

_STEPS = 100  # slider steps per 1


class PathField(QtWidgets.QWidget):
    """A field for a file path, typed or chosen in a dialog."""

    changed = QtCore.Signal()

    def __init__(self, title: str, filters: str, placeholder: str, *, save: bool = False) -> None:
        super().__init__()
        self._title, self._filters, self._save = title, filters, save
        self._text = QtWidgets.QLineEdit()
        self._text.setPlaceholderText(placeholder)
        self._text.setClearButtonEnabled(True)
        self._text.editingFinished.connect(self.changed)
        choose = QtWidgets.QToolButton()
        choose.setText("…")
        choose.setToolTip(title)
        choose.clicked.connect(self._choose)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(choose)

    @property
    def path(self) -> str:
        """The path; empty if there is none."""
        return str(self._text.text()).strip()

    @path.setter
    def path(self, path: str) -> None:
        self._text.setText(path)
        self.changed.emit()

    def _choose(self) -> None:
        dialog = QtWidgets.QFileDialog.getSaveFileName if self._save else QtWidgets.QFileDialog.getOpenFileName
        path = str(dialog(self, self._title, self.path, self._filters)[0])
        if path:
            self.path = path


class FactorField(QtWidgets.QWidget):
    """A number field with a slider."""

    def __init__(self, value: float, largest: float, tooltip: str) -> None:
        super().__init__()
        self._number = QtWidgets.QDoubleSpinBox()
        self._number.setRange(0.0, largest)
        self._number.setSingleStep(0.05)
        self._number.setDecimals(2)
        self._number.setButtonSymbols(QtWidgets.QAbstractSpinBox.ButtonSymbols.NoButtons)
        self._number.setFixedWidth(52)
        self._slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        self._slider.setRange(0, int(largest * _STEPS))
        self._slider.valueChanged.connect(self._slider_moved)
        self._number.valueChanged.connect(self._number_changed)
        self.setToolTip(tooltip)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._number)
        row.addWidget(self._slider, 1)
        self.value = value

    @property
    def value(self) -> float:
        """The number."""
        return float(self._number.value())

    @value.setter
    def value(self, value: float) -> None:
        self._number.setValue(value)

    def _slider_moved(self, steps: int) -> None:
        if abs(self.value * _STEPS - steps) >= 0.5:
            self._number.setValue(steps / _STEPS)

    def _number_changed(self, value: float) -> None:
        self._slider.setValue(round(value * _STEPS))


def button(text: str, tooltip: str, clicked: object, *, strong: bool = False) -> QtWidgets.QPushButton:
    """A button; `strong` makes it higher and its text bold."""
    widget = QtWidgets.QPushButton(text)
    widget.setToolTip(tooltip)
    widget.clicked.connect(clicked)
    if strong:
        widget.setMinimumHeight(34)
        font = widget.font()
        font.setBold(True)
        widget.setFont(font)
    return widget


def paragraph(text: str = "") -> QtWidgets.QLabel:
    """A label with word wrap and selectable text."""
    label = QtWidgets.QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def form() -> QtWidgets.QFormLayout:
    """A layout with labels on the left and fields on the right."""
    layout = QtWidgets.QFormLayout()
    layout.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    layout.setLabelAlignment(QtCore.Qt.AlignmentFlag.AlignRight)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setVerticalSpacing(5)
    return layout
