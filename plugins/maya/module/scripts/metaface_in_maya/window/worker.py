"""Runs plans in a thread, one at a time, and shows their progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..host.errors import is_cancelled, message_of
from ..host.jobs import Job, Plan
from .qt import QtCore, QtWidgets

POLL_INTERVAL = 50  # milliseconds


class Worker(QtWidgets.QWidget):
    """A progress bar with a button Cancel."""

    message = QtCore.Signal(str, bool)
    """Emitted with a message when the plans have ended. The second argument is whether it is an error."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._pending: list[Callable[[], Plan]] = []
        self._done: Callable[[list[Any]], str] = lambda results: ""
        self._results: list[Any] = []
        self._errors: list[str] = []
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(POLL_INTERVAL)
        self._timer.timeout.connect(self._poll)
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(True)
        cancel = QtWidgets.QPushButton("Cancel")
        cancel.setToolTip("Stops without changing the scene")
        cancel.clicked.connect(self.cancel)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._bar, 1)
        row.addWidget(cancel)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a plan is running or pending."""
        return self._job is not None or bool(self._pending)

    def run(self, plans: list[Callable[[], Plan]], done: Callable[[list[Any]], str]) -> None:
        """Runs plans in order; a failed plan does not stop the others. `done` makes the final message."""
        if self.busy:
            self.message.emit("MetaFace is already running: wait until it has finished, or press Cancel", True)
            return
        self._pending, self._done, self._results, self._errors = list(plans), done, [], []
        self._next()

    def cancel(self) -> None:
        """Requests the work to stop. The results of finished plans stay, and can be undone."""
        self._pending = []
        if self._job is not None:
            self._job.stop()
            self._bar.setFormat("Stopping …")

    def wait(self) -> None:
        """Waits until all plans have ended; for tests and screenshots."""
        while self.busy:
            QtWidgets.QApplication.processEvents()

    def _next(self) -> None:
        while self._pending:
            try:
                self._job = Job(self._pending.pop(0)())
            except Exception as error:
                self._errors.append(message_of(error))
                continue
            self._bar.setValue(0)
            self._bar.setFormat(f"{self._job.plan.label}  %p%")
            self.show()
            self._job.start()
            self._timer.start()
            return
        self.hide()
        summary = self._done(self._results) if self._results else ""
        self.message.emit("\n".join([*([summary] if summary else []), *self._errors]), bool(self._errors))

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        self._bar.setValue(int(job.fraction * 100.0))
        if not job.ended:
            return
        self._timer.stop()
        self._job = None
        try:
            self._results.append(job.plan.finish(job.result()))
        except Exception as error:
            self._errors.append(message_of(error))
            if is_cancelled(error):
                self._pending = []
        self._next()
