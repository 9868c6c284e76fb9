"""The same sound through every door is the same clip, to the bit.

METAFACE_PROGRAM, METAFACE_RUST_DOOR and METAFACE_CPP_DOOR name programs; the Python door is run by
this Python. `cargo xtask doors` sets them.
"""

import json
import os
import pathlib
import subprocess
import sys
import wave

import numpy as np
import pytest

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parent.parent / "samples"
DOORS = {
    "cli": [os.environ["METAFACE_PROGRAM"], "animate", "--quiet"],
    "rust": [os.environ["METAFACE_RUST_DOOR"]],
    "cpp": [os.environ["METAFACE_CPP_DOOR"]],
    "python": [sys.executable, str(HERE / "door.py")],
}
CASES = {
    "as it comes": [],
    "a film's rate": ["--fps", "23.976", "--seed", "12345678901234567890"],
    "60 frames a second": ["--fps", "60"],
    "louder, smoother, by hand": [
        *("--strength", "1.35", "--smooth", "0.4", "--liveliness", "0.3"),
        *("--gain", "JawOpen=1.2,HeadPitch+=0.05,brows=1.5"),
    ],
    "only a mouth": ["--no-head", "--no-eyes"],
    "somebody": ["--speaker", str(SAMPLES / "speakers/theatrical.speaker")],
    "a character of one's own, made small": [
        *("--character", "HERO", "--rig-map", "MAP", "--reduce", "0.2", "--quantise", "16"),
    ],
    "somebody, exaggerated": [
        *("--speaker", str(SAMPLES / "speakers/mumbler.speaker"), "--style-strength", "1.7"),
    ],
}

PAIRS = [("line", case) for case in CASES]
PAIRS += [(sound, case) for sound in ("take", "hum") for case in ("as it comes", "somebody")]


def odd_sound(path: pathlib.Path) -> None:
    """A swept hum and a silence: stereo, 44.1 kHz, 70 s, so that it is worked on in several blocks."""
    rate, seconds = 44100, 70
    time = np.arange(rate * seconds) / rate
    left = 0.3 * np.sin(2 * np.pi * (90 + 40 * np.sin(time)) * time) * (np.sin(3 * time) > -0.2)
    samples = np.stack([left, 0.5 * left], axis=1)
    samples[20 * rate : 25 * rate] = 0
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="session")
def sounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sounds")
    odd_sound(folder / "hum.wav")
    return {
        "line": SAMPLES / "speech/line.wav",
        "take": SAMPLES / "speech/take.wav",
        "hum": folder / "hum.wav",
    }


@pytest.fixture(scope="session")
def hero(tmp_path_factory):
    """The sample head as somebody's own file, with a rig map edited by hand."""
    folder = tmp_path_factory.mktemp("hero")
    (folder / "hero.glb").write_bytes((SAMPLES / "head/head.glb").read_bytes())
    rig_map = folder / "hero.rigmap.json"
    inspect = [DOORS["cli"][0], "inspect", str(folder / "hero.glb"), "--write-rig-map", str(rig_map)]
    subprocess.run(inspect, check=True, stdout=subprocess.DEVNULL)
    edited = json.loads(rig_map.read_text())
    edited["targets"][0]["offset"] = 0.1
    edited["targets"].pop()
    rig_map.write_text(json.dumps(edited))
    return {"HERO": folder / "hero.glb", "MAP": rig_map}


def through(door: str, sound: pathlib.Path, options: list[str], folder: pathlib.Path):
    """Every file that a door makes, by name."""
    folder = folder / door
    folder.mkdir()
    names = ["clip.glb", "clip.gltf", "clip.usdc", "clip.usda", "clip.usdz"]
    names += ["clip.csv", "clip.a2f.json", "clip.cues.json", "clip.tsv", "clip.dat"]
    command = [*DOORS[door], str(sound), *options]
    for name in names:
        command += ["-o", str(folder / name)]
    if door != "cli":
        command += ["--values", str(folder / "values")]
    subprocess.run(command, check=True)
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize(("sound", "case"), PAIRS)
def test_the_same_clip_comes_through_every_door(sounds, hero, sound, case, tmp_path):
    options = [str(hero.get(option, option)) for option in CASES[case]]
    made = {door: through(door, sounds[sound], options, tmp_path) for door in DOORS}
    values = np.frombuffer(made["rust"]["values"], "<f4").reshape(-1, 61)
    assert len(values) > 100 and np.isfinite(values).all()
    for door in ("cpp", "python"):
        assert made[door]["values"] == made["rust"]["values"], f"{door} has other values than Rust"
    for name, contents in made["cli"].items():
        for door in ("rust", "cpp", "python"):
            assert made[door][name] == contents, f"{name} through {door} is not the CLI's"


def test_a_door_that_differs_is_noticed(sounds, tmp_path):
    (tmp_path / "seven").mkdir()
    (tmp_path / "eight").mkdir()
    seven = through("cli", sounds["line"], ["--seed", "7"], tmp_path / "seven")
    eight = through("cli", sounds["line"], ["--seed", "8"], tmp_path / "eight")
    assert seven["clip.glb"] != eight["clip.glb"]
