import threading

import numpy as np
import pytest

import metaface


def _in_chunks(stream, samples, size):
    frames = [stream.push(samples[start : start + size]) for start in range(0, len(samples), size)]
    return np.concatenate([*frames, stream.finish()])


@pytest.fixture(scope="module")
def samples(line):
    return metaface.Sound.open(line).samples


def test_chunks_of_any_size_give_the_same_frames(animator, samples):
    expected = _in_chunks(animator.stream(), samples, len(samples))
    assert expected.shape == (round(len(samples) / 16000 * metaface.Stream.rate), 61)
    for size in (160, 1024, 5000):
        assert np.array_equal(_in_chunks(animator.stream(), samples, size), expected)


def test_a_frame_is_returned_at_most_200_ms_after_its_sound(animator, samples):
    stream, returned = animator.stream(), 0
    for start in range(0, len(samples) - 160, 160):
        returned += len(stream.push(samples[start : start + 160]))
        pushed_seconds = (start + 160) / 16000
        assert returned >= int((pushed_seconds - 0.2) * 50)


def test_options_are_those_of_animate(animator, samples):
    def jaw(**options):
        frames = _in_chunks(animator.stream(**options), samples, 4096)
        return frames[:, metaface.CHANNELS.index("JawOpen")]

    assert jaw(gains="JawOpen=0.5").max() < jaw().max() * 0.6
    still = _in_chunks(animator.stream(head=False, eyes=False, liveliness=0.0), samples, 4096)
    assert not still[:, 52:].any()


def test_16_bit_integers_are_accepted(animator, samples):
    integers = (samples * 32767).astype(np.int16)
    frames = _in_chunks(animator.stream(), integers, 1600)
    assert frames[:, metaface.CHANNELS.index("JawOpen")].max() > 0.1


def test_no_samples_give_no_frames(animator):
    stream = animator.stream()
    assert stream.push(np.zeros(0, np.float32)).shape == (0, 61)
    assert stream.finish().shape == (0, 61)


def test_using_a_finished_stream_is_an_error(animator):
    stream = animator.stream()
    stream.finish()
    for use in (stream.finish, lambda: stream.push(np.zeros(10))):
        with pytest.raises(metaface.Error, match="finished") as caught:
            use()
        assert caught.value.kind == "argument"


def test_a_stream_serialises_calls_from_threads(animator, samples):
    stream, frames = animator.stream(), []

    def push():
        for start in range(0, 16000, 800):
            frames.append(len(stream.push(samples[start : start + 800])))

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(frames) + len(stream.finish()) == 200
