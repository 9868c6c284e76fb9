"""Work in three parts: gather from the scene on Maya's thread, compute in another, write on Maya's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import STOPPED, Stopped

ProgressCallback = Callable[[float], bool]
"""Called with the completed fraction, 0 to 1; returning False stops the work."""


@dataclass
class Plan:
    """A piece of work. `work` does not touch the scene; `finish` writes to it and returns the result."""

    label: str
    work: Callable[[ProgressCallback], Any]
    finish: Callable[[Any], Any]


class Job:
    """Runs the `work` of a plan in a thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.fraction = 0.0
        self._result: Any = None
        self._error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="MetaFace", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Requests the work to stop."""
        self._stop.set()

    @property
    def ended(self) -> bool:
        """Whether there is a result or an error."""
        return not self._thread.is_alive()

    def finish(self) -> Any:
        """Writes the result to the scene, or raises the error. Called on Maya's thread once `ended`."""
        if self._error is not None:
            raise self._error
        if self._stop.is_set():
            raise Stopped(STOPPED)
        return self.plan.finish(self._result)

    def _progress(self, fraction: float) -> bool:
        self.fraction = min(max(float(fraction), 0.0), 1.0)
        return not self._stop.is_set()

    def _run(self) -> None:
        try:
            self._result = self.plan.work(self._progress)
        except BaseException as error:  # passed to Maya's thread, which reports it
            self._error = error
