"""Plans run in a thread while the panel shows how far they are; one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.jobs import Job, Plan
from ..core.trouble import Stopped, is_stop, plain
from .qt import QtCore, QtWidgets

TICK = 50  # milliseconds between looks at the thread


class Worker(QtWidgets.QWidget):
    """The bar with its Cancel, and what was told last."""

    told = QtCore.Signal(str, bool)
    """A text, and whether it is an error."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._left: list[Callable[[], Plan]] = []
        self._done: Callable[[list[Any]], str] = lambda results: ""
        self._results: list[Any] = []
        self._wrong: list[str] = []
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._look)
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(True)
        cancel = QtWidgets.QPushButton("Cancel")
        cancel.setToolTip("Nothing is changed")
        cancel.clicked.connect(self.cancel)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._bar, 1)
        row.addWidget(cancel)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a plan is under way."""
        return self._job is not None or bool(self._left)

    def run(self, plans: list[Callable[[], Plan]], done: Callable[[list[Any]], str]) -> None:
        """Runs plans one after the other; one that fails stops no other. `done` says what to tell at the end."""
        if self.busy:
            self.told.emit("MetaFace is already at work: wait for it, or press Cancel", True)
            return
        self._left, self._done, self._results, self._wrong = list(plans), done, [], []
        self._next()

    def cancel(self) -> None:
        """Asks the work to end; what was written by plans before stays, and can be undone."""
        self._left = []
        if self._job is not None:
            self._job.stop()
            self._bar.setFormat("Stopping …")

    def wait(self) -> None:
        """Until all is done: for tests and pictures."""
        while self.busy:
            QtWidgets.QApplication.processEvents()

    def _next(self) -> None:
        while self._left:
            try:
                self._job = Job(self._left.pop(0)())
            except Exception as error:
                self._wrong.append(plain(error))
                continue
            self._bar.setValue(0)
            self._bar.setFormat(f"{self._job.plan.label}  %p%")
            self.show()
            self._job.start()
            self._timer.start()
            return
        self.hide()
        said = self._done(self._results) if self._results else ""
        self.told.emit("\n".join([*([said] if said else []), *self._wrong]), bool(self._wrong))

    def _look(self) -> None:
        job = self._job
        if job is None:
            return
        self._bar.setValue(int(job.share * 100.0))
        if not job.ended:
            return
        self._timer.stop()
        self._job = None
        try:
            self._results.append(job.finish())
        except Exception as error:
            self._wrong.append("Stopped. Nothing was changed" if is_stop(error) else plain(error))
            if isinstance(error, Stopped) or is_stop(error):
                self._left = []
        self._next()
