"""The options of a take: a field for each option of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..host.option_table import Option
from ..host.options import TAKE_OPTIONS, Options, label
from .fields import FactorField, PathField, form
from .qt import QtWidgets

SPEAKERS = "Speakers (*.speaker);;All files (*)"
_MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class _Field:
    """A widget, and functions that read and set its value."""

    widget: Any
    read: Callable[[], Any]
    write: Callable[[Any], None]


def _field(option: Option) -> _Field:
    if option.kind == "number":
        factor = FactorField(0.0, option.high or 1.0, option.help)
        return _Field(factor, lambda: factor.value, lambda value: setattr(factor, "value", value))
    if option.kind == "whole":
        number = QtWidgets.QSpinBox()
        number.setRange(0, _MAX_SEED)
        number.setToolTip(option.help)
        return _Field(number, lambda: int(number.value()), lambda value: number.setValue(min(value, _MAX_SEED)))
    if option.kind == "switch":
        box = QtWidgets.QCheckBox(label(option))
        box.setToolTip(option.help)
        return _Field(box, lambda: bool(box.isChecked()), box.setChecked)
    text = QtWidgets.QLineEdit()
    text.setPlaceholderText(option.help)
    text.setToolTip(option.help)
    return _Field(text, lambda: str(text.text()).strip(), text.setText)


class OptionsBox(QtWidgets.QGroupBox):
    """The options as fields."""

    def __init__(self) -> None:
        super().__init__("Options")
        self._speaker = PathField("Choose a speaker", SPEAKERS, "the average speaker")
        self._fields = {option.name: _field(option) for option in TAKE_OPTIONS}
        self._override = QtWidgets.QCheckBox("Override layer")
        self._override.setToolTip("The take replaces the layers below it instead of adding to them")
        rows = form()
        rows.setContentsMargins(8, 6, 8, 8)
        self.setLayout(rows)
        rows.addRow("Speaker", self._speaker)
        switches = QtWidgets.QHBoxLayout()
        for option in TAKE_OPTIONS:
            if option.kind == "switch":
                switches.addWidget(self._fields[option.name].widget)
            else:
                rows.addRow(label(option), self._fields[option.name].widget)
        switches.addWidget(self._override)
        switches.addStretch(1)
        rows.addRow("Move", switches)
        self._shown = Options()
        self.options = Options()

    @property
    def override(self) -> bool:
        """Whether the take replaces the layers below it."""
        return bool(self._override.isChecked())

    @property
    def options(self) -> Options:
        """The options in the fields; the options without a field are those last set."""
        changes = {name: field.read() for name, field in self._fields.items()}
        return self._shown.with_values(changes | {"speaker": self._speaker.path})

    @options.setter
    def options(self, options: Options) -> None:
        self._shown = options
        self._speaker.path = options.speaker
        for name, field in self._fields.items():
            field.write(options.values[name])
