import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

import metaface


@contextmanager
def ctrl_c(after):
    """Ctrl-C while the block runs; the block must not outlive it by much."""
    timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
    assert time.monotonic() - begun < after + 2


def test_progress_goes_from_nothing_to_all(animator, long_line):
    shares = []
    animator.animate(long_line, progress=shares.append)
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert all(type(share) is float and 0 <= share <= 1 for share in shares)


def test_false_stops_the_work(animator, long_line):
    shares = []

    def enough(share):
        shares.append(share)
        return len(shares) < 3

    with pytest.raises(metaface.Cancelled) as caught:
        animator.animate(long_line, progress=enough)
    assert caught.value.kind == "cancelled"
    assert isinstance(caught.value, metaface.Error)
    assert len(shares) == 3


def test_false_stops_learning(animator, take):
    with pytest.raises(metaface.Cancelled):
        animator.learn([take], name="Anna", progress=lambda share: share < 0.2)
    assert animator.learn([take], name="Anna", instant=True).name == "Anna"


def test_none_goes_on(animator, line, clip):
    assert len(animator.animate(line, progress=lambda share: None)) == len(clip)


def test_what_a_progress_function_raises_comes_out(animator, line, take):
    class Weary(Exception):
        pass

    def give_up(share):
        raise Weary(share)

    with pytest.raises(Weary) as caught:
        animator.animate(line, progress=give_up)
    assert "give_up" in [entry.name for entry in caught.traceback]
    with pytest.raises(Weary):
        animator.learn([take], name="Anna", progress=give_up)
    with pytest.raises(SystemExit):
        animator.animate(line, progress=lambda share: exit(3))
    with pytest.raises(TypeError, match="positional argument"):
        animator.animate(line, progress=lambda: None)


def test_ctrl_c_stops_animating_without_a_progress_function(animator, long_line):
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.5):
        animator.animate(long_line)


def test_ctrl_c_stops_animating_with_a_progress_function(animator, long_line):
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.5):
        animator.animate(long_line, progress=lambda share: True)


def test_ctrl_c_stops_learning(animator, take):
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.3):
        for _ in range(20):
            animator.learn([take], name="Anna")


def test_ctrl_c_stops_a_stream(animator, long_line):
    samples = metaface.Sound.open(long_line).samples
    with pytest.raises(KeyboardInterrupt), ctrl_c(after=0.5):
        animator.stream().push(samples)


def test_a_signal_handler_of_the_program_runs_meanwhile(animator, long_line):
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(time.monotonic()))
    try:
        with ctrl_c(after=0.3):
            pass
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        animator.animate(long_line)
        done = time.monotonic()
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen
    assert seen[0] < done - 0.1


def test_an_animator_works_on_after_being_stopped(animator, line, clip):
    with pytest.raises(metaface.Cancelled):
        animator.animate(line, progress=lambda share: False)
    assert (animator.animate(line).values == clip.values).all()
