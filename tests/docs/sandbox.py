"""Creates a folder with the files that the docs' commands assume."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pages import ROOT

SAMPLES = ROOT / "samples"
LINE = SAMPLES / "speech" / "line.wav"
TAKE = SAMPLES / "speech" / "take.wav"


def environment(programs: Path) -> dict[str, str]:
    """The environment of a command: the built program, the Python with the wheel, and the stand-in for cargo."""
    variables = dict(os.environ)
    python = variables.get("METAFACE_WHEEL_PYTHON", sys.executable)
    folders = [str(programs), str(Path(python).parent), variables["PATH"]]
    return variables | {"PATH": os.pathsep.join(folders), "VIRTUAL_ENV": ""}


def programs(folder: Path) -> Path:
    """A folder with `metaface` and the stand-in for `cargo`."""
    folder.mkdir()
    (folder / "metaface").symlink_to(os.environ["METAFACE_PROGRAM"])
    cargo = Path(__file__).with_name("cargo.py")
    (folder / "cargo").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{cargo}" "$@"\n')
    (folder / "cargo").chmod(0o755)
    return folder


def create(sandbox: Path, variables: dict[str, str]) -> Path:
    """Creates the folder from the samples, with the program."""
    sandbox.mkdir()

    def metaface(*words: object) -> None:
        command = ["metaface", *map(str, words), "--quiet"]
        # `env` looks the program up in the PATH of `variables`.
        ran = subprocess.run(["env", *command], cwd=sandbox, env=variables, capture_output=True)
        assert ran.returncode == 0, f"{command}\n{ran.stderr.decode()}"

    def copies(source: Path, *names: str) -> None:
        for name in names:
            (sandbox / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, sandbox / name)

    # Sounds: lines to animate, and takes to learn a speaker from.
    copies(LINE, "line.wav", "voices/anna_001.wav", "voices/ben_002.wav")
    _as_mp3(LINE, sandbox / "line.mp3")
    copies(ROOT / "tests/fuzz/corpus/audio/coded.m4a", "line.m4a")
    copies(TAKE, "take.wav", "anna.wav", "anna_take.wav", "a.wav", "b.wav")
    copies(TAKE, "takes/anna_1.wav", "takes/anna_2.wav", "takes/ben_1.wav", "anna/anna_1.wav")

    # Speakers, and characters that are found by name.
    copies(SAMPLES / "speakers/theatrical.speaker", "anna.speaker", "speakers/anna.speaker")
    copies(SAMPLES / "speakers/mumbler.speaker", "ben.speaker", "speakers/ben.speaker")
    copies(SAMPLES / "head/head.glb", "hero.glb", "characters/hero.glb", "characters/anna.glb")
    metaface("convert", _brow_pose(sandbox / "pose.csv"), "-o", "hero.usdc", "-o", "hero.usda")

    # Captured curves of the take, for two speakers.
    metaface("animate", "take.wav", "-o", "take.csv", "--speaker", "anna.speaker", "--fps", 60)
    metaface("animate", "take.wav", "-o", "takes/ben_1.csv", "--speaker", "ben.speaker", "--fps", 60)
    copies(sandbox / "take.csv", "anna.csv", "anna_take.csv", "a.csv", "b.csv", "anna/anna_1.csv")
    copies(sandbox / "take.csv", "takes/anna_1.csv", "takes/anna_2.csv")
    metaface("convert", "take.csv", "-o", "take.a2f.json", "-o", "take.glb")
    copies(sandbox / "pose.csv", "neutral.csv")

    # Clips of animated lines.
    for name in ("line.csv", "line1.csv", "line2.csv", "line3.csv", "average.glb", "hero_line.usdc"):
        metaface("animate", "line.wav", "-o", name)
    for name in ("anna", "ben"):
        metaface("animate", "line.wav", "-o", f"{name}.glb", "--speaker", f"{name}.speaker")

    # A table of lines, and recordings with phone timings and captured curves.
    (sandbox / "dialogue.csv").write_text(
        "audio,output,speaker,character,text\n"
        "voices/anna_001.wav,act1/anna_001,anna.speaker,hero.glb,Maybe\n"
        "voices/ben_002.wav,act1/ben_002,ben.speaker,hero.glb,Bob\n",
        encoding="utf-8",
    )
    shutil.copytree(SAMPLES / "speech", sandbox / "recordings")
    copies(sandbox / "take.csv", "captures/take.csv")
    (sandbox / "aligned").mkdir()
    (sandbox / "aligned/manifest.tsv").write_text(
        "id\tspeaker\tlanguage\tsplit\nline\tslt\ten\tvalid\ntake\tslt\ten\ttrain\n"
    )
    for name in ("line", "take"):
        copies(SAMPLES / f"speech/{name}.wav", f"aligned/audio/{name}.wav")
        copies(SAMPLES / f"speech/{name}.phones.csv", f"aligned/phones/{name}.csv")
    copies(ROOT / "core/base.safetensors", "mine.safetensors")
    copies(ROOT / "core/base.safetensors", "network.safetensors")

    # The parts of the repository that the docs use; copied if a command might write into them.
    shutil.copytree(SAMPLES, sandbox / "samples")
    for name in ("plugins", "tests", "exporters", "xtask"):
        (sandbox / name).symlink_to(ROOT / name)
    for wheel in (ROOT / "target" / "wheels").glob("*.whl"):
        copies(wheel, wheel.name)
    return sandbox


def _as_mp3(source: Path, target: Path) -> None:
    import soundfile

    samples, rate = soundfile.read(source)
    soundfile.write(target, samples, rate, format="MP3")


def _brow_pose(target: Path) -> str:
    """A clip of one frame with raised brows."""
    target.write_text("time,BrowInnerUp\n0,0.3\n", encoding="utf-8")
    return target.name
