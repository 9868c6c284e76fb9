"""What the Unreal plugin keys, and what it gives a live face, is the command line's clip, to the bit.

METAFACE_UNREAL_DOOR is the plugin's core as a program and METAFACE_PROGRAM the command line; `cargo
xtask unreal` sets them.
"""

import csv
import fractions
import os
import pathlib
import subprocess
import wave

import numpy as np
import pytest

SAMPLES = pathlib.Path(__file__).parent.parent.parent / "samples"
DOOR = os.environ.get("METAFACE_UNREAL_DOOR")
CHANNELS = 61
pytestmark = pytest.mark.skipif(not DOOR, reason="cargo xtask unreal builds the plugin's core and runs this")


@pytest.fixture(scope="session")
def pcm(tmp_path_factory):
    """The samples of a WAV file, as a sound wave asset holds them: file, rate, channels."""

    def read(name: str):
        with wave.open(str(SAMPLES / "speech" / name)) as file:
            path = tmp_path_factory.mktemp("pcm") / name
            path.write_bytes(file.readframes(file.getnframes()))
            return [path, str(file.getframerate()), str(file.getnchannels())]

    return read


def from_csv(path: pathlib.Path) -> dict[str, np.ndarray]:
    rows = list(csv.reader(path.open()))
    columns = np.array([[float(cell) for cell in row[2:]] for row in rows[1:]]).T
    return dict(zip(rows[0][2:], columns))


def names() -> list[str]:
    """Live Link's order: as the CSV has it, but left before right."""
    order = "EyeBlink EyeLookDown EyeLookIn EyeLookOut EyeLookUp EyeSquint EyeWide".split()
    made = [f"{name}{side}" for side in ("Left", "Right") for name in order]
    made += "JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft MouthRight".split()
    for pair in "Smile Frown Dimple Stretch".split():
        made += [f"Mouth{pair}Left", f"Mouth{pair}Right"]
    made += "MouthRollLower MouthRollUpper MouthShrugLower MouthShrugUpper".split()
    for pair in "Press LowerDown UpperUp".split():
        made += [f"Mouth{pair}Left", f"Mouth{pair}Right"]
    made += "BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight CheekPuff".split()
    made += "CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut".split()
    return made + [f"{part}{turn}" for part in ("Head", "LeftEye", "RightEye") for turn in ("Yaw", "Pitch", "Roll")]


CASES = [
    ("line.wav", "30", None),
    ("line.wav", "23.976", None),
    ("take.wav", "60", None),
    ("line.wav", "30", "theatrical"),
]


@pytest.mark.parametrize(("sound", "rate", "speaker"), CASES)
def test_the_keys_of_a_sequence_are_the_clip_of_the_command_line(pcm, sound, rate, speaker, tmp_path):
    speaker = [str(SAMPLES / f"speakers/{speaker}.speaker")] if speaker else []
    values, times = tmp_path / "values", tmp_path / "times"
    subprocess.run([DOOR, "keys", *pcm(sound), rate, values, times, *speaker], check=True)
    command = [os.environ["METAFACE_PROGRAM"], "animate", "--quiet", SAMPLES / "speech" / sound, "--fps", rate]
    command += [option for file in speaker for option in ("--speaker", file)]
    subprocess.run([*command, "-o", tmp_path / "clip.csv"], check=True)
    clip = from_csv(tmp_path / "clip.csv")
    keyed = np.fromfile(values, "<f4").reshape(CHANNELS, -1)
    assert keyed.shape[1] > 100
    for name, curve in zip(names(), keyed):
        wanted = clip[name].astype(np.float32)
        # Ten decimals hold every value from 2**-10 on exactly, smaller ones to 1e-10.
        large = np.abs(wanted) >= 2.0**-10
        assert (curve[large] == wanted[large]).all(), name
        assert np.abs(curve[~large].astype(float) - clip[name][~large]).max(initial=0) <= 1e-10, name
    exact = fractions.Fraction(24000, 1001) if rate == "23.976" else fractions.Fraction(rate)
    keys = np.fromfile(times, "<f4")
    assert [float(key) for key in keys] == [float(np.float32(float(frame / exact))) for frame in range(len(keys))]


def test_a_live_face_is_given_the_same_frames_in_pieces_of_any_size(pcm, tmp_path):
    made = []
    for piece in ("99040", "160", "512", "777"):
        subprocess.run([DOOR, "live", *pcm("line.wav"), piece, tmp_path / piece], check=True)
        made.append((tmp_path / piece).read_bytes())
    assert len(made[0]) > 300 * CHANNELS * 4
    assert all(frames == made[0] for frames in made)
