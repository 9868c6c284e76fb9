import json

import numpy as np
import pytest

import metaface


def test_a_speaker_is_learned_from_one_take(animator, take, line, tmp_path):
    told = []
    anna = animator.learn([take], name="Anna", consent="given", licence="MIT", progress=told.append)
    assert anna.name == "Anna"
    assert anna.about["consent"] == "given"
    assert anna.about["licence"] == "MIT"
    assert anna.base_model == animator.base_model
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1

    size = anna.save(tmp_path / "anna.speaker")
    assert size == (tmp_path / "anna.speaker").stat().st_size
    assert metaface.Speaker.open(tmp_path / "anna.speaker").about == anna.about
    clip = metaface.animate(line, speaker=tmp_path / "anna.speaker", device="cpu")
    usual = metaface.animate(line, device="cpu")
    assert not np.array_equal(clip.values, usual.values)


def test_takes_in_memory_teach_as_files_do(animator, take, line):
    sound, curves = take
    files = animator.learn([take], name="Anna", instant=True)
    memory = animator.learn(
        [[metaface.Sound.open(sound), metaface.Clip.open(curves)]], name="Anna", instant=True
    )
    one = animator.speaking_as(files).animate(line).values
    other = animator.speaking_as(memory).animate(line).values
    assert np.array_equal(one, other)


def test_learning_is_one_line_too(take):
    assert metaface.learn([take], name="Anna", instant=True, device="cpu").name == "Anna"


def test_speakers_are_mixed(animator, theatrical, mumbler, line):
    loud, quiet = metaface.Speaker.open(theatrical), metaface.Speaker.open(mumbler)
    between = metaface.Speaker.blend(loud, quiet, 0.5, "between")
    assert between.name == "between"

    def opening(speaker):
        return animator.speaking_as(speaker).animate(line).channel("JawOpen").mean()

    assert opening(quiet) < opening(between) < opening(loud)
    alone = metaface.Speaker.blend(loud, quiet, 0.0)
    assert opening(alone) == pytest.approx(opening(loud), rel=1e-3)


def test_a_speaker_travels_as_bytes(theatrical):
    speaker = metaface.Speaker.open(theatrical)
    data = speaker.to_bytes()
    assert data == theatrical.read_bytes()
    assert metaface.Speaker.from_bytes(data).about == speaker.about
    for broken in (b"", data[:8], data[:-1], b"x" * 600_000):
        with pytest.raises(metaface.Error) as refused:
            metaface.Speaker.from_bytes(broken)
        assert refused.value.kind == "speaker"
    with pytest.raises(TypeError):
        metaface.Speaker.from_bytes(str(theatrical))


def test_what_a_speaker_says_of_itself_is_what_its_file_says(theatrical):
    data = theatrical.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    about = json.loads(header["__metadata__"]["about"])
    assert any(about["tail_error_mm"]), "numbers that would show their digits"
    assert metaface.Speaker.open(theatrical).about == about


def test_a_speaker_shows_its_name(theatrical):
    speaker = metaface.Speaker.open(theatrical)
    assert repr(speaker) == f"metaface.Speaker({speaker.name!r})"
