"""Every invalid argument gives an exception with a message, never a crash."""

import pickle

import numpy as np
import pytest

import metaface

NAN = float("nan")
ZEROS = np.zeros((3, 61), np.float32)


def kind_of(work):
    with pytest.raises(metaface.Error) as caught:
        work()
    assert len(str(caught.value)) > 10
    assert type(caught.value) is metaface.Error
    return caught.value.kind


BAD_CLIPS = {
    "too few channels": lambda: metaface.Clip(np.zeros((3, 60)), 24),
    "one dimension": lambda: metaface.Clip(np.zeros(61), 24),
    "three dimensions": lambda: metaface.Clip(np.zeros((1, 3, 61)), 24),
    "not a number": lambda: metaface.Clip(np.full((3, 61), NAN), 24),
    "infinite": lambda: metaface.Clip(np.full((3, 61), np.inf), 24),
    "no rate": lambda: metaface.Clip(ZEROS, 0),
    "negative rate": lambda: metaface.Clip(ZEROS, -24),
    "huge rate": lambda: metaface.Clip(ZEROS, 10**30),
    "rate not a number": lambda: metaface.Clip(ZEROS, NAN),
    "rate is a word": lambda: metaface.Clip(ZEROS, "fast"),
    "start not a number": lambda: metaface.Clip(ZEROS, 24, start_frame=NAN),
    "unknown channel": lambda: metaface.Clip(ZEROS, 24).channel("jaw"),
    "resampled to nothing": lambda: metaface.Clip(ZEROS, 24).resampled(0),
}

BAD_SOUNDS = {
    "empty": lambda: metaface.Sound(np.zeros(0), 16000),
    "no rate": lambda: metaface.Sound(np.zeros(10), 0),
    "negative rate": lambda: metaface.Sound(np.zeros(10), -1),
    "huge rate": lambda: metaface.Sound(np.zeros(10), 10**30),
    "channels first": lambda: metaface.Sound(np.zeros((2, 16000)), 16000),
    "no channels": lambda: metaface.Sound(np.zeros((16000, 0)), 16000),
    "three dimensions": lambda: metaface.Sound(np.zeros((2, 2, 2)), 16000),
}

BAD_CHARACTERS = {
    "its own parent": lambda: metaface.Character("C", [], [metaface.Joint("J", 0)]),
    "no such parent": lambda: metaface.Character("C", [], [metaface.Joint("J", 7)]),
    "no such joint": lambda: metaface.Character("C", [metaface.Mesh("M", ["a"], joint=3)]),
    "no such target": lambda: metaface.Character(
        "C", [metaface.Mesh("M", ["a"], carried=[(9, 0)])], [metaface.Joint("J")]
    ),
    "rest of another length": lambda: metaface.Character("C", [metaface.Mesh("M", ["a"], [0, 0])]),
    "rest not a number": lambda: metaface.Character("C", [metaface.Mesh("M", ["a"], [NAN])]),
    "pose not a number": lambda: metaface.Character(
        "C", [], [metaface.Joint("J", translation=(NAN, 0, 0))]
    ),
    "mesh by a wrong index": lambda: metaface.Character.sample_head().targets(99),
    "mesh by a wrong name": lambda: metaface.Character.sample_head().targets("nose"),
}

BAD_PERFORMANCES = {
    "nothing": lambda: metaface.Performance(24, {}),
    "other lengths": lambda: metaface.Performance(24, {0: np.zeros((3, 1)), 1: np.zeros((4, 1))}),
    "one dimension": lambda: metaface.Performance(24, {0: np.zeros(3)}),
    "no quaternions": lambda: metaface.Performance(24, {}, {0: np.zeros((3, 3))}),
    "not a number": lambda: metaface.Performance(24, {0: np.full((3, 1), NAN)}),
    "bad rate": lambda: metaface.Performance(0, {0: np.zeros((3, 1))}),
}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(work, id=f"{what}: {name}")
        for what, cases in {
            "clip": BAD_CLIPS,
            "sound": BAD_SOUNDS,
            "character": BAD_CHARACTERS,
            "performance": BAD_PERFORMANCES,
        }.items()
        for name, work in cases.items()
    ],
)
def test_values_out_of_range_are_rejected(bad):
    assert kind_of(bad) == "argument"


@pytest.mark.parametrize(
    "options",
    [
        {"strength": 3},
        {"strength": NAN},
        {"liveliness": -1},
        {"smoothing": 2},
        {"smoothing": NAN},
        {"gains": "Nose=2"},
        {"gains": "JawOpen=much"},
        {"fps": 0},
    ],
    ids=str,
)
def test_options_out_of_range_are_rejected(animator, line, options):
    assert kind_of(lambda: animator.animate(line, **options)) == "argument"


@pytest.mark.parametrize(
    "work",
    [
        lambda a, s: a.animate(None),
        lambda a, s: a.animate(3),
        lambda a, s: a.animate(np.zeros(16000)),
        lambda a, s: a.animate(bytes(s)),
        lambda a, s: a.animate(s, 24),
        lambda a, s: a.animate(s, fsp=24),
        lambda a, s: a.animate(s, seed=-1),
        lambda a, s: a.animate(s, seed=1.5),
        lambda a, s: a.animate(s, head="yes"),
        lambda a, s: a.animate(s, fps=None),
        lambda a, s: a.animate(s, fps=True),
        lambda a, s: a.animate(s, fps=[24]),
        lambda a, s: a.animate(s, progress=7),
        lambda a, s: a.with_speaker(7),
        lambda a, s: a.learn(7, name="x"),
        lambda a, s: a.learn("ab", name="x"),
        lambda a, s: a.learn([s], name="x"),
        lambda a, s: a.learn([(s,)], name="x"),
        lambda a, s: a.learn([(s, 7)], name="x"),
        lambda a, s: a.learn([(s, s)]),
        lambda a, s: metaface.Animator(7),
        lambda a, s: metaface.Sound(np.zeros(10), 44100.0),
        lambda a, s: metaface.Sound("words", 16000),
        lambda a, s: metaface.Clip([["a"] * 61], 24),
        lambda a, s: metaface.Clip([[0] * 61, [0]], 24),
        lambda a, s: metaface.Clip(np.zeros((2, 61), complex), 24),
        lambda a, s: metaface.Clip(np.zeros((2, 61), "datetime64[s]"), 24),
        lambda a, s: metaface.Clip(ZEROS, 24, metadata={"a": 1}),
        lambda a, s: metaface.Clip(ZEROS, 24, metadata=7),
        lambda a, s: metaface.Clip(ZEROS, 24, name="\ud800"),
        lambda a, s: metaface.Clip(ZEROS, 24).save(7),
        lambda a, s: metaface.Clip(ZEROS, 24).save("x.glb", character=7),
        lambda a, s: metaface.Mesh("M", "jawOpen"),
        lambda a, s: metaface.Mesh("M", ["a"], joint=-1),
        lambda a, s: metaface.Joint("J", translation=(1, 2)),
        lambda a, s: metaface.Character("C", metaface.Mesh("M", ["a"])),
        lambda a, s: metaface.Character("C", ["M"]),
        lambda a, s: metaface.Performance(24, [np.zeros((3, 1))]),
        lambda a, s: metaface.Performance(24, {"Face": np.zeros((3, 1))}),
        lambda a, s: metaface.Performance(24, {-1: np.zeros((3, 1))}),
        lambda a, s: metaface.RigMap(),
        lambda a, s: metaface.Stream(),
        lambda a, s: a.stream().push("words"),
    ],
)
def test_wrong_types_are_type_errors(animator, line, work):
    with pytest.raises(TypeError) as caught:
        work(animator, line)
    assert type(caught.value) is TypeError
    assert len(str(caught.value)) > 10


class ArgumentFailed(Exception):
    """Raised by an argument, not by MetaFace."""


class Unreadable:
    def __index__(self):
        raise ArgumentFailed

    def __float__(self):
        raise ArgumentFailed


class UnreadableRatio:
    numerator = Unreadable()
    denominator = 1


@pytest.mark.parametrize(
    "work",
    [
        lambda a, s: metaface.Sound(np.zeros(10), Unreadable()),
        lambda a, s: metaface.Clip(ZEROS, Unreadable()),
        lambda a, s: metaface.Clip(ZEROS, UnreadableRatio()),
        lambda a, s: a.animate(s, fps=UnreadableRatio()),
        lambda a, s: metaface.Clip(np.full((3, 61), Unreadable(), object), 24),
    ],
    ids="sound-rate rate ratio fps values".split(),
)
def test_exceptions_of_an_argument_are_passed_on(animator, line, work):
    with pytest.raises(ArgumentFailed):
        work(animator, line)


def test_the_error_of_a_missing_file_names_it(animator, tmp_path):
    missing = tmp_path / "verschollen-ü"
    for work in (
        lambda: animator.animate(missing),
        lambda: animator.with_speaker(missing),
        lambda: animator.learn([(missing, missing)], name="x"),
        lambda: metaface.Animator("cpu", base_model=missing),
        lambda: metaface.Sound.open(missing),
        lambda: metaface.Clip.open(f"{missing}.csv"),
        lambda: metaface.Speaker.open(missing),
        lambda: metaface.Character.open(f"{missing}.glb"),
        lambda: metaface.RigMap.open(missing),
    ):
        with pytest.raises(metaface.Error, match="verschollen-ü") as caught:
            work()
        assert caught.value.kind == "read"


def test_the_error_of_a_damaged_file_names_it(animator, tmp_path):
    for name, work, kind in (
        ("a.wav", metaface.Sound.open, "file"),
        ("a.wav", animator.animate, "file"),
        ("a.csv", metaface.Clip.open, "file"),
        ("a.glb", metaface.Clip.open, "file"),
        ("a.usdc", metaface.Clip.open, "file"),
        ("a.glb", metaface.Character.open, "file"),
        ("a.json", metaface.RigMap.open, "file"),
        ("a.speaker", metaface.Speaker.open, "speaker"),
        ("a.bin", lambda path: metaface.Animator("cpu", base_model=path), "file"),
    ):
        path = tmp_path / name
        path.write_bytes(b"\x00\xff damaged" * 50)
        with pytest.raises(metaface.Error, match=name) as caught:
            work(path)
        assert caught.value.kind == kind, name


def test_a_file_that_cannot_be_written_is_an_error(clip, theatrical, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file, not a folder")
    inside = blocked / "line.csv"
    for work in (
        lambda: clip.save(inside),
        lambda: metaface.Speaker.open(theatrical).save(blocked / "a.speaker"),
        lambda: metaface.RigMap.discover(metaface.Character.sample_head()).save(blocked / "a.json"),
    ):
        assert kind_of(work) == "write"
    assert blocked.read_text() == "a file, not a folder"


def test_a_character_without_geometry_cannot_be_written(clip, tmp_path):
    described = metaface.Character("Described", [metaface.Mesh("M", ["jawOpen"])])
    assert kind_of(lambda: clip.save(tmp_path / "line.glb", character=described)) == "argument"


def test_saving_requires_a_known_format(clip, tmp_path):
    invalid = {"quantise": 7}, {"reduce": -1}, {"reduce": NAN}
    for options in ({}, {"format": "fbx"}, *({"format": "glb", **extra} for extra in invalid)):
        assert kind_of(lambda: clip.save(tmp_path / "line.xyz", **options)) == "argument"
    assert not list(tmp_path.iterdir())


def test_a_path_with_a_zero_byte_is_rejected(animator):
    assert kind_of(lambda: animator.animate("a\0b.wav")) == "argument"


def test_an_unknown_device_is_rejected():
    assert kind_of(lambda: metaface.Animator("gpu")) == "argument"


def test_cuda_works_or_is_a_device_error(line):
    try:
        assert metaface.Animator("cuda").device == "cuda"
    except metaface.Error as error:
        assert error.kind == "device"


def test_a_recorded_performance_of_another_character_is_rejected():
    face = metaface.Character("C", [metaface.Mesh("M", ["jawOpen"])])
    rig_map = metaface.RigMap.discover(face)
    for recording in (
        metaface.Performance(24, {0: np.zeros((3, 2))}),
        metaface.Performance(24, {5: np.zeros((3, 1))}),
        metaface.Performance(24, {0: np.zeros((3, 1))}, {5: np.tile([0, 0, 0, 1], (3, 1))}),
    ):
        assert kind_of(lambda: rig_map.recover(face, recording)) == "argument"


def test_learning_from_no_takes_is_rejected(animator):
    assert kind_of(lambda: animator.learn([], name="Anna")) == "speaker"


def test_errors_can_be_pickled():
    error = pickle.loads(pickle.dumps(metaface.Error("missing: a.wav", "read")))
    assert (str(error), error.kind, type(error)) == ("missing: a.wav", "read", metaface.Error)
    cancelled = pickle.loads(pickle.dumps(metaface.Cancelled("enough")))
    assert (cancelled.kind, type(cancelled)) == ("cancelled", metaface.Cancelled)
    assert issubclass(metaface.Error, RuntimeError)


@pytest.mark.filterwarnings("ignore:nanobind")
def test_an_uninitialised_object_does_not_crash():
    with pytest.raises((RuntimeError, TypeError)):
        metaface.Clip.__new__(metaface.Clip).values
