"""Tests that the Unreal plugin's keys are the command line's clip, to the bit, and of its live face.

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
pytestmark = pytest.mark.skipif(not DOOR, reason="METAFACE_UNREAL_DOOR is not set: run `cargo xtask unreal`")


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
    """The channels in Live Link's order."""
    eye_names = "EyeBlink EyeLookDown EyeLookIn EyeLookOut EyeLookUp EyeSquint EyeWide".split()
    result = [f"{name}{side}" for side in ("Left", "Right") for name in eye_names]
    result += "JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft MouthRight".split()
    for pair in "Smile Frown Dimple Stretch".split():
        result += [f"Mouth{pair}Left", f"Mouth{pair}Right"]
    result += "MouthRollLower MouthRollUpper MouthShrugLower MouthShrugUpper".split()
    for pair in "Press LowerDown UpperUp".split():
        result += [f"Mouth{pair}Left", f"Mouth{pair}Right"]
    result += "BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight CheekPuff".split()
    result += "CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut".split()
    return result + [f"{part}{turn}" for part in ("Head", "LeftEye", "RightEye") for turn in ("Yaw", "Pitch", "Roll")]


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
        expected = clip[name].astype(np.float32)
        # The CSV's ten decimals are exact for values of at least 2**-10; smaller values have errors up to 1e-10.
        large = np.abs(expected) >= 2.0**-10
        assert (curve[large] == expected[large]).all(), name
        assert np.abs(curve[~large].astype(float) - clip[name][~large]).max(initial=0) <= 1e-10, name
    exact = fractions.Fraction(24000, 1001) if rate == "23.976" else fractions.Fraction(rate)
    keys = np.fromfile(times, "<f4")
    assert [float(key) for key in keys] == [float(np.float32(float(frame / exact))) for frame in range(len(keys))]


def test_the_last_frame_of_a_live_face_does_not_depend_on_the_block_size(pcm, tmp_path):
    outputs = []
    for block_size in ("99040", "160", "512", "777"):
        subprocess.run([DOOR, "live", *pcm("line.wav"), block_size, tmp_path / block_size], check=True)
        outputs.append((tmp_path / block_size).read_bytes())
    assert len(outputs[0]) == CHANNELS * 4
    assert all(frames == outputs[0] for frames in outputs)
