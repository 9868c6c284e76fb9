from fractions import Fraction

import numpy as np
import pytest

import metaface


def test_one_call_animates_and_saves_a_file(line, theatrical, tmp_path):
    written = metaface.animate(line, speaker=theatrical).save(tmp_path / "line.usdc")
    assert written[0] == str(tmp_path / "line.usdc")
    assert (tmp_path / "line.usdc").read_bytes().startswith(b"PXR-USDC")


def test_a_clip_has_every_channel_at_the_requested_rate(animator, line):
    clip = animator.animate(line, fps=24)
    assert clip.rate == Fraction(24)
    assert clip.values.shape == (len(clip), len(metaface.CHANNELS))
    assert clip.duration == pytest.approx(6.19, abs=0.1)
    assert clip.name == "line"
    assert clip.channel("JawOpen").max() > 0.1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (25, Fraction(25)),
        (23.976, Fraction(24000, 1001)),
        (np.float32(29.97), Fraction(30000, 1001)),
        (np.int64(50), Fraction(50)),
        ("60000/1001", Fraction(60000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        (Fraction(24000, 1001), Fraction(24000, 1001)),
    ],
)
def test_frame_rates_of_every_type_are_exact(given, expected):
    assert metaface.Clip(np.zeros((2, 61)), given).rate == expected


def test_the_default_rate_is_that_of_the_command_line(clip):
    assert clip.rate == 30


def test_the_same_seed_gives_the_same_clip_and_another_seed_a_different_clip(animator, line, clip):
    assert np.array_equal(animator.animate(line).values, clip.values)
    assert not np.array_equal(animator.animate(line, seed=8).values, clip.values)


def test_the_shortcut_and_the_animator_give_the_same_clip(line, clip):
    assert np.array_equal(metaface.animate(line, device="cpu").values, clip.values)


def test_a_sound_in_memory_gives_the_same_clip_as_its_file(animator, line, clip):
    sound = metaface.Sound.open(line)
    assert np.array_equal(animator.animate(sound).values, clip.values)
    assert animator.animate(sound, name="from_memory").name == "from_memory"


def test_every_option_has_an_effect(animator, line, clip):
    jaw = clip.channel("JawOpen")
    still = animator.animate(line, strength=0.0)
    assert np.abs(still.values).max() < np.abs(clip.values).max() / 2
    wide = animator.animate(line, gains="JawOpen=0.5")
    assert wide.channel("JawOpen").max() == pytest.approx(jaw.max() * 0.5, rel=0.05)
    smooth = animator.animate(line, smoothing=1.0).channel("JawOpen")
    assert np.abs(np.diff(smooth, 2)).sum() < np.abs(np.diff(jaw, 2)).sum()
    assert np.all(animator.animate(line, head=False).channel("HeadYaw") == 0)
    assert np.all(animator.animate(line, eyes=False).channel("LeftEyeYaw") == 0)
    assert np.all(animator.animate(line, liveliness=0.0).channel("EyeBlinkLeft") == 0)


def test_an_animator_reports_its_device_and_base_model(animator):
    assert animator.device == "cpu"
    assert len(animator.base_model) >= 16
    assert repr(animator) == "metaface.Animator('cpu')"


def test_a_clip_keeps_the_metadata_of_its_generation(animator, theatrical, line):
    clip = animator.with_speaker(theatrical, 1.5).animate(line, seed=3)
    assert clip.metadata["seed"] == "3"
    assert clip.metadata["generator"] == f"MetaFace {metaface.__version__}"
    assert "speaker" in clip.metadata


def test_the_doctor_times_this_machine():
    report = metaface.doctor()
    assert metaface.__version__ in report
    assert "self-test" in report
    assert "real time" in report


def test_channels_have_the_names_and_order_of_live_link():
    assert len(metaface.CHANNELS) == 61
    assert metaface.BLENDSHAPE_COUNT == 52
    assert metaface.CHANNELS[17] == "JawOpen"
    assert metaface.CHANNELS[52:55] == ("HeadYaw", "HeadPitch", "HeadRoll")


def test_a_speaker_changes_the_motion_by_the_style_strength(animator, line, theatrical, clip):
    def difference(values):
        return np.abs(values - clip.values).mean()

    speaker = metaface.Speaker.open(theatrical)
    normal = difference(animator.with_speaker(theatrical).animate(line).values)
    doubled = difference(animator.with_speaker(speaker, 2.0).animate(line).values)
    zero = difference(animator.with_speaker(theatrical, 0.0).animate(line).values)
    assert zero < normal / 4 < normal < doubled
    shortcut = metaface.animate(line, speaker=theatrical, style_strength=2.0, device="cpu")
    assert difference(shortcut.values) == doubled
