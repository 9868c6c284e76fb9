"""Tests that all interfaces ("doors": command line, Rust, C++, Python) give the same clip, to the bit.

METAFACE_PROGRAM, METAFACE_RUST_DOOR and METAFACE_CPP_DOOR name programs; this Python runs the Python
door. `cargo xtask doors` sets them.
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
    "defaults": [],
    "film rate and seed": ["--fps", "23.976", "--seed", "12345678901234567890"],
    "60 fps": ["--fps", "60"],
    "strength, smoothing, liveliness and gains": [
        *("--strength", "1.35", "--smoothing", "0.4", "--liveliness", "0.3"),
        *("--gains", "JawOpen=1.2,HeadPitch+=0.05,brows=1.5"),
    ],
    "no head and no eyes": ["--no-head", "--no-eyes"],
    "a speaker": ["--speaker", str(SAMPLES / "speakers/theatrical.speaker")],
    "a custom character, reduced and quantised": [
        *("--character", "HERO", "--rig-map", "MAP", "--reduce", "0.2", "--quantise", "16"),
    ],
    "an exaggerated speaker": [
        *("--speaker", str(SAMPLES / "speakers/mumbler.speaker"), "--style-strength", "1.7"),
    ],
}

PAIRS = [("line", case) for case in CASES]
PAIRS += [(sound, case) for sound in ("take", "hum") for case in ("defaults", "a speaker")]


def write_hum(path: pathlib.Path) -> None:
    """A hum with vibrato and a pause: stereo, 44.1 kHz, and 70 s long to need several blocks."""
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
    write_hum(folder / "hum.wav")
    return {
        "line": SAMPLES / "speech/line.wav",
        "take": SAMPLES / "speech/take.wav",
        "hum": folder / "hum.wav",
    }


@pytest.fixture(scope="session")
def hero(tmp_path_factory):
    """The sample head as a custom character with an edited rig map."""
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


def outputs_of(door: str, sound: pathlib.Path, options: list[str], folder: pathlib.Path):
    """The contents of all files that a door writes, by name."""
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
def test_every_door_gives_the_same_clip(sounds, hero, sound, case, tmp_path):
    options = [str(hero.get(option, option)) for option in CASES[case]]
    outputs = {door: outputs_of(door, sounds[sound], options, tmp_path) for door in DOORS}
    values = np.frombuffer(outputs["rust"]["values"], "<f4").reshape(-1, 61)
    assert len(values) > 100 and np.isfinite(values).all()
    for door in ("cpp", "python"):
        assert outputs[door]["values"] == outputs["rust"]["values"], f"the values of {door} differ from Rust's"
    for name, contents in outputs["cli"].items():
        for door in ("rust", "cpp", "python"):
            assert outputs[door][name] == contents, f"{name} of {door} differs from the command line's"


def test_a_different_seed_gives_different_output(sounds, tmp_path):
    (tmp_path / "seven").mkdir()
    (tmp_path / "eight").mkdir()
    seven = outputs_of("cli", sounds["line"], ["--seed", "7"], tmp_path / "seven")
    eight = outputs_of("cli", sounds["line"], ["--seed", "8"], tmp_path / "eight")
    assert seven["clip.glb"] != eight["clip.glb"]
