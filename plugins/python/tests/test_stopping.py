import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

import metaface


@contextmanager
def ctrl_c(after):
    """Sends Ctrl-C while the block runs; the block must end within two seconds of it."""
    timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
    assert time.monotonic() - started < after + 2


def test_progress_rises_from_0_to_1(animator, long_line):
    fractions = []
    animator.animate(long_line, progress=fractions.append)
    assert len(fractions) > 3
    assert fractions == sorted(fractions)
    assert all(type(fraction) is float and 0 <= fraction <= 1 for fraction in fractions)


def test_false_stops_the_work(animator, long_line):
    fractions = []

    def stop_at_the_third_call(fraction):
        fractions.append(fraction)
        return len(fractions) < 3

    with pytest.raises(metaface.Cancelled) as caught:
        animator.animate(long_line, progress=stop_at_the_third_call)
    assert caught.value.kind == "cancelled"
    assert isinstance(caught.value, metaface.Error)
    assert len(fractions) == 3


def test_false_stops_learning(animator, take):
    with pytest.raises(metaface.Cancelled):
        animator.learn([take], name="Anna", progress=lambda fraction: fraction < 0.2)
    assert animator.learn([take], name="Anna", instant=True).name == "Anna"


def test_returning_none_continues(animator, line, clip):
    assert len(animator.animate(line, progress=lambda fraction: None)) == len(clip)


def test_exceptions_of_a_progress_callback_are_passed_on(animator, line, take):
    class CallbackFailed(Exception):
        pass

    def failing(fraction):
        raise CallbackFailed(fraction)

    with pytest.raises(CallbackFailed) as caught:
        animator.animate(line, progress=failing)
    assert "failing" in [entry.name for entry in caught.traceback]
    with pytest.raises(CallbackFailed):
        animator.learn([take], name="Anna", progress=failing)
    with pytest.raises(SystemExit):
        animator.animate(line, progress=lambda fraction: exit(3))
    with pytest.raises(TypeError, match="positional argument"):
        animator.animate(line, progress=lambda: None)


def test_ctrl_c_stops_animating_without_a_progress_callback(animator, long_line):
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.5):
        animator.animate(long_line)


def test_ctrl_c_stops_animating_with_a_progress_callback(animator, long_line):
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.5):
        animator.animate(long_line, progress=lambda fraction: True)


def test_ctrl_c_stops_learning(animator, take):
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.3):
        for _ in range(20):
            animator.learn([take], name="Anna")


def test_ctrl_c_stops_a_stream(animator, long_line):
    samples = metaface.Sound.open(long_line).samples
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.5):
        animator.stream().push(samples)


def test_a_signal_handler_of_the_program_runs_during_work(animator, long_line):
    handled = []
    previous = signal.signal(signal.SIGINT, lambda *_: handled.append(time.monotonic()))
    try:
        with ctrl_c(after=0.3):
            pass
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        animator.animate(long_line)
        finished = time.monotonic()
    finally:
        signal.signal(signal.SIGINT, previous)
    assert handled
    assert handled[0] < finished - 0.1


def test_an_animator_stays_usable_after_it_is_stopped(animator, line, clip):
    with pytest.raises(metaface.Cancelled):
        animator.animate(line, progress=lambda fraction: False)
    assert (animator.animate(line).values == clip.values).all()
