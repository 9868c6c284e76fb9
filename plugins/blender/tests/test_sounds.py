"""The sequencer's sounds lie where they are heard."""

import shutil
from fractions import Fraction

import bpy
import pytest
from conftest import REPOSITORY, extension

sounds = extension("sounds")
version = extension("version")

LINE = REPOSITORY / "samples" / "speech" / "line.wav"


@pytest.fixture
def heard(scene):
    """A scene in which the line begins at frame 10."""
    try:
        sounds.add(scene, str(LINE), 10)
    except extension("trouble").Trouble as error:
        assert "without sound" in str(error)
        pytest.skip("this build of Blender has no sound: Blender's own builds have")
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


def test_a_sound_is_where_it_was_put(heard):
    sound = only(heard)
    assert sound.name == "line" and sound.path == str(LINE) and not sound.muted and not sound.retimed
    assert sound.placed.start_frame == sound.placed.first_visible == 10
    assert sound.placed.last_visible == pytest.approx(10 + 6.19 * 24, abs=1)
    assert sound.placed.rate == Fraction(24)


def test_a_trimmed_sound_keeps_second_0_of_its_file(heard):
    strip = next(iter(version.sequences(heard)))
    handles(strip, 12, 5)
    placed = only(heard).placed
    assert placed.start_frame == 10 and placed.first_visible == 22
    assert placed.last_visible == pytest.approx(5 + 6.19 * 24, abs=1)
    assert placed.seconds(22) == pytest.approx(0.5)


def test_a_strip_longer_than_its_sound_is_heard_to_the_sound_s_end(heard):
    strip = next(iter(version.sequences(heard)))
    handles(strip, -20, -50)
    placed = only(heard).placed
    assert placed.first_visible == placed.start_frame == 10
    assert placed.last_visible == pytest.approx(10 + 6.19 * 24, abs=1)


def test_muted_strips_and_channels_are_told(heard):
    strip = next(iter(version.sequences(heard)))
    strip.mute = True
    assert only(heard).muted
    strip.mute = False
    heard.sequence_editor.channels[strip.channel].mute = True
    assert only(heard).muted


def test_a_sound_in_a_meta_strip_is_heard_within_it(heard):
    strip = next(iter(version.sequences(heard)))
    meta = version.sequences(heard).new_meta("meta", 3, 1)
    strip.move_to_meta(meta)
    if hasattr(meta, "left_handle"):
        meta.right_handle, meta.left_handle = 90, 20
    else:
        meta.frame_final_end, meta.frame_final_start = 90, 20
    sound = only(heard)
    assert sound.channel == 3 and sound.placed.start_frame == 10
    assert (sound.placed.first_visible, sound.placed.last_visible) == (20, 90)


def test_the_active_strip_is_told_if_it_is_a_sound(heard):
    heard.sequence_editor.active_strip = next(iter(version.sequences(heard)))
    assert sounds.active(bpy.context).name == "line"
    heard.sequence_editor.active_strip = None
    assert sounds.active(bpy.context) is None


def test_a_file_is_put_on_the_timeline_once_and_moved_after(heard):
    assert sounds.at(heard, str(LINE), 10).name == "line"
    moved = sounds.at(heard, str(LINE), 55)
    assert moved.placed.start_frame == 55 and len(sounds.strips(heard)) == 1
    assert sounds.at(heard, "/no/such.wav", 55) is None


def test_a_strip_that_others_speak_too_is_not_moved_but_shared_where_it_lies(heard):
    taken = {sounds.keep(heard, only(heard))}
    assert sounds.at(heard, str(LINE), 55, taken) is None
    assert sounds.at(heard, str(LINE), 10, taken).key in taken
    second = sounds.add(heard, str(LINE), 55)
    assert sounds.at(heard, str(LINE), 70, taken).name == second.name
    key = sounds.keep(heard, second)
    assert sounds.added(heard, str(LINE)) == taken | {key}
    assert sorted(sound.placed.start_frame for sound in sounds.strips(heard)) == [10, 70]


def test_a_strip_of_the_artist_is_never_moved(heard):
    strip = next(iter(version.sequences(heard)))
    del strip["metaface"]
    assert sounds.at(heard, str(LINE), 55) is None
    assert sounds.at(heard, str(LINE), 10).placed.start_frame == 10


def test_sounds_are_put_on_a_free_channel(heard):
    assert sounds.add(heard, str(LINE), 50).channel == 2
    assert sounds.add(heard, str(LINE), 400).channel == 1
    assert [sound.placed.start_frame for sound in sounds.strips(heard)] == [10, 50, 400]


def test_an_identity_once_kept_outlives_renaming_and_copies_get_their_own(heard):
    key = sounds.keep(heard, only(heard))
    strip = next(iter(version.sequences(heard)))
    strip.name = "renamed"
    assert only(heard).key == key
    assert sounds.keep(heard, only(heard)) == key
    copy = sounds.add(heard, str(LINE), 300)
    other = next(s for s in version.sequences(heard) if s.name == copy.name)
    for name in ("metaface_line", "metaface_name"):
        other[name] = strip[name]
    keys = {sound.name: sound.key for sound in sounds.strips(heard)}
    assert keys["renamed"] == key and len(set(keys.values())) == 2


def test_a_packed_sound_is_read_when_its_file_is_gone(scene, tmp_path):
    file = tmp_path / "Zeile mit Ümlaut.wav"
    shutil.copy(LINE, file)
    try:
        sounds.add(scene, str(file), 1)
    except extension("trouble").Trouble:
        pytest.skip("this build of Blender has no sound: Blender's own builds have")
    bpy.data.sounds[0].pack()
    file.unlink()
    path = only(scene).path
    assert path != str(file)
    with open(path, "rb") as unpacked:
        assert unpacked.read() == LINE.read_bytes()


def test_what_is_no_sound_is_refused_in_plain_words(heard, tmp_path):
    with pytest.raises(extension("trouble").Trouble):
        sounds.add(heard, str(tmp_path / "nothing.wav"), 1)
    assert len(sounds.strips(heard)) == 1
