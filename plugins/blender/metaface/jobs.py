"""Work in a background thread, with progress and Esc, so that the window does not freeze.

The thread does not access Blender's data. The main thread gathers the thread's input before, and writes
its result after: a line at once, many lines a few at a time. Scripts and background mode run the same plan
directly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import bpy

from .errors import Cancelled, error_message, is_cancelled, report_success

TIMER_SECONDS = 0.05  # interval at which the thread is polled
WRITE_SECONDS = 0.05  # time to write before the window handles events again

ProgressCallback = Callable[[float], bool]
Steps = Generator[float, None, str]  # yields the completed fraction, 0 to 1; returns the report's text


@dataclass
class Plan:
    """A piece of work, split into a part for the thread and a part for the main thread."""

    label: str
    work: Callable[[ProgressCallback], Any]  # runs in the thread, without bpy
    # Runs on the main thread. Writes the result, at once or in steps; returns the report's text.
    finish: Callable[[bpy.types.Context, Any], str | Steps]


def as_steps(finishing: str | Steps) -> Steps:
    """The result of `Plan.finish` as steps, also if it is only a text."""
    return finishing if isinstance(finishing, str) else (yield from finishing)


def run_to_end(finishing: str | Steps) -> str:
    """Runs the steps of `Plan.finish` to their end; returns the report's text."""
    rest = as_steps(finishing)
    while True:
        try:
            next(rest)
        except StopIteration as end:
            return str(end.value)


class Job:
    """A plan whose work runs in a thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.fraction = 0.0
        self.result: Any = None
        self.error: BaseException | None = None
        self.timer: Any = None  # Blender's timer, which polls the thread
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="MetaFace", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Requests the thread to stop."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether the thread was requested to stop."""
        return self._stop.is_set()

    @property
    def ended(self) -> bool:
        """Whether the thread has ended, with a result or an error."""
        return not self._thread.is_alive()

    def progress(self, fraction: float) -> bool:
        """Progress callback of the thread: takes the completed fraction, 0 to 1; returns whether to continue."""
        self.fraction = min(max(float(fraction), 0.0), 1.0)
        return not self._stop.is_set()

    def _run(self) -> None:
        try:
            self.result = self.plan.work(self.progress)
        except BaseException as error:  # the main thread reports it
            self.error = error


current: Job | None = None  # the running job; there is one at most, and the panel shows it


class BackgroundOperator:
    """Base of operators that run a [`Plan`]; they implement `plan`."""

    _job: Job | None = None
    _writing: Steps | None = None

    def plan(self, context: bpy.types.Context) -> Plan:
        """Gathers the input on the main thread; raises `UserError`."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Runs directly: for scripts, background mode, and repeating with F9."""
        try:
            plan = self.plan(context)
            report_success(self, run_to_end(plan.finish(context, plan.work(lambda _fraction: True))))
        except Exception as error:
            return self._report_error(error)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Runs in a thread with a progress bar, if there is a window."""
        global current
        if bpy.app.background or context.window is None:
            return self.execute(context)
        if current is not None:
            return self._report_error(Cancelled("MetaFace is already running: wait for it to finish, or press Esc"))
        try:
            plan = self.plan(context)
        except Exception as error:
            return self._report_error(error)
        self._job = current = Job(plan)
        manager = context.window_manager
        manager.progress_begin(0, 100)
        self._job.timer = manager.event_timer_add(TIMER_SECONDS, window=context.window)
        context.workspace.status_text_set(f"{plan.label} … (Esc to stop)")
        manager.modal_handler_add(self)
        self._job.start()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Polls the thread; passes other events on until the result is written."""
        if self._job is None or self._job is not current:  # cancelled in the meantime
            self._job, self._writing = None, None
            return {"CANCELLED"}
        if event.type == "ESC" and event.value == "PRESS" and self._writing is None:
            self._job.stop()
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            # While lines are written, events are blocked so that the user cannot change the scene.
            return {"PASS_THROUGH"} if self._writing is None else {"RUNNING_MODAL"}
        job = self._job
        context.window_manager.progress_update(int(job.fraction * 100))
        redraw_panels(context)
        if not job.ended:
            return {"PASS_THROUGH"}
        try:
            if self._writing is None:
                self._begin_writing(context, job)
            message = self._continue_writing(job)
        except Exception as error:
            self._release(context)
            return self._report_error(error)
        if message is None:
            return {"RUNNING_MODAL"}
        self._release(context)
        report_success(self, message)
        return {"FINISHED"}

    def _begin_writing(self, context: bpy.types.Context, job: Job) -> None:
        if job.error is not None:
            raise job.error
        if job.stopping:
            raise Cancelled("Stopped. Nothing was changed")
        self._writing = as_steps(job.plan.finish(context, job.result))
        job.fraction = 0.0
        context.workspace.status_text_set(f"{job.plan.label}: writing …")

    def _continue_writing(self, job: Job) -> str | None:
        """Writes for `WRITE_SECONDS`; returns the report's text at the end, `None` before."""
        deadline = time.monotonic() + WRITE_SECONDS
        while time.monotonic() < deadline:
            try:
                job.fraction = next(self._writing)
            except StopIteration as end:
                return str(end.value)
        return None

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender closes the file or the window: stops the thread and drops its result."""
        if self._job is not None:
            self._job.stop()
        self._release(context)

    def _release(self, context: bpy.types.Context) -> None:
        if self._job is current:
            cancel_current(context)
        self._job, self._writing = None, None

    def _report_error(self, error: BaseException) -> set[str]:
        if is_cancelled(error):
            text = error_message(error) if isinstance(error, Cancelled) else "Stopped. Nothing was changed"
            self.report({"INFO"}, text)
        else:
            self.report({"ERROR"}, error_message(error))
        return {"CANCELLED"}


def cancel_current(context: bpy.types.Context) -> None:
    """Stops the running job, if any, and removes its progress from the window."""
    global current
    if current is None:
        return
    job, current = current, None
    job.stop()
    manager = context.window_manager
    if manager is None:
        return
    if job.timer is not None:
        manager.event_timer_remove(job.timer)
        job.timer = None
    manager.progress_end()
    if context.workspace is not None:
        context.workspace.status_text_set(None)
    redraw_panels(context)


def redraw_panels(context: bpy.types.Context) -> None:
    """Redraws the panels that show the progress."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "SEQUENCE_EDITOR", "PREFERENCES"}:
                area.tag_redraw()


def split_progress(progress: ProgressCallback, parts: int) -> list[ProgressCallback]:
    """A progress callback for each of `parts` equal parts of the work."""
    return [lambda fraction, part=part: progress((part + fraction) / parts) is not False for part in range(parts)]
