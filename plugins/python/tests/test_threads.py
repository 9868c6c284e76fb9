import os
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import metaface


def ticks_during(work):
    """How often another thread, which wakes up every millisecond, ran; and the seconds of work."""
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    started = time.monotonic()
    work()
    seconds = time.monotonic() - started
    done.set()
    thread.join()
    return len(ticks), seconds


def test_other_threads_run_while_a_sound_is_animated(animator, long_line):
    ticks, seconds = ticks_during(lambda: animator.animate(long_line))
    assert seconds > 0.5
    assert ticks > 50 * seconds


def test_other_threads_run_while_a_speaker_is_learned(animator, take):
    ticks, seconds = ticks_during(lambda: animator.learn([take], name="Anna"))
    assert ticks > 50 * seconds


def test_other_threads_run_while_files_are_written_and_read(animator, long_line, tmp_path):
    long = animator.animate(long_line, fps=60)
    for work in (
        lambda: long.save(tmp_path / "long.csv"),
        lambda: metaface.Clip.open(tmp_path / "long.csv"),
        lambda: metaface.Sound.open(long_line),
        lambda: long.resampled(24),
    ):
        ticks, seconds = ticks_during(work)
        assert ticks > 20 * (seconds - 0.1)


def test_threads_may_share_an_animator(animator, line, theatrical):
    expected = {seed: animator.animate(line, seed=seed).values for seed in range(4)}

    def work(seed):
        fractions = []
        clip = animator.animate(line, seed=seed % 4, progress=fractions.append)
        animator.with_speaker(theatrical).animate(line)
        assert fractions
        return np.array_equal(clip.values, expected[seed % 4])

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(24)))


def test_shortcut_calls_from_many_threads_share_a_model(line, clip):
    with ThreadPoolExecutor(8) as threads:
        clips = list(threads.map(lambda _: metaface.animate(line, device="cpu"), range(16)))
    assert all(np.array_equal(other.values, clip.values) for other in clips)


def run(program, *arguments):
    """Runs a program in a new process, which must exit within a minute."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("progress", ["None", "lambda fraction: None"])
def test_python_exits_while_daemon_threads_work(long_line, progress):
    ended = run(
        f"""
        import sys, threading, time
        import metaface
        animator = metaface.Animator("cpu")
        def work():
            while True:
                animator.animate(sys.argv[1], progress={progress})
        for _ in range(3):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.7)
        print("done")
        """,
        long_line,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")


def test_ctrl_c_stops_a_script(long_line):
    ended = run(
        """
        import os, signal, sys, threading
        import metaface
        threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()
        metaface.animate(sys.argv[1], device="cpu")
        """,
        long_line,
    )
    assert ended.returncode != 0
    assert ended.stderr.rstrip().endswith("KeyboardInterrupt")


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork() here")


@forks
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("animate()", "animate()"),
        ("animate()", "metaface.doctor()"),
        ("metaface.doctor()", "metaface.doctor()"),
        ("metaface.doctor()", "animate()"),
        ("stream = started_stream()", "stream.push(second)"),
        ("stream = started_stream()", "stream.finish()"),
        ("stream = started_stream()", "metaface.doctor()"),
        ("metaface.doctor()", "started_stream()"),
    ],
)
def test_use_in_a_forked_child_is_an_error_and_does_not_hang(line, before, after):
    ended = run(
        f"""
        import os, signal, sys, warnings
        import numpy
        import metaface
        warnings.simplefilter("ignore")
        second = numpy.zeros(16000, numpy.float32)
        def animate():
            return metaface.animate(sys.argv[1], device="cpu")
        def started_stream():
            stream = metaface.Animator("cpu").stream()
            stream.push(second)
            return stream
        {before}
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            try:
                {after}
            except metaface.Error as error:
                print(error.kind, "spawn" in str(error), flush=True)
            os._exit(0)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """,
        line,
    )
    assert (ended.returncode, ended.stdout) == (0, "argument True\n"), ended.stderr


@forks
def test_a_child_forked_while_a_model_is_opened_does_not_hang(line):
    ended = run(
        """
        import os, signal, sys, warnings
        import metaface, metaface._shortcuts
        warnings.simplefilter("ignore")
        with metaface._shortcuts._animators_lock:
            child = os.fork()
            if child == 0:
                signal.alarm(20)
                print(len(metaface.animate(sys.argv[1], device="cpu")), flush=True)
                os._exit(0)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """,
        line,
    )
    assert (ended.returncode, ended.stdout) == (0, "186\n"), ended.stderr


@forks
def test_a_child_forked_before_any_work_can_animate(line):
    ended = run(
        """
        import os, sys, warnings
        import metaface
        warnings.simplefilter("ignore")
        child = os.fork()
        if child == 0:
            print(len(metaface.animate(sys.argv[1], device="cpu")), flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        """,
        line,
    )
    assert (ended.returncode, ended.stdout) == (0, "186\n"), ended.stderr
