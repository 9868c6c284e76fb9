"""How a line is said: the speaker, the factors, the seed."""

from __future__ import annotations

from ..core.options import Options
from .fields import Factor, PathField, form
from .qt import QtWidgets

SPEAKERS = "Speakers (*.speaker);;All files (*)"


class How(QtWidgets.QGroupBox):
    """Options as fields."""

    def __init__(self) -> None:
        super().__init__("How it is said")
        self._speaker = PathField("Choose a speaker", SPEAKERS, "the average speaker")
        self._style = Factor(1.0, 2.0, "How much of the speaker: 0 is the average, 2 exaggerates")
        self._strength = Factor(1.0, 2.0, "How far everything moves")
        self._liveliness = Factor(1.0, 2.0, "Brows, head and gaze; at 0 only the mouth moves")
        self._smoothing = Factor(0.0, 1.0, "Smoother motion in which the lips still close")
        self._gains = QtWidgets.QLineEdit()
        self._gains.setPlaceholderText("JawOpen=1.2, MouthSmile*=0.8, brows=1.3")
        self._seed = QtWidgets.QSpinBox()
        self._seed.setRange(0, 2**31 - 1)
        self._head, self._eyes = QtWidgets.QCheckBox("Head"), QtWidgets.QCheckBox("Eyes")
        self._override = QtWidgets.QCheckBox("Override layer")
        self._override.setToolTip("The take replaces what lies below while it lasts, instead of adding to it")
        rows = form()
        rows.setContentsMargins(8, 6, 8, 8)
        self.setLayout(rows)
        for name, widget in (
            ("Speaker", self._speaker),
            ("Style", self._style),
            ("Strength", self._strength),
            ("Liveliness", self._liveliness),
            ("Smooth", self._smoothing),
            ("Gains", self._gains),
        ):
            rows.addRow(name, widget)
        last = QtWidgets.QHBoxLayout()
        for part in (self._seed, self._head, self._eyes, self._override):
            last.addWidget(part)
        last.addStretch(1)
        rows.addRow("Seed", last)
        self._rest = Options()
        self.options = Options()

    @property
    def override(self) -> bool:
        """Whether the take's layer replaces what lies below."""
        return bool(self._override.isChecked())

    @property
    def options(self) -> Options:
        """What the fields say; what has no field is kept as it came."""
        kept = self._rest
        return Options(
            speaker=self._speaker.path,
            style_strength=self._style.value,
            strength=self._strength.value,
            liveliness=self._liveliness.value,
            smoothing=self._smoothing.value,
            gains=str(self._gains.text()).strip(),
            seed=int(self._seed.value()),
            head=bool(self._head.isChecked()),
            eyes=bool(self._eyes.isChecked()),
            jaw=kept.jaw,
            head_turn=kept.head_turn,
            eye_turn=kept.eye_turn,
        )

    @options.setter
    def options(self, options: Options) -> None:
        self._rest = options
        self._speaker.path = options.speaker
        for field, value in (
            (self._style, options.style_strength),
            (self._strength, options.strength),
            (self._liveliness, options.liveliness),
            (self._smoothing, options.smoothing),
        ):
            field.value = value
        self._gains.setText(options.gains)
        self._seed.setValue(min(options.seed, 2**31 - 1))
        self._head.setChecked(options.head)
        self._eyes.setChecked(options.eyes)
