"""The panel: character, input and options, with pages for takes, shapes and learning below."""

from __future__ import annotations

from maya import cmds

from ..core.figures import Figure
from ..host import wording
from ..host.errors import UserError, message_of
from ..host.options import Options
from ..scene import characters, checks, generating, rig, skins, sounds, storage, units
from .fields import PathField, button, form, paragraph
from .learn_page import LearnPage
from .options_box import OptionsBox
from .qt import QtCore, QtWidgets
from .rig_page import RigPage
from .takes_page import TakesPage
from .worker import Worker

SOUNDS = "Sounds (*.wav *.aif *.aiff *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.caf *.au);;All files (*)"
CLIPS = "Captures (*.csv *.json *.glb *.gltf *.usd *.usda *.usdc *.usdz);;All files (*)"
WARNING_STYLE = "color: #e0a84e"


class Panel(QtWidgets.QWidget):
    """The whole panel. `refresh` reads the scene again."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("metafacePanel")
        self.figure: Figure | None = None
        self.worker = Worker()
        self.worker.message.connect(self.show_message)
        self.options_box = OptionsBox()
        self.takes, self.shapes, self.learn = TakesPage(self), RigPage(self), LearnPage(self)
        self._character, self._problems, self._message = paragraph(), paragraph(), paragraph()
        self._problems.setStyleSheet(WARNING_STYLE)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Shows the selected character, or the last one if the selection has no character."""
        try:
            figure = self._current_figure()
        except Exception as error:
            self.figure = None
            self._character.setText(message_of(error))
            self._problems.setText("")
            self.takes.clear()
            self.shapes.clear()
            return
        if self.figure is None or self.figure.root != figure.root:
            self.options_box.options = Options(speaker=storage.character_settings(figure.root).get("speaker", ""))
        self.figure = figure
        self._show(figure)

    def on_scene_changed(self) -> None:
        """Cancels the running work, which must not be written into the new scene, and shows that scene."""
        self.worker.cancel()
        skins.clear_cache()
        self.figure = None
        self.refresh()

    def _current_figure(self) -> Figure:
        selected = [str(name) for name in cmds.ls(selection=True) or []]
        if self.figure is None:
            return characters.figure_of(selected)
        try:
            return characters.figure_of(selected) if selected else characters.fresh(self.figure)
        except UserError:
            # Not a character, such as a camera or a light.
            return characters.fresh(self.figure)

    def use_selection(self) -> None:
        """Shows the selected character, and reads its skin weights again."""
        skins.clear_cache()
        self.refresh()

    def generate(self) -> None:
        """Generates a take from the input and options in the panel."""
        if self.figure is None:
            self.show_message("Select any part of a character, and press Use Selection", True)
            return
        root = self.figure.root
        more = {"override": self.options_box.override, "name": self._take.text().strip()}

        def request() -> generating.TakeRequest:
            figure = characters.figure_of([root])
            options, start = self.options_box.options, float(self._start.value())
            if self._source.currentIndex() == 0:
                add = self._add.isChecked()
                return generating.of_file(figure, self._file.path, start, options, add_sound=add, **more)
            if self._source.currentIndex() == 1:
                return generating.of_audio(figure, self._audio.currentText(), options, **more)
            return generating.of_clip(figure, self._clip.path, start, options, **more)

        self.worker.run([lambda: generating.plan(request())], self._summary)

    def show_message(self, text: str, is_error: bool = False) -> None:
        """Shows a message below Generate, and refreshes the panel."""
        self._message.setStyleSheet(WARNING_STYLE if is_error else "")
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self.refresh()

    def _lay_out(self) -> None:
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._character, 1)
        row.addWidget(button("Use Selection", "Read the character of the selection again", self.use_selection))
        layout.addLayout(row)
        layout.addWidget(self._input_box())
        layout.addWidget(self.options_box)
        layout.addWidget(button("Generate", "One step of undo; your keys stay", self.generate, strong=True))
        for widget in (self.worker, self._message, self._problems):
            layout.addWidget(widget)
        pages = QtWidgets.QTabWidget()
        for title, page in (("Takes", self.takes), ("Shapes and Joints", self.shapes), ("Learn a Speaker", self.learn)):
            pages.addTab(page, title)
        layout.addWidget(pages, 1)
        self.pages = pages
        self._message.hide()

    def _input_box(self) -> QtWidgets.QWidget:
        box = QtWidgets.QGroupBox("Input")
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
        names = sounds.all_nodes()
        self._audio.clear()
        self._audio.addItems(names)
        self._audio.setCurrentText(chosen if chosen in names else sounds.active())
        try:
            character = figure.character()
            report = rig.rig_map(figure, character).report(character)
        except Exception as error:
            self._character.setText(f"<b>{figure.name}</b>")
            self._problems.setText(message_of(error))
            self._problems.show()
            return
        self._character.setText(f"<b>{figure.name}</b><br>{wording.summary(report)}")
        problems = checks.problems(figure, report)
        self._problems.setText("\n".join(f"⚠ {problem}" for problem in problems))
        self._problems.setVisible(bool(problems))
        self.takes.show_takes(figure)
        self.shapes.show_report(figure, report)

    def _summary(self, results: list[generating.WrittenTake]) -> str:
        name = self.figure.name if self.figure else ""
        takes = [f"Generated “{written.take.name}” for {name}" for written in results]
        return "\n".join([", ".join(takes), *[text for written in results for text in written.warnings]])

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802: Qt's name
        """The preferred size in a dock."""
        return QtCore.QSize(400, 860)

    @property
    def sound_file(self) -> PathField:
        """The field for the sound file."""
        return self._file
