"""Work in a thread, with progress and Esc, so that the window never freezes.

The thread never touches Blender's data. What it needs is gathered before, on the main thread; what it
made is written after, on the main thread: a line in one go, many lines a few at a time. Scripts and
background mode run the same plan directly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import bpy

from .trouble import Stopped, is_stop, plain, tell

TICK = 0.05  # seconds between looks at the thread
SLICE = 0.05  # seconds of writing between two looks at the window

Progress = Callable[[float], bool]
Steps = Generator[float, None, str]  # how far, 0 to 1, after each step; at last what to tell the artist


@dataclass
class Plan:
    """A piece of work, split where threads allow it."""

    label: str
    work: Callable[[Progress], Any]  # in the thread: no bpy
    # On the main thread: writes, at once or step by step, and says what to tell the artist.
    finish: Callable[[bpy.types.Context, Any], str | Steps]


def steps(finishing: str | Steps) -> Steps:
    """A plan's finish as steps, though it be none."""
    return finishing if isinstance(finishing, str) else (yield from finishing)


def in_one_go(finishing: str | Steps) -> str:
    """A plan's finish to its end; what to tell the artist."""
    rest = steps(finishing)
    while True:
        try:
            next(rest)
        except StopIteration as end:
            return str(end.value)


class Job:
    """A plan's work, running."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.share = 0.0
        self.result: Any = None
        self.error: BaseException | None = None
        self.timer: Any = None  # Blender's, that looks at the thread
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="MetaFace", daemon=True)

    def start(self) -> None:
        """Begins in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Asks it to end soon."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()

    @property
    def ended(self) -> bool:
        """Whether there is a result or an error."""
        return not self._thread.is_alive()

    def progress(self, share: float) -> bool:
        """Called from the thread: how far it is, 0 to 1; whether it should go on."""
        self.share = min(max(float(share), 0.0), 1.0)
        return not self._stop.is_set()

    def _run(self) -> None:
        try:
            self.result = self.plan.work(self.progress)
        except BaseException as error:  # handed to the main thread, which reports it
            self.error = error


current: Job | None = None  # one at a time: the panel shows it


class Working:
    """An operator whose work is a [`Plan`]. Operators derive from it and say their `plan`."""

    _job: Job | None = None
    _writing: Steps | None = None

    def plan(self, context: bpy.types.Context) -> Plan:
        """Everything that must be known before; raises `Trouble`."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Directly: scripts, background mode, and repeating with F9."""
        try:
            plan = self.plan(context)
            tell(self, in_one_go(plan.finish(context, plan.work(lambda _share: True))))
        except Exception as error:
            return self._refuse(error)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """In the window: in a thread, with a progress bar."""
        global current
        if bpy.app.background or context.window is None:
            return self.execute(context)
        if current is not None:
            return self._refuse(Stopped("MetaFace is already at work: wait for it, or press Esc"))
        try:
            plan = self.plan(context)
        except Exception as error:
            return self._refuse(error)
        self._job = current = Job(plan)
        manager = context.window_manager
        manager.progress_begin(0, 100)
        self._job.timer = manager.event_timer_add(TICK, window=context.window)
        context.workspace.status_text_set(f"{plan.label} … (Esc to stop)")
        manager.modal_handler_add(self)
        self._job.start()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Looks at the thread now and then; everything else goes on as usual until it is time to write."""
        if self._job is None or self._job is not current:  # put away meanwhile
            self._job, self._writing = None, None
            return {"CANCELLED"}
        if event.type == "ESC" and event.value == "PRESS" and self._writing is None:
            self._job.stop()
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            # Nothing may change under the pen: while lines are written the window lives, but waits.
            return {"PASS_THROUGH"} if self._writing is None else {"RUNNING_MODAL"}
        job = self._job
        context.window_manager.progress_update(int(job.share * 100))
        redraw(context)
        if not job.ended:
            return {"PASS_THROUGH"}
        try:
            if self._writing is None:
                self._begin_writing(context, job)
            told = self._write_on(job)
        except Exception as error:
            self._put_away(context)
            return self._refuse(error)
        if told is None:
            return {"RUNNING_MODAL"}
        self._put_away(context)
        tell(self, told)
        return {"FINISHED"}

    def _begin_writing(self, context: bpy.types.Context, job: Job) -> None:
        if job.error is not None:
            raise job.error
        if job.stopping:
            raise Stopped("Stopped. Nothing was changed")
        self._writing = steps(job.plan.finish(context, job.result))
        job.share = 0.0
        context.workspace.status_text_set(f"{job.plan.label}: writing …")

    def _write_on(self, job: Job) -> str | None:
        """Writes for a moment; at the end, what to tell the artist."""
        until = time.monotonic() + SLICE
        while time.monotonic() < until:
            try:
                job.share = next(self._writing)
            except StopIteration as end:
                return str(end.value)
        return None

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender closes the file or the window: the thread is asked to end, its result is dropped."""
        if self._job is not None:
            self._job.stop()
        self._put_away(context)

    def _put_away(self, context: bpy.types.Context) -> None:
        if self._job is current:
            put_away(context)
        self._job, self._writing = None, None

    def _refuse(self, error: BaseException) -> set[str]:
        if is_stop(error):
            self.report({"INFO"}, plain(error) if isinstance(error, Stopped) else "Stopped. Nothing was changed")
        else:
            self.report({"ERROR"}, plain(error))
        return {"CANCELLED"}


def put_away(context: bpy.types.Context) -> None:
    """Ends the work that is going on, if any: its thread is asked to stop, and nothing is shown of it any more."""
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
    redraw(context)


def redraw(context: bpy.types.Context) -> None:
    """The panels show how far the work is."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "SEQUENCE_EDITOR", "PREFERENCES"}:
                area.tag_redraw()


def shares(progress: Progress, parts: int) -> list[Progress]:
    """One progress for each of several equal parts of a whole."""
    return [lambda share, at=at: progress((at + share) / parts) is not False for at in range(parts)]
