"""The sequencer's sound strips, their placements and their keys."""

import shutil
from fractions import Fraction

import bpy
import pytest
from conftest import REPOSITORY, extension

sounds = extension("scene.sounds")
version = extension("scene.version")

LINE = REPOSITORY / "samples" / "speech" / "line.wav"


@pytest.fixture
def scene_with_sound(scene):
    """A scene in which the line starts at frame 10."""
    try:
        sounds.add(scene, str(LINE), 10)
    except extension("host.errors").UserError as error:
        assert "without sound" in str(error)
        pytest.skip("this build of Blender has no sound; the official builds have")
    return scene


def only(scene):
    (sound,) = sounds.strips(scene)
    return sound


def handles(strip, left=0, right=0):
    if hasattr(strip, "left_handle_offset"):
        strip.left_handle_offset, strip.right_handle_offset = left, right
    else:
        strip.frame_offset_start, strip.frame_offset_end = left, right


def test_a_scene_without_a_sequencer_has_no_sounds(scene):
    assert sounds.strips(scene) == [] and sounds.active(bpy.context) is None


def test_a_sound_is_at_the_frame_where_it_was_added(scene_with_sound):
    sound = only(scene_with_sound)
    assert sound.name == "line" and sound.path == str(LINE) and not sound.muted and not sound.retimed
    assert sound.placement.start_frame == sound.placement.first_visible == 10
    assert sound.placement.last_visible == pytest.approx(10 + 6.19 * 24, abs=1)
    assert sound.placement.rate == Fraction(24)


def test_a_trimmed_sound_keeps_second_0_of_its_file(scene_with_sound):
    strip = next(iter(version.sequences(scene_with_sound)))
    handles(strip, 12, 5)
    placed = only(scene_with_sound).placement
    assert placed.start_frame == 10 and placed.first_visible == 22
    assert placed.last_visible == pytest.approx(5 + 6.19 * 24, abs=1)
    assert placed.seconds(22) == pytest.approx(0.5)


def test_a_strip_longer_than_its_sound_is_audible_to_the_sounds_end(scene_with_sound):
    strip = next(iter(version.sequences(scene_with_sound)))
    handles(strip, -20, -50)
    placed = only(scene_with_sound).placement
    assert placed.first_visible == placed.start_frame == 10
    assert placed.last_visible == pytest.approx(10 + 6.19 * 24, abs=1)


def test_muted_strips_and_channels_are_recognised(scene_with_sound):
    strip = next(iter(version.sequences(scene_with_sound)))
    strip.mute = True
    assert only(scene_with_sound).muted
    strip.mute = False
    scene_with_sound.sequence_editor.channels[strip.channel].mute = True
    assert only(scene_with_sound).muted


def test_a_sound_in_a_meta_strip_is_trimmed_to_it(scene_with_sound):
    strip = next(iter(version.sequences(scene_with_sound)))
    meta = version.sequences(scene_with_sound).new_meta("meta", 3, 1)
    strip.move_to_meta(meta)
    if hasattr(meta, "left_handle"):
        meta.right_handle, meta.left_handle = 90, 20
    else:
        meta.frame_final_end, meta.frame_final_start = 90, 20
    sound = only(scene_with_sound)
    assert sound.channel == 3 and sound.placement.start_frame == 10
    assert (sound.placement.first_visible, sound.placement.last_visible) == (20, 90)


def test_the_active_strip_is_returned_if_it_is_a_sound(scene_with_sound):
    scene_with_sound.sequence_editor.active_strip = next(iter(version.sequences(scene_with_sound)))
    assert sounds.active(bpy.context).name == "line"
    scene_with_sound.sequence_editor.active_strip = None
    assert sounds.active(bpy.context) is None


def test_an_added_strip_is_found_and_moved(scene_with_sound):
    assert sounds.find_or_move(scene_with_sound, str(LINE), 10).name == "line"
    moved = sounds.find_or_move(scene_with_sound, str(LINE), 55)
    assert moved.placement.start_frame == 55 and len(sounds.strips(scene_with_sound)) == 1
    assert sounds.find_or_move(scene_with_sound, "/no/such.wav", 55) is None


def test_a_strip_with_lines_of_other_characters_is_shared_and_not_moved(scene_with_sound):
    shared = {sounds.store_key(scene_with_sound, only(scene_with_sound))}
    assert sounds.find_or_move(scene_with_sound, str(LINE), 55, shared) is None
    assert sounds.find_or_move(scene_with_sound, str(LINE), 10, shared).key in shared
    second = sounds.add(scene_with_sound, str(LINE), 55)
    assert sounds.find_or_move(scene_with_sound, str(LINE), 70, shared).name == second.name
    key = sounds.store_key(scene_with_sound, second)
    assert sounds.added_keys(scene_with_sound, str(LINE)) == shared | {key}
    assert sorted(sound.placement.start_frame for sound in sounds.strips(scene_with_sound)) == [10, 70]


def test_a_strip_added_by_the_user_is_not_moved(scene_with_sound):
    strip = next(iter(version.sequences(scene_with_sound)))
    del strip["metaface"]
    assert sounds.find_or_move(scene_with_sound, str(LINE), 55) is None
    assert sounds.find_or_move(scene_with_sound, str(LINE), 10).placement.start_frame == 10


def test_sounds_are_added_on_a_free_channel(scene_with_sound):
    assert sounds.add(scene_with_sound, str(LINE), 50).channel == 2
    assert sounds.add(scene_with_sound, str(LINE), 400).channel == 1
    assert [sound.placement.start_frame for sound in sounds.strips(scene_with_sound)] == [10, 50, 400]


def test_a_stored_key_is_kept_on_renaming_and_copies_get_another_key(scene_with_sound):
    key = sounds.store_key(scene_with_sound, only(scene_with_sound))
    strip = next(iter(version.sequences(scene_with_sound)))
    strip.name = "renamed"
    assert only(scene_with_sound).key == key
    assert sounds.store_key(scene_with_sound, only(scene_with_sound)) == key
    copy = sounds.add(scene_with_sound, str(LINE), 300)
    other = next(s for s in version.sequences(scene_with_sound) if s.name == copy.name)
    for name in ("metaface_line", "metaface_name"):
        other[name] = strip[name]
    keys = {sound.name: sound.key for sound in sounds.strips(scene_with_sound)}
    assert keys["renamed"] == key and len(set(keys.values())) == 2


def test_a_packed_sound_is_read_when_its_file_is_missing(scene, tmp_path):
    file = tmp_path / "Zeile mit Ümlaut.wav"
    shutil.copy(LINE, file)
    try:
        sounds.add(scene, str(file), 1)
    except extension("host.errors").UserError:
        pytest.skip("this build of Blender has no sound; the official builds have")
    bpy.data.sounds[0].pack()
    file.unlink()
    path = only(scene).path
    assert path != str(file)
    with open(path, "rb") as unpacked:
        assert unpacked.read() == LINE.read_bytes()


def test_adding_a_missing_sound_is_an_error(scene_with_sound, tmp_path):
    with pytest.raises(extension("host.errors").UserError):
        sounds.add(scene_with_sound, str(tmp_path / "nothing.wav"), 1)
    assert len(sounds.strips(scene_with_sound)) == 1
