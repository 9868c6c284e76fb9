"""The base classes of the operators: at once or in the background, and why a button is disabled."""

from __future__ import annotations

import time

import bpy

from ..host.errors import Stopped, is_cancelled, message_of
from ..host.jobs import Job, Plan, Steps, as_steps
from ..scene import characters
from ..scene.characters import Figure

_TIMER_SECONDS = 0.05  # interval at which the thread is polled
_WRITE_SECONDS = 0.05  # time to write before the window handles events again
_BUSY = "MetaFace is running: wait for it to finish, or press Esc"

current: Job | None = None  # the running job; there is one at most, and the panel shows it
_timer: bpy.types.Timer | None = None  # polls its thread


def is_idle(cls: type[bpy.types.Operator]) -> bool:
    """Whether no job is running; otherwise the button's tooltip has the reason."""
    if current is not None:
        cls.poll_message_set(_BUSY)
    return current is None


def editable_character(cls: type[bpy.types.Operator], context: bpy.types.Context) -> Figure | None:
    """The selected character if it can be edited; otherwise `None`, with the reason in the button's tooltip."""
    if not is_idle(cls):
        return None
    found = characters.selected(context)
    if found is None:
        cls.poll_message_set("Select any part of a character: a mesh with shape keys, or its armature")
        return None
    reason = characters.not_editable_reason(found.root)
    if reason:
        cls.poll_message_set(reason)
        return None
    return found


class CharacterOperator:
    """Base of operators on the selected character."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a character that can be edited."""
        return editable_character(cls, context) is not None


class ReportingOperator:
    """Base of operators whose results and errors become reports."""

    def report_success(self, text: str) -> set[str]:
        """Reports the first line of the text as information, and the other lines as a warning."""
        summary, _, warning = text.partition("\n")
        if summary:
            self.report({"INFO"}, summary)
        if warning.strip():
            self.report({"WARNING"}, warning.strip())
        return {"FINISHED"}

    def report_error(self, error: BaseException) -> set[str]:
        """Reports an error, or that the user stopped the work."""
        self.report({"INFO"} if is_cancelled(error) else {"ERROR"}, message_of(error))
        return {"CANCELLED"}


class ImmediateOperator(ReportingOperator):
    """Base of operators that implement `run`."""

    def run(self, context: bpy.types.Context) -> str:
        """Runs the operator; returns the report's text, with warnings after a line break, or nothing to report."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Calls `run` and reports its result or error."""
        try:
            return self.report_success(self.run(context))
        except Exception as error:
            return self.report_error(error)


class BackgroundOperator(ReportingOperator):
    """Base of operators that implement `plan`, whose work runs in a thread so that the window does not freeze.

    The thread does not access Blender's data. The main thread gathers its input before, and writes its result after:
    a line at once, many lines a few at a time. Scripts and background mode run the plan directly.
    """

    _job: Job | None = None
    _writing: Steps | None = None

    def plan(self, context: bpy.types.Context) -> Plan:
        """Gathers the input on the main thread; raises `UserError`."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Runs directly: for scripts, background mode, and repeating with F9."""
        try:
            return self.report_success(self.plan(context).run())
        except Exception as error:
            return self.report_error(error)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Runs in a thread with a progress bar, if there is a window."""
        global current, _timer
        if bpy.app.background or context.window is None:
            return self.execute(context)
        if current is not None:
            return self.report_error(Stopped("MetaFace is already running: wait for it to finish, or press Esc"))
        try:
            plan = self.plan(context)
        except Exception as error:
            return self.report_error(error)
        self._job = current = Job(plan)
        manager = context.window_manager
        manager.progress_begin(0, 100)
        _timer = manager.event_timer_add(_TIMER_SECONDS, window=context.window)
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
                self._writing = as_steps(job.plan.finish(job.result()))
                job.fraction = 0.0
                context.workspace.status_text_set(f"{job.plan.label}: writing …")
            message = self._continue_writing(job)
        except Exception as error:
            self._release(context)
            return self.report_error(error)
        if message is None:
            return {"RUNNING_MODAL"}
        self._release(context)
        return self.report_success(message)

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender closes the file or the window: stops the thread and drops its result."""
        if self._job is not None:
            self._job.stop()
        self._release(context)

    def _continue_writing(self, job: Job) -> str | None:
        """Writes for `_WRITE_SECONDS`; returns the report's text at the end, `None` before."""
        deadline = time.monotonic() + _WRITE_SECONDS
        while time.monotonic() < deadline:
            try:
                job.fraction = next(self._writing)
            except StopIteration as end:
                return str(end.value)
        return None

    def _release(self, context: bpy.types.Context) -> None:
        if self._job is current:
            cancel_current(context)
        self._job, self._writing = None, None


def cancel_current(context: bpy.types.Context) -> None:
    """Stops the running job, if any, and removes its progress from the window."""
    global current, _timer
    if current is None:
        return
    current.stop()
    timer, current, _timer = _timer, None, None
    manager = context.window_manager
    if manager is None:
        return
    if timer is not None:
        manager.event_timer_remove(timer)
    manager.progress_end()
    if context.workspace is not None:
        context.workspace.status_text_set(None)
    redraw_panels(context)


def redraw_panels(context: bpy.types.Context) -> None:
    """Redraws the panels that show the progress or the state of a character."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "SEQUENCE_EDITOR", "PREFERENCES"}:
                area.tag_redraw()
