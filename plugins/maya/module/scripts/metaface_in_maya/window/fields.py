"""Small widgets that the pages share."""

from __future__ import annotations

from .qt import QtCore, QtWidgets

_FINE = 100  # steps of a slider for 1


class PathField(QtWidgets.QWidget):
    """A file's path, typed or chosen."""

    changed = QtCore.Signal()

    def __init__(self, title: str, kinds: str, hint: str, *, save: bool = False) -> None:
        super().__init__()
        self._title, self._kinds, self._save = title, kinds, save
        self._text = QtWidgets.QLineEdit()
        self._text.setPlaceholderText(hint)
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
        """What stands there; empty for none."""
        return str(self._text.text()).strip()

    @path.setter
    def path(self, path: str) -> None:
        self._text.setText(path)
        self.changed.emit()

    def _choose(self) -> None:
        ask = QtWidgets.QFileDialog.getSaveFileName if self._save else QtWidgets.QFileDialog.getOpenFileName
        path = str(ask(self, self._title, self.path, self._kinds)[0])
        if path:
            self.path = path


class Factor(QtWidgets.QWidget):
    """A number with a slider beside it."""

    def __init__(self, value: float, largest: float, hint: str) -> None:
        super().__init__()
        self._number = QtWidgets.QDoubleSpinBox()
        self._number.setRange(0.0, largest)
        self._number.setSingleStep(0.05)
        self._number.setDecimals(2)
        self._number.setButtonSymbols(QtWidgets.QAbstractSpinBox.ButtonSymbols.NoButtons)
        self._number.setFixedWidth(52)
        self._slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        self._slider.setRange(0, int(largest * _FINE))
        self._slider.valueChanged.connect(self._slid)
        self._number.valueChanged.connect(self._typed)
        self.setToolTip(hint)
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

    def _slid(self, steps: int) -> None:
        if abs(self.value * _FINE - steps) >= 0.5:
            self._number.setValue(steps / _FINE)

    def _typed(self, value: float) -> None:
        self._slider.setValue(round(value * _FINE))


def button(text: str, hint: str, clicked: object, *, strong: bool = False) -> QtWidgets.QPushButton:
    """A button."""
    made = QtWidgets.QPushButton(text)
    made.setToolTip(hint)
    made.clicked.connect(clicked)
    if strong:
        made.setMinimumHeight(34)
        font = made.font()
        font.setBold(True)
        made.setFont(font)
    return made


def paragraph(text: str = "") -> QtWidgets.QLabel:
    """A text over as many lines as it needs, to be selected and copied."""
    made = QtWidgets.QLabel(text)
    made.setWordWrap(True)
    made.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def form() -> QtWidgets.QFormLayout:
    """Names on the left, fields on the right."""
    made = QtWidgets.QFormLayout()
    made.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    made.setLabelAlignment(QtCore.Qt.AlignmentFlag.AlignRight)
    made.setContentsMargins(0, 0, 0, 0)
    made.setVerticalSpacing(5)
    return made
