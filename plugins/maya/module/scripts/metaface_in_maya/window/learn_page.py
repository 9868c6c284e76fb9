"""The page that learns a speaker from keys in the scene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..host.jobs import Plan
from ..host.learning import SpeakerFile
from ..scene import characters, learning
from .fields import PathField, button, form, paragraph
from .options_box import SPEAKERS
from .qt import QtWidgets

if TYPE_CHECKING:
    from .panel import Panel


class LearnPage(QtWidgets.QWidget):
    """Fields for the speaker file, and the button Learn."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._file = PathField("Choose a speaker file", SPEAKERS, "anna.speaker", save=True)
        self._name, self._consent, self._licence = (QtWidgets.QLineEdit() for _ in range(3))
        self._name.setPlaceholderText("the name of the file")
        self._consent.setPlaceholderText("what the person agreed to")
        self._instant = QtWidgets.QCheckBox("Instant: takes a second instead of several")
        rows = form()
        for title, widget in (
            ("File", self._file),
            ("Name", self._name),
            ("Consent", self._consent),
            ("Licence", self._licence),
            ("", self._instant),
        ):
            rows.addRow(title, widget)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(
            paragraph("Key the character to the sound on the time slider, or import a capture; ten seconds are good.")
        )
        layout.addLayout(rows)
        tooltip = "From the sound on the time slider and the character's motion during it"
        layout.addWidget(button("Learn", tooltip, self.learn))
        layout.addStretch(1)

    def learn(self) -> None:
        """Learns from the sound on the time slider."""
        figure = self._panel.figure
        if figure is None:
            self._panel.show_message("Select any part of a character", True)
            return
        file = SpeakerFile(
            self._file.path,
            str(self._name.text()).strip(),
            bool(self._instant.isChecked()),
            str(self._consent.text()).strip(),
            str(self._licence.text()).strip(),
        )

        def plan() -> Plan:
            return learning.plan(characters.fresh(figure), learning.sounds_on_timeline([]), file)

        self._panel.worker.run([plan], self._learned)

    def _learned(self, results: list[learning.Learned]) -> str:
        (learned,) = results
        self._panel.options_box.options = replace(self._panel.options_box.options, speaker=learned.path)
        return f"{learned.text}\n{learned.warning}".strip()

    @property
    def file(self) -> PathField:
        """The field for the speaker file."""
        return self._file
