import pickle
import wave
from pathlib import Path

import numpy as np
import pytest

import metaface


def test_a_file_is_converted_to_16_khz_mono(line):
    sound = metaface.Sound.open(line)
    assert sound.rate == 16000
    assert sound.samples.ndim == 1
    assert sound.duration == pytest.approx(len(sound.samples) / 16000)
    assert sound.warnings == []


def test_a_sound_at_16_khz_is_not_changed(line):
    with wave.open(str(line)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        rate = file.getframerate()
    assert rate == 16000
    assert np.array_equal(metaface.Sound(raw, rate).samples, metaface.Sound.open(line).samples)


@pytest.mark.parametrize(
    ("samples", "level"),
    [
        (np.full(1600, 0.5, np.float32), 0.5),
        (np.full(1600, 0.5), 0.5),
        (np.full(1600, 16384, np.int16), 0.5),
        (np.full(1600, 16384, ">i2"), 0.5),
        (np.full(1600, 2**30, np.int32), 0.5),
        (np.full(1600, 192, np.uint8), 0.5),
        (np.full(1600, 64, np.int8), 0.5),
        (np.full((1600, 2), 0.5, np.float32), 0.5),
        (np.stack([np.ones(1600), np.zeros(1600)], axis=1), 0.5),
    ],
    ids=["float32", "float64", "int16", "int16-be", "int32", "uint8", "int8", "stereo", "mixed"],
)
def test_full_scale_is_one_for_every_sample_type(samples, level):
    sound = metaface.Sound(samples, 16000)
    assert np.allclose(sound.samples, level, atol=1e-4)


@pytest.mark.parametrize(
    "samples",
    [
        np.full(1600, 16384, np.uint16),
        np.full(1600, 16384, np.uint32),
        np.full(1600, 16384, np.int64),
        np.full(1600, 16384, ">i8"),
        np.full(1600, 16384, np.uint64),
        np.full(1600, 16384, object),
        [16384] * 1600,
        [[16384, 0]] * 1600,
        [2**70] * 1600,
    ],
    ids="uint16 uint32 int64 int64-be uint64 objects list stereo-list huge".split(),
)
def test_integers_of_unknown_full_scale_are_rejected(samples, animator):
    for work in (lambda: metaface.Sound(samples, 16000), lambda: animator.stream().push(samples)):
        with pytest.raises(TypeError, match="convert to int16, int32 or float32"):
            work()


def test_full_scale_is_one_for_lists_of_floats():
    assert np.allclose(metaface.Sound([0.5] * 1600, 16000).samples, 0.5, atol=1e-4)


def test_any_rate_is_resampled():
    time = np.arange(48000) / 48000
    tone = metaface.Sound(np.sin(2 * np.pi * 440 * time), np.int64(48000))
    assert tone.duration == pytest.approx(1.0, abs=0.01)
    assert np.abs(np.fft.rfft(tone.samples)).argmax() == pytest.approx(440, abs=2)


def test_silent_and_broken_sounds_give_warnings():
    sound = metaface.Sound(np.zeros(16000, np.float32), 16000)
    assert any("silent" in warning for warning in sound.warnings)
    broken = metaface.Sound(np.full(16000, np.nan, np.float32), 16000)
    assert np.all(broken.samples == 0)
    assert broken.warnings


def test_sounds_can_be_pickled(line):
    sound = metaface.Sound.open(line)
    assert np.array_equal(pickle.loads(pickle.dumps(sound)).samples, sound.samples)


def test_every_format_is_opened_if_the_collection_is_present(repository):
    shared = repository.parent / "shared" / "odd_audio" / "generated_from_librivox"
    if not shared.is_dir():
        pytest.skip(f"{shared} is absent")
    for name in ("x.mp3", "x.flac", "x.ogg", "x.m4a", "x.opus", "x.aiff", "s24.wav"):
        assert metaface.Sound.open(shared / name).duration > 0.5, name
        assert len(metaface.animate(Path(shared / name), device="cpu")) > 10, name
