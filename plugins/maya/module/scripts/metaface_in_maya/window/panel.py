"""The panel: who speaks, what is spoken, how; takes, shapes and speakers on pages below."""

from __future__ import annotations

from maya import cmds

from ..core import wording
from ..core.figures import Figure
from ..core.options import Options
from ..core.trouble import Trouble, plain
from ..scene import cast, checks, kept, rig, skins, sounds, speaking, units
from .fields import PathField, button, form, paragraph
from .how import How
from .learn_page import LearnPage
from .qt import QtCore, QtWidgets
from .rig_page import RigPage
from .takes_page import TakesPage
from .worker import Worker

SOUNDS = "Sounds (*.wav *.aif *.aiff *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.caf *.au);;All files (*)"
CLIPS = "Captures (*.csv *.json *.glb *.gltf *.usd *.usda *.usdc *.usdz);;All files (*)"
WARNING = "color: #e0a84e"


class Panel(QtWidgets.QWidget):
    """All of it. `look` reads the scene anew."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("metafacePanel")
        self.figure: Figure | None = None
        self.worker = Worker()
        self.worker.told.connect(self.tell)
        self.how = How()
        self.takes, self.shapes, self.learn = TakesPage(self), RigPage(self), LearnPage(self)
        self._who, self._problems, self._said = paragraph(), paragraph(), paragraph()
        self._problems.setStyleSheet(WARNING)
        self._lay_out()
        self.look()

    # What the user does.

    def look(self) -> None:
        """The selection's character, as it stands now; the last one where nothing of one is selected."""
        try:
            figure = self._looked_at()
        except Exception as error:
            self.figure = None
            self._who.setText(plain(error))
            self._problems.setText("")
            self.takes.clear()
            self.shapes.clear()
            return
        if self.figure is None or self.figure.root != figure.root:
            self.how.options = Options(speaker=kept.of_character(figure.root).get("speaker", ""))
        self.figure = figure
        self._show(figure)

    def another_scene(self) -> None:
        """Another scene was opened: what was under way is not written into it."""
        self.worker.cancel()
        skins.forget()
        self.figure = None
        self.look()

    def _looked_at(self) -> Figure:
        selected = [str(name) for name in cmds.ls(selection=True) or []]
        if self.figure is None:
            return cast.figure_of(selected)
        try:
            return cast.figure_of(selected) if selected else cast.fresh(self.figure)
        except Trouble:
            # A camera, a light: nothing that speaks.
            return cast.fresh(self.figure)

    def use_selection(self) -> None:
        """The button: skin weights are read again too."""
        skins.forget()
        self.look()

    def generate(self) -> None:
        """The line, as the panel stands."""
        if self.figure is None:
            self.tell("Select any part of a character, and press Use Selection", True)
            return
        root = self.figure.root
        more = {"override": self.how.override, "name": self._take.text().strip()}

        def line() -> speaking.Line:
            figure = cast.figure_of([root])
            options, start = self.how.options, float(self._start.value())
            if self._source.currentIndex() == 0:
                return speaking.of_file(figure, self._file.path, start, options, add_sound=self._add.isChecked(), **more)
            if self._source.currentIndex() == 1:
                return speaking.of_audio(figure, self._audio.currentText(), options, **more)
            return speaking.of_clip(figure, self._clip.path, start, options, **more)

        self.worker.run([lambda: speaking.plan(line())], self._spoken)

    def tell(self, text: str, wrong: bool = False) -> None:
        """Below the button."""
        self._said.setStyleSheet(WARNING if wrong else "")
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self.look()

    # How it looks.

    def _lay_out(self) -> None:
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.setSpacing(8)
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._who, 1)
        row.addWidget(button("Use Selection", "The character that the selection belongs to, read anew", self.use_selection))
        whole.addLayout(row)
        whole.addWidget(self._sound_box())
        whole.addWidget(self.how)
        whole.addWidget(button("Generate", "One step of undo; your own keys stay", self.generate, strong=True))
        for widget in (self.worker, self._said, self._problems):
            whole.addWidget(widget)
        pages = QtWidgets.QTabWidget()
        for title, page in (("Takes", self.takes), ("Shapes and Joints", self.shapes), ("Learn a Speaker", self.learn)):
            pages.addTab(page, title)
        whole.addWidget(pages, 1)
        self.pages = pages
        self._said.hide()

    def _sound_box(self) -> QtWidgets.QWidget:
        box = QtWidgets.QGroupBox("What is spoken")
        rows = form()
        rows.setContentsMargins(8, 6, 8, 8)
        box.setLayout(rows)
        self._source = QtWidgets.QComboBox()
        self._source.addItems(["A sound file", "A sound on the timeline", "A capture"])
        self._file = PathField("Choose a sound", SOUNDS, "WAV, MP3, FLAC, OGG, M4A …")
        self._audio = QtWidgets.QComboBox()
        self._clip = PathField("Choose a capture", CLIPS, "Live Link Face CSV, Audio2Face JSON, glTF, USD")
        stack = QtWidgets.QStackedWidget()
        for widget in (self._file, self._audio, self._clip):
            stack.addWidget(widget)
        stack.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed)
        self._source.currentIndexChanged.connect(stack.setCurrentIndex)
        self._start = QtWidgets.QDoubleSpinBox()
        self._start.setRange(-1e6, 1e6)
        self._start.setDecimals(1)
        self._start.setValue(units.now())
        now = button("Now", "The current frame", lambda: self._start.setValue(units.now()))
        self._add = QtWidgets.QCheckBox("Add to timeline")
        self._add.setChecked(True)
        self._take = QtWidgets.QLineEdit()
        self._take.setPlaceholderText("the sound's name")
        at = QtWidgets.QHBoxLayout()
        for part in (self._start, now, self._add):
            at.addWidget(part)
        at.addStretch(1)
        rows.addRow("Source", self._source)
        rows.addRow("", stack)
        rows.addRow("At frame", at)
        rows.addRow("Take", self._take)
        return box

    def _show(self, figure: Figure) -> None:
        chosen = self._audio.currentText()
        names = sounds.every()
        self._audio.clear()
        self._audio.addItems(names)
        self._audio.setCurrentText(chosen if chosen in names else sounds.active())
        try:
            character = figure.character()
            report = rig.rig_map(figure, character).report(character)
        except Exception as error:
            self._who.setText(f"<b>{figure.name}</b>")
            self._problems.setText(plain(error))
            self._problems.show()
            return
        self._who.setText(f"<b>{figure.name}</b><br>{wording.summary(report)}")
        problems = checks.problems(figure, report)
        self._problems.setText("\n".join(f"⚠ {problem}" for problem in problems))
        self._problems.setVisible(bool(problems))
        self.takes.show_takes(figure)
        self.shapes.show_report(figure, report)

    def _spoken(self, results: list[speaking.Spoken]) -> str:
        said = [f"{self.figure.name if self.figure else ''} speaks “{one.take.name}”" for one in results]
        return "\n".join([", ".join(said), *[text for one in results for text in one.warnings]])

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802: Qt's name
        """A dock's width."""
        return QtCore.QSize(400, 860)

    @property
    def sound_file(self) -> PathField:
        """The field of the sound."""
        return self._file
