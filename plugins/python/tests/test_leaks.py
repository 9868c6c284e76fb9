import gc
import resource
import subprocess
import sys
import textwrap

import numpy as np

import metaface


def test_nothing_leaks_when_python_exits(line, take):
    program = """
    import sys
    import numpy as np
    import metaface
    line, sound, curves = sys.argv[1:]
    clip = metaface.animate(line, device="cpu", progress=lambda fraction: None)
    values, jaw = clip.values, clip.channel("JawOpen")
    head = metaface.Character.sample_head()
    rig_map = metaface.RigMap.discover(head)
    performance = rig_map.drive(head, clip)
    weights, report = performance.meshes[0].weights, rig_map.report(head)
    animator = metaface.Animator("cpu")
    stream = animator.stream()
    frames = stream.push(np.zeros(16000, np.float32))
    anna = animator.learn([(sound, curves)], name="Anna", instant=True)
    def failing(fraction):
        raise ValueError(fraction)
    for options in ({"sound": "missing.wav"}, {"sound": line, "progress": failing}):
        try:
            animator.animate(**options)
        except (metaface.Error, ValueError):
            pass
    """
    ended = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(program), line, *take],
        capture_output=True,
        text=True,
        timeout=120,
        env={"METAFACE_LEAK_WARNINGS": "1", "PATH": "/usr/bin:/bin"},
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_leaks_at_exit_are_not_reported_to_users(line):
    program = "import builtins, metaface; builtins.kept = metaface.Character.sample_head()"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_memory_does_not_grow_with_use(animator, line, tmp_path):
    head = metaface.Character.sample_head()
    rig_map = metaface.RigMap.discover(head)
    sound = metaface.Sound.open(line)

    def round_trip():
        clip = animator.animate(sound, progress=lambda fraction: True)
        for track in rig_map.drive(head, clip).meshes:
            assert track.weights.shape[0] == len(clip)
        metaface.Clip(np.array(clip.values), 24).save(tmp_path / "a.csv")
        metaface.Clip.open(tmp_path / "a.csv").resampled(60)
        stream = animator.stream()
        stream.push(sound.samples[:8000])
        stream.finish()
        try:
            animator.animate(sound, progress=lambda fraction: 1 / 0)
        except ZeroDivisionError:
            pass

    def peak_mb():
        gc.collect()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    for _ in range(10):
        round_trip()
    before, objects = peak_mb(), len(gc.get_objects())
    for _ in range(40):
        round_trip()
    assert peak_mb() - before < 20
    assert len(gc.get_objects()) - objects < 100
