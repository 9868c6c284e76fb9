"""A speaker from the keys that lie in the scene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.jobs import Plan
from ..scene import cast, learning
from .fields import PathField, button, form, paragraph
from .how import SPEAKERS
from .qt import QtWidgets

if TYPE_CHECKING:
    from .panel import Panel


class LearnPage(QtWidgets.QWidget):
    """Where the speaker goes, and what is said about it."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._file = PathField("The speaker's file", SPEAKERS, "anna.speaker", save=True)
        self._name, self._consent, self._licence = (QtWidgets.QLineEdit() for _ in range(3))
        self._name.setPlaceholderText("the file's name")
        self._consent.setPlaceholderText("what the person agreed to")
        self._instant = QtWidgets.QCheckBox("Instant: a second instead of several")
        rows = form()
        for title, widget in (
            ("File", self._file),
            ("Name", self._name),
            ("Consent", self._consent),
            ("Licence", self._licence),
            ("", self._instant),
        ):
            rows.addRow(title, widget)
        whole = QtWidgets.QVBoxLayout(self)
        whole.addWidget(
            paragraph("Key the character to the sound on the time slider, or bring in a capture; ten seconds are good.")
        )
        whole.addLayout(rows)
        whole.addWidget(button("Learn", "From the sound on the time slider and what the character does then", self.learn))
        whole.addStretch(1)

    def learn(self) -> None:
        """From the active sound."""
        figure = self._panel.figure
        if figure is None:
            self._panel.tell("Select any part of a character", True)
            return
        wishes = learning.Wishes(
            self._file.path,
            str(self._name.text()).strip(),
            bool(self._instant.isChecked()),
            str(self._consent.text()).strip(),
            str(self._licence.text()).strip(),
        )

        def plan() -> Plan:
            return learning.plan(cast.fresh(figure), learning.heard_on_timeline([]), wishes)

        self._panel.worker.run([plan], self._learned)

    def _learned(self, results: list[Any]) -> str:
        path, warnings = results[0]
        self._panel.how.options = replace(self._panel.how.options, speaker=path)
        return "\n".join([f"Learned: {path}. The character speaks like this now", *warnings])

    @property
    def file(self) -> PathField:
        """The field of the file."""
        return self._file
