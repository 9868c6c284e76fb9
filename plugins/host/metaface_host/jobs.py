"""Work in three parts: gather from the scene on the main thread, compute in another, write on the main thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from .errors import STOPPED, Stopped

ProgressCallback = Callable[[float], bool]
"""Called with the completed fraction, 0 to 1; returning False stops the work."""

Steps = Generator[float, None, Any]
"""Work on the main thread in steps, so that the host can draw in between: the completed fractions, then a result."""


@dataclass
class Plan:
    """A piece of work. `work` does not touch the scene; `finish` writes its result there and returns what was done.

    `finish` may also return `Steps`.
    """

    label: str
    work: Callable[[ProgressCallback], Any]
    finish: Callable[[Any], Any | Steps]

    def run(self) -> Any:
        """Works and writes at once, without progress."""
        steps = as_steps(self.finish(self.work(lambda _fraction: True)))
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value


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
    def stopping(self) -> bool:
        """Whether the work was requested to stop."""
        return self._stop.is_set()

    @property
    def ended(self) -> bool:
        """Whether there is a result or an error."""
        return not self._thread.is_alive()

    def result(self) -> Any:
        """The result of the work, once it has `ended`; raises its error, or `Stopped` if it was cancelled."""
        if self._error is not None:
            raise self._error
        if self._stop.is_set():
            raise Stopped(STOPPED)
        return self._result

    def _progress(self, fraction: float) -> bool:
        self.fraction = min(max(float(fraction), 0.0), 1.0)
        return not self._stop.is_set()

    def _run(self) -> None:
        try:
            self._result = self.plan.work(self._progress)
        except BaseException as error:  # `result` raises it on the main thread
            self._error = error


def as_steps(finished: Any | Steps) -> Steps:
    """What `Plan.finish` returned as steps, also if it is only the result."""
    return (yield from finished) if isinstance(finished, Generator) else finished


def split_progress(progress: ProgressCallback, parts: int) -> list[ProgressCallback]:
    """A progress callback for each of `parts` equal parts of the work."""

    def part(number: int) -> ProgressCallback:
        return lambda fraction: progress((number + fraction) / parts) is not False

    return [part(number) for number in range(parts)]
