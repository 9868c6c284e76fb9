from fractions import Fraction

import numpy as np
import pytest

import metaface


def test_the_whole_way_is_one_line(line, theatrical, tmp_path):
    written = metaface.animate(line, speaker=theatrical).save(tmp_path / "line.usdc")
    assert written[0] == str(tmp_path / "line.usdc")
    assert (tmp_path / "line.usdc").read_bytes().startswith(b"PXR-USDC")


def test_a_clip_has_every_channel_at_the_rate_asked_for(animator, line):
    clip = animator.animate(line, fps=24)
    assert clip.rate == Fraction(24)
    assert clip.values.shape == (len(clip), len(metaface.CHANNELS))
    assert clip.duration == pytest.approx(6.19, abs=0.1)
    assert clip.name == "line"
    assert clip.channel("JawOpen").max() > 0.1


@pytest.mark.parametrize(
    ("given", "meant"),
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
def test_frame_rates_are_exact_however_they_are_written(given, meant):
    assert metaface.Clip(np.zeros((2, 61)), given).rate == meant


def test_the_usual_rate_is_that_of_the_command_line(clip):
    assert clip.rate == 30


def test_the_same_seed_gives_the_same_clip_and_another_another(animator, line, clip):
    assert np.array_equal(animator.animate(line).values, clip.values)
    assert not np.array_equal(animator.animate(line, seed=8).values, clip.values)


def test_one_line_and_the_animator_agree(line, clip):
    assert np.array_equal(metaface.animate(line, device="cpu").values, clip.values)


def test_a_sound_in_memory_moves_as_its_file_does(animator, line, clip):
    sound = metaface.Sound.open(line)
    assert np.array_equal(animator.animate(sound).values, clip.values)
    assert animator.animate(sound, name="spoken").name == "spoken"


def test_every_option_does_what_it_says(animator, line, clip):
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


def test_an_animator_tells_what_it_is(animator):
    assert animator.device == "cpu"
    assert len(animator.base_model) >= 16
    assert repr(animator) == "metaface.Animator('cpu')"


def test_what_made_a_clip_is_kept_with_it(animator, theatrical, line):
    spoken = animator.speaking_as(theatrical, 1.5).animate(line, seed=3)
    assert spoken.metadata["seed"] == "3"
    assert spoken.metadata["generator"] == f"MetaFace {metaface.__version__}"
    assert "speaker" in spoken.metadata


def test_the_doctor_times_this_machine():
    told = metaface.doctor()
    assert metaface.__version__ in told
    assert "self-test" in told
    assert "real time" in told


def test_names_are_those_of_live_link():
    assert len(metaface.CHANNELS) == 61
    assert metaface.BLENDSHAPE_COUNT == 52
    assert metaface.CHANNELS[17] == "JawOpen"
    assert metaface.CHANNELS[52:55] == ("HeadYaw", "HeadPitch", "HeadRoll")


def test_a_speaker_moves_in_their_own_way_and_strength_scales_it(animator, line, theatrical, clip):
    def away(values):
        return np.abs(values - clip.values).mean()

    theirs = away(animator.speaking_as(theatrical).animate(line).values)
    more = away(animator.speaking_as(metaface.Speaker.open(theatrical), 2.0).animate(line).values)
    none = away(animator.speaking_as(theatrical, 0.0).animate(line).values)
    assert none < theirs / 4 < theirs < more
    short = metaface.animate(line, speaker=theatrical, speaker_strength=2.0, device="cpu")
    assert away(short.values) == more
