"""Jobs in a thread: progress, Esc, errors, and a responsive window. The window is a stand-in."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import bpy
import pytest
import scenes
from conftest import extension

errors, jobs, base = extension("host.errors"), extension("host.jobs"), extension("commands.operator")


class Window:
    """The parts of Blender's window manager that a modal operator uses."""

    def __init__(self) -> None:
        self.bar: list[int] = []
        self.timers = 0
        self.status: str | None = None
        self.windows = []
        self.window = self
        self.window_manager = self
        self.workspace = SimpleNamespace(status_text_set=self._set_status)

    def _set_status(self, text: str | None) -> None:
        self.status = text

    def progress_begin(self, _low: int, _high: int) -> None:
        self.bar.append(0)

    def progress_update(self, value: int) -> None:
        self.bar.append(value)

    def progress_end(self) -> None:
        self.bar.append(-1)

    def event_timer_add(self, _tick: float, window) -> str:
        self.timers += 1
        return "timer"

    def event_timer_remove(self, _timer: str) -> None:
        self.timers -= 1

    def modal_handler_add(self, _operator) -> None:
        pass


class Operator(base.BackgroundOperator):
    """An operator that runs without Blender."""

    def __init__(self, work, finish=lambda result: str(result)) -> None:
        self.test_plan = jobs.Plan("test", work, finish)
        self.reports: list[tuple[str, str]] = []

    def plan(self, _context):
        return self.test_plan

    def report(self, kind: set[str], text: str) -> None:
        self.reports.append((next(iter(kind)), text))


@pytest.fixture
def window(monkeypatch):
    """A window, with Blender not in background mode."""
    monkeypatch.setattr(base, "bpy", SimpleNamespace(app=SimpleNamespace(background=False), types=bpy.types))
    yield Window()
    base.current = None


def event(kind: str = "TIMER", value: str = "NOTHING"):
    return SimpleNamespace(type=kind, value=value)


def until_done(operator, window) -> set[str]:
    """Sends timer events until the operator ends."""
    for _ in range(200):
        result = operator.modal(window, event())
        if result & {"FINISHED", "CANCELLED"}:
            return result
        time.sleep(0.01)
    raise AssertionError("the operator did not end")


def test_the_window_stays_responsive_while_the_thread_works(window) -> None:
    threads = {}

    def work(progress):
        threads["work"] = threading.current_thread()
        for step in range(5):
            assert progress(step / 5)
            time.sleep(0.02)
        return "done"

    def finish(result):
        threads["finish"] = threading.current_thread()
        return result

    operator = Operator(work, finish)
    assert operator.invoke(window, event()) == {"RUNNING_MODAL"}
    assert base.current is not None and "Esc" in window.status
    assert operator.modal(window, event("MOUSEMOVE")) == {"PASS_THROUGH"}
    assert until_done(operator, window) == {"FINISHED"}
    assert threads["work"] is not threading.main_thread(), "the window does not freeze"
    assert threads["finish"] is threading.main_thread(), "only the main thread writes Blender's data"
    assert operator.reports == [("INFO", "done")]
    assert max(window.bar) > 0 and window.bar[-1] == -1 and window.timers == 0 and window.status is None
    assert base.current is None


def test_esc_stops_and_nothing_is_written(window) -> None:
    written = []

    def work(progress):
        while progress(0.5):
            time.sleep(0.005)
        raise errors.Stopped("Stopped. Nothing was changed")

    operator = Operator(work, lambda _result: written.append(1) or "")
    operator.invoke(window, event())
    assert operator.modal(window, event("ESC", "PRESS")) == {"RUNNING_MODAL"}
    assert until_done(operator, window) == {"CANCELLED"}
    assert not written and operator.reports[0][0] == "INFO" and "Stopped" in operator.reports[0][1]


def test_an_error_in_the_thread_becomes_a_report(window) -> None:
    def work(_progress):
        raise errors.UserError("Sound file not found: choose it again")

    operator = Operator(work)
    operator.invoke(window, event())
    assert until_done(operator, window) == {"CANCELLED"}
    assert operator.reports == [("ERROR", "Sound file not found: choose it again")]


def test_many_lines_are_written_a_few_at_a_time(window) -> None:
    written = []

    def finish(count):
        for line in range(count):
            time.sleep(0.02)
            written.append(line)
            yield (line + 1) / count
        return f"{count} lines"

    operator = Operator(lambda _progress: 20, finish)
    operator.invoke(window, event())
    while not base.current.ended:
        time.sleep(0.01)
    start = time.monotonic()
    assert operator.modal(window, event()) == {"RUNNING_MODAL"}
    assert time.monotonic() - start < 1 and 0 < len(written) < 20, "the window handles events in between"
    assert operator.modal(window, event("Z", "PRESS")) == {"RUNNING_MODAL"}, "undo is blocked while lines are written"
    assert until_done(operator, window) == {"FINISHED"}
    assert written == list(range(20)) and operator.reports == [("INFO", "20 lines")]


def test_only_one_job_runs_at_a_time(window) -> None:
    begin = threading.Event()
    first = Operator(lambda _progress: begin.wait(5) and "first")
    first.invoke(window, event())
    second = Operator(lambda _progress: "second")
    assert second.invoke(window, event()) == {"CANCELLED"}
    assert "already running" in second.reports[0][1]
    begin.set()
    assert until_done(first, window) == {"FINISHED"}


def running_operator(window) -> tuple[Operator, threading.Event]:
    """An operator whose thread runs until it is stopped, and an event that is set at its end."""
    ended = threading.Event()

    def work(progress):
        while progress(0.1):
            time.sleep(0.005)
        ended.set()

    operator = Operator(work)
    operator.invoke(window, event())
    return operator, ended


def test_a_closed_file_stops_the_thread(window) -> None:
    operator, ended = running_operator(window)
    operator.cancel(window)
    assert ended.wait(5) and window.timers == 0 and base.current is None


def test_disabling_the_extension_stops_the_job(window) -> None:
    operator, ended = running_operator(window)
    base.cancel_current(window)
    assert ended.wait(5) and window.timers == 0 and window.status is None and window.bar[-1] == -1
    assert base.current is None
    second = Operator(lambda _progress: "second")
    assert second.invoke(window, event()) == {"RUNNING_MODAL"}, "no button stays disabled"
    assert operator.modal(window, event()) == {"CANCELLED"}
    operator.cancel(window)
    assert base.current is not None, "the other job continues"
    assert until_done(second, window) == {"FINISHED"}


def test_a_line_can_be_stopped_midway(scene) -> None:
    scenes.need_metaface()
    lines, generate = extension("scene.lines"), extension("commands.generate")
    armature = scenes.head()
    scene.metaface.sound_file = str(scenes.LINE)
    counts = scenes.data_counts()
    plan = generate.plan(bpy.context, lines.collect(bpy.context))
    job = jobs.Job(plan)
    job.stop()
    job.start()
    while not job.ended:
        time.sleep(0.01)
    with pytest.raises(Exception) as raised:
        job.result()
    assert errors.is_cancelled(raised.value)
    assert scenes.data_counts() == counts and armature.animation_data is None


def test_a_character_that_was_renamed_during_the_job_is_an_error(scene) -> None:
    scenes.need_metaface()
    lines, generate = extension("scene.lines"), extension("commands.generate")
    armature = scenes.head()
    scene.metaface.sound_file = str(scenes.LINE)
    plan = generate.plan(bpy.context, lines.collect(bpy.context))
    work = plan.work

    def renaming(progress):
        result = work(progress)
        armature.name = "Otto"
        return result

    plan.work = renaming
    with pytest.raises(errors.UserError, match="removed or renamed"):
        plan.run()
