import gc
import weakref

import numpy as np
import pytest

import metaface


def test_values_are_views_and_not_copies(clip):
    values = clip.values
    assert values.dtype == np.float32
    assert values.flags.c_contiguous
    assert not values.flags.owndata
    assert np.shares_memory(values, clip.values)
    jaw = clip.channel("jawOpen")
    assert np.shares_memory(jaw, values)
    assert np.array_equal(jaw, values[:, metaface.CHANNELS.index("JawOpen")])


def test_samples_weights_and_rotations_are_views_too(clip, line):
    sound = metaface.Sound.open(line)
    assert np.shares_memory(sound.samples, sound.samples)
    head = metaface.Character.sample_head()
    performance = metaface.RigMap.discover(head).drive(head, clip)
    face, joint = performance.meshes[0], performance.joints[0]
    assert np.shares_memory(face.weights, performance.meshes[0].weights)
    assert np.shares_memory(joint.rotations, performance.joints[0].rotations)
    for array in (sound.samples, face.weights, joint.rotations):
        assert array.dtype == np.float32
        assert not array.flags.owndata


def test_views_cannot_be_written_to(clip, line):
    for array in (clip.values, clip.channel("JawOpen"), metaface.Sound.open(line).samples):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
        with pytest.raises(ValueError):
            array.flags.writeable = True


def test_a_view_outlives_the_object_that_it_views(line):
    clip = metaface.Clip(np.full((500, 61), 0.25, np.float32), 30)
    values, jaw = clip.values, clip.channel("JawOpen")
    head = metaface.Character.sample_head()
    performance = metaface.RigMap.discover(head).drive(head, clip)
    weights = performance.meshes[0].weights
    expected = weights.copy()
    samples = metaface.Sound.open(line).samples
    sum_of_samples = float(np.abs(samples).sum())
    del clip, performance
    gc.collect()
    reused_memory = [np.full((500, 61), 9.0, np.float32) for _ in range(50)]
    assert np.all(values == 0.25)
    assert np.all(jaw == 0.25)
    assert np.array_equal(weights, expected)
    assert float(np.abs(samples).sum()) == sum_of_samples
    del reused_memory


def test_an_owner_is_deleted_with_its_last_view():
    class WeaklyReferenced(metaface.Clip):
        pass

    clip = WeaklyReferenced(np.zeros((2, 61)), 30)
    reference = weakref.ref(clip)
    values = clip.values
    del clip
    gc.collect()
    assert reference() is not None
    del values
    gc.collect()
    assert reference() is None


def test_a_clip_copies_the_array_it_is_made_from():
    array = np.zeros((2, 61), np.float32)
    clip = metaface.Clip(array, 30)
    array[:] = 1
    assert not clip.values.any()


@pytest.mark.parametrize(
    "array",
    [
        np.ones((4, 61)),
        np.ones((4, 61), np.int32),
        np.ones((4, 61), bool),
        np.ones((4, 61), ">f4"),
        np.asfortranarray(np.ones((4, 61), np.float32)),
        np.ones((8, 122), np.float32)[::2, ::2],
        np.ones((4, 61), object),
        [[1.0] * 61] * 4,
        memoryview(np.ones((4, 61), np.float32)),
    ],
    ids="float64 int32 bool big-endian fortran strided objects lists buffer".split(),
)
def test_arrays_of_any_type_are_converted(array):
    assert np.all(metaface.Clip(array, 24).values == 1)


def test_a_read_only_array_is_accepted(clip):
    copy = metaface.Clip(clip.values, clip.rate)
    assert np.array_equal(copy.values, clip.values)


def test_frames_of_a_stream_are_owned_and_writeable(animator):
    stream = animator.stream()
    frames = [stream.push(np.zeros(16000, np.float32)), stream.finish()]
    assert all(array.flags.writeable and array.shape[1] == 61 for array in frames)
    assert sum(map(len, frames)) == 50
