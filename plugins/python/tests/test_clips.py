import copy
import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

import metaface


@pytest.mark.parametrize(
    "ending",
    ["glb", "gltf", "usda", "usdc", "usdz", "csv", "a2f.json", "cues.json", "tsv", "dat"],
)
def test_every_format_is_written(clip, tmp_path, ending):
    path = tmp_path / f"line.{ending}"
    written = clip.save(path)
    assert written[0] == str(path)
    for file in written:
        assert (tmp_path / file).stat().st_size > 100


@pytest.mark.parametrize("ending", ["csv", "a2f.json", "glb", "usdc"])
def test_a_written_clip_can_be_read(clip, tmp_path, ending):
    path = tmp_path / f"line.{ending}"
    clip.save(path)
    reread = metaface.Clip.open(path)
    jaw_error = np.abs(reread.channel("JawOpen") - clip.channel("JawOpen"))
    assert len(reread) == len(clip)
    assert jaw_error.max() < 1e-3


def test_a_clip_is_made_of_values_and_info():
    clip = metaface.Clip(
        np.zeros((48, 61)), "24000/1001", name="idle", start_frame=86400.5, metadata={"shot": "7"}
    )
    assert (clip.name, clip.start_frame, clip.metadata) == ("idle", 86400.5, {"shot": "7"})
    assert clip.rate == Fraction(24000, 1001)
    assert clip.duration == pytest.approx(2.002)
    assert len(clip) == 48
    assert clip.warnings == []
    assert repr(clip) == "metaface.Clip('idle', 48 frames at 24000/1001 fps)"


def test_metadata_is_a_copy():
    clip = metaface.Clip(np.zeros((1, 61)), 24, metadata={"shot": "7"})
    clip.metadata["shot"] = "8"
    assert clip.metadata == {"shot": "7"}


def test_replacing_info_keeps_the_rest(clip):
    later = clip.replace(start_frame=1001, metadata={"shot": "ä"})
    assert later.name == clip.name
    assert (later.start_frame, later.metadata) == (1001, {"shot": "ä"})
    assert np.array_equal(later.values, clip.values)
    assert clip.replace(name="two").metadata == clip.metadata
    assert clip.replace(name="two").warnings == clip.warnings


def test_resampling_keeps_the_length(clip):
    resampled = clip.resampled(23.976)
    assert resampled.rate == Fraction(24000, 1001)
    assert resampled.duration == pytest.approx(clip.duration, abs=0.1)


def test_a_take_is_read_at_the_requested_rate(clip, tmp_path):
    clip.save(tmp_path / "take.csv")
    assert metaface.Clip.open(tmp_path / "take.csv", fps=24).rate == 24


def test_a_users_character_plays_a_clip(clip, head, tmp_path):
    character = metaface.Character.open(head)
    rig_map = metaface.RigMap.discover(character)
    rig_map.save(tmp_path / "hero.rigmap.json")
    by_path, by_value = tmp_path / "path.glb", tmp_path / "value.glb"
    clip.save(by_path, character=head, rig_map=tmp_path / "hero.rigmap.json")
    clip.save(by_value, character=character, rig_map=rig_map)
    assert by_path.read_bytes() == by_value.read_bytes()
    assert metaface.Clip.open(by_path, rig_map=tmp_path / "hero.rigmap.json").name == clip.name


def test_an_animation_is_selected_by_name(clip, head, tmp_path):
    one, two = tmp_path / "one.glb", tmp_path / "two.glb"
    clip.replace(name="one").save(one, character=head)
    metaface.Clip(np.zeros((30, 61)), 30, name="two").save(two, character=one)
    assert metaface.Clip.open(two, animation="one").channel("JawOpen").max() > 0.1
    assert metaface.Clip.open(two, animation="two").channel("JawOpen").max() == 0


def test_reduce_and_quantise_make_files_smaller(clip, tmp_path):
    sizes = []
    for options in ({}, {"reduce": 0.1}, {"quantise": 8}):
        clip.save(tmp_path / "line.glb", **options)
        sizes.append((tmp_path / "line.glb").stat().st_size)
    assert sizes[1] < sizes[0]
    assert sizes[2] < sizes[0]


def test_the_format_option_overrides_the_file_extension(clip, tmp_path):
    clip.save(tmp_path / "line.out", format="a2f.json")
    assert json.loads((tmp_path / "line.out").read_text())["numFrames"] == len(clip)


def test_paths_may_have_any_script(animator, line, tmp_path):
    folder = tmp_path / "Größe – 顔 – лицо"
    folder.mkdir()
    sound = folder / "søund 🎤.wav"
    sound.write_bytes(line.read_bytes())
    clip = animator.animate(sound)
    assert clip.name == "søund 🎤"
    for given in (folder / "é.csv", str(folder / "é.glb")):
        assert clip.save(given)[0] == str(given)
        assert len(metaface.Clip.open(given)) == len(clip)


def test_clips_are_copied_and_pickled(clip):
    for copied in (pickle.loads(pickle.dumps(clip)), copy.deepcopy(clip), copy.copy(clip)):
        assert np.array_equal(copied.values, clip.values)
        assert (copied.rate, copied.name, copied.metadata) == (clip.rate, clip.name, clip.metadata)


def test_worker_processes_return_clips(line, clip):
    work = partial(metaface.animate, device="cpu")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        assert np.array_equal(workers.submit(work, line).result().values, clip.values)
