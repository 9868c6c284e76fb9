"""Fixtures. The tests run against the installed package, never against the source."""

import signal
import wave
from pathlib import Path

import pytest

import metaface

SOURCE = Path(__file__).resolve().parents[1]
REPOSITORY = SOURCE.parents[1]
SPEECH = REPOSITORY / "samples" / "speech"
SPEAKERS = REPOSITORY / "samples" / "speakers"

# Background jobs of a shell ignore SIGINT, so Ctrl-C would have no effect.
signal.signal(signal.SIGINT, signal.default_int_handler)

assert "site-packages" in Path(metaface.__file__).parts, "install the wheel first"


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def line() -> Path:
    """Six seconds of speech."""
    return SPEECH / "line.wav"


@pytest.fixture(scope="session")
def long_line(line: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve minutes of speech, which take seconds to animate."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    with wave.open(str(line)) as source, wave.open(str(path), "wb") as repeated:
        repeated.setparams(source.getparams())
        frames = source.readframes(source.getnframes())
        for _ in range(120):
            repeated.writeframes(frames)
    return path


@pytest.fixture(scope="session")
def theatrical() -> Path:
    return SPEAKERS / "theatrical.speaker"


@pytest.fixture(scope="session")
def mumbler() -> Path:
    return SPEAKERS / "mumbler.speaker"


@pytest.fixture(scope="session")
def head() -> Path:
    """The sample head as a glTF file."""
    return REPOSITORY / "samples" / "head" / "head.glb"


@pytest.fixture(scope="session")
def animator() -> metaface.Animator:
    return metaface.Animator("cpu")


@pytest.fixture(scope="session")
def clip(animator: metaface.Animator, line: Path) -> metaface.Clip:
    return animator.animate(line)


@pytest.fixture(scope="session")
def take(
    animator: metaface.Animator, theatrical: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A sound and the curves captured with it."""
    curves = tmp_path_factory.mktemp("take") / "take.csv"
    sound = SPEECH / "take.wav"
    animator.with_speaker(theatrical).animate(sound, fps=60).save(curves)
    return sound, curves
