import json

import numpy as np
import pytest

import metaface


def test_a_speaker_is_learned_from_one_take(animator, take, line, tmp_path):
    progress = []
    anna = animator.learn(
        [take], name="Anna", consent="given", licence="MIT", progress=progress.append
    )
    assert anna.name == "Anna"
    assert anna.about["consent"] == "given"
    assert anna.about["licence"] == "MIT"
    assert anna.base_model == animator.base_model
    assert progress == sorted(progress)
    assert 0 <= progress[0] < progress[-1] <= 1

    size = anna.save(tmp_path / "anna.speaker")
    assert size == (tmp_path / "anna.speaker").stat().st_size
    assert metaface.Speaker.open(tmp_path / "anna.speaker").about == anna.about
    clip = metaface.animate(line, speaker=tmp_path / "anna.speaker", device="cpu")
    average = metaface.animate(line, device="cpu")
    assert not np.array_equal(clip.values, average.values)


def test_takes_in_memory_give_the_same_speaker_as_files(animator, take, line):
    sound, curves = take
    from_files = animator.learn([take], name="Anna", instant=True)
    from_memory = animator.learn(
        [[metaface.Sound.open(sound), metaface.Clip.open(curves)]], name="Anna", instant=True
    )
    expected = animator.with_speaker(from_files).animate(line).values
    values = animator.with_speaker(from_memory).animate(line).values
    assert np.array_equal(values, expected)


def test_one_call_learns_a_speaker(take):
    assert metaface.learn([take], name="Anna", instant=True, device="cpu").name == "Anna"


def test_speakers_are_blended(animator, theatrical, mumbler, line):
    loud, quiet = metaface.Speaker.open(theatrical), metaface.Speaker.open(mumbler)
    between = metaface.Speaker.blend(loud, quiet, 0.5, "between")
    assert between.name == "between"

    def mean_jaw_open(speaker):
        return animator.with_speaker(speaker).animate(line).channel("JawOpen").mean()

    assert mean_jaw_open(quiet) < mean_jaw_open(between) < mean_jaw_open(loud)
    only_loud = metaface.Speaker.blend(loud, quiet, 0.0)
    assert mean_jaw_open(only_loud) == pytest.approx(mean_jaw_open(loud), rel=1e-3)


def test_a_speaker_can_be_stored_as_bytes(theatrical):
    speaker = metaface.Speaker.open(theatrical)
    data = speaker.to_bytes()
    assert data == theatrical.read_bytes()
    assert metaface.Speaker.from_bytes(data).about == speaker.about
    for broken in (b"", data[:8], data[:-1], b"x" * 600_000):
        with pytest.raises(metaface.Error) as caught:
            metaface.Speaker.from_bytes(broken)
        assert caught.value.kind == "speaker"
    with pytest.raises(TypeError):
        metaface.Speaker.from_bytes(str(theatrical))


def test_the_metadata_of_a_speaker_is_that_of_its_file(theatrical):
    data = theatrical.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    about = json.loads(header["__metadata__"]["about"])
    assert any(about["tail_error_mm"]), "the file has numbers, whose digits are compared"
    assert metaface.Speaker.open(theatrical).about == about


def test_the_repr_of_a_speaker_has_its_name(theatrical):
    speaker = metaface.Speaker.open(theatrical)
    assert repr(speaker) == f"metaface.Speaker({speaker.name!r})"
