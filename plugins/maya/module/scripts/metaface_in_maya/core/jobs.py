"""Work split where threads allow it: gathered on Maya's thread, worked on in another, written on Maya's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .trouble import Stopped

Progress = Callable[[float], bool]
"""Called with the share that is done, 0 to 1; False stops the work."""


@dataclass
class Plan:
    """A piece of work. `work` touches no scene; `finish` writes it, and gives the result to tell or return."""

    label: str
    work: Callable[[Progress], Any]
    finish: Callable[[Any], Any]


class Job:
    """A plan's work in a thread of its own."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.share = 0.0
        self._result: Any = None
        self._error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="MetaFace", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Asks it to end soon."""
        self._stop.set()

    @property
    def ended(self) -> bool:
        """Whether there is a result or an error."""
        return not self._thread.is_alive()

    def finish(self) -> Any:
        """On Maya's thread, once ended: writes what was made, or raises what went wrong."""
        if self._error is not None:
            raise self._error
        if self._stop.is_set():
            raise Stopped("Stopped. Nothing was changed")
        return self.plan.finish(self._result)

    def _progress(self, share: float) -> bool:
        self.share = min(max(float(share), 0.0), 1.0)
        return not self._stop.is_set()

    def _run(self) -> None:
        try:
            self._result = self.plan.work(self._progress)
        except BaseException as error:  # handed to Maya's thread, which reports it
            self._error = error

