"""A folder in which the words of the docs are true: the files that they assume, under their names."""

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
    """The environment of a command: our program, the Python with the wheel, and no cargo but ours."""
    variables = dict(os.environ)
    python = variables.get("METAFACE_WHEEL_PYTHON", sys.executable)
    folders = [str(programs), str(Path(python).parent), variables["PATH"]]
    return variables | {"PATH": os.pathsep.join(folders), "VIRTUAL_ENV": ""}


def programs(folder: Path) -> Path:
    """A folder with `metaface`, and with what stands in for `cargo`."""
    folder.mkdir()
    (folder / "metaface").symlink_to(os.environ["METAFACE_PROGRAM"])
    cargo = Path(__file__).with_name("cargo.py")
    (folder / "cargo").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{cargo}" "$@"\n')
    (folder / "cargo").chmod(0o755)
    return folder


def lay(desk: Path, variables: dict[str, str]) -> Path:
    """Makes the folder, from the samples and by our own program."""
    desk.mkdir()

    def metaface(*words: object) -> None:
        typed = ["metaface", *map(str, words), "--quiet"]
        # Found by the PATH of the command, not by ours.
        made = subprocess.run(["env", *typed], cwd=desk, env=variables, capture_output=True)
        assert made.returncode == 0, f"{typed}\n{made.stderr.decode()}"

    def copies(source: Path, *names: str) -> None:
        for name in names:
            (desk / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, desk / name)

    # Sounds: what is said, and takes from which a speaker is learned.
    copies(LINE, "line.wav", "voices/anna_001.wav", "voices/ben_002.wav")
    _as_mp3(LINE, desk / "line.mp3")
    copies(ROOT / "tests/fuzz/corpus/audio/coded.m4a", "line.m4a")
    copies(TAKE, "take.wav", "anna.wav", "anna_take.wav", "a.wav", "b.wav")
    copies(TAKE, "takes/anna_1.wav", "takes/anna_2.wav", "takes/ben_1.wav", "anna/anna_1.wav")

    # Speakers, and characters to look up by name.
    copies(SAMPLES / "speakers/theatrical.speaker", "anna.speaker", "speakers/anna.speaker")
    copies(SAMPLES / "speakers/mumbler.speaker", "ben.speaker", "speakers/ben.speaker")
    copies(SAMPLES / "head/head.glb", "hero.glb", "characters/hero.glb", "characters/anna.glb")
    metaface("convert", _a_pose(desk / "pose.csv"), "-o", "hero.usdc", "-o", "hero.usda")

    # What the captured faces did: `a person` saying the take.
    metaface("animate", "take.wav", "-o", "take.csv", "--speaker", "anna.speaker", "--fps", 60)
    metaface("animate", "take.wav", "-o", "takes/ben_1.csv", "--speaker", "ben.speaker", "--fps", 60)
    copies(desk / "take.csv", "anna.csv", "anna_take.csv", "a.csv", "b.csv", "anna/anna_1.csv")
    copies(desk / "take.csv", "takes/anna_1.csv", "takes/anna_2.csv")
    metaface("convert", "take.csv", "-o", "take.a2f.json", "-o", "take.glb")
    copies(desk / "pose.csv", "neutral.csv")

    # Lines that were animated before.
    for name in ("line.csv", "line1.csv", "line2.csv", "line3.csv", "average.glb", "hero_line.usdc"):
        metaface("animate", "line.wav", "-o", name)
    for name in ("anna", "ben"):
        metaface("animate", "line.wav", "-o", f"{name}.glb", "--speaker", f"{name}.speaker")

    # A table of lines, and recordings with phone times and captured curves.
    (desk / "dialogue.csv").write_text(
        "audio,output,speaker,character,text\n"
        "voices/anna_001.wav,act1/anna_001,anna.speaker,hero.glb,Maybe\n"
        "voices/ben_002.wav,act1/ben_002,ben.speaker,hero.glb,Bob\n",
        encoding="utf-8",
    )
    shutil.copytree(SAMPLES / "speech", desk / "recordings")
    copies(desk / "take.csv", "captures/take.csv")
    (desk / "aligned").mkdir()
    (desk / "aligned/manifest.tsv").write_text(
        "id\tspeaker\tlanguage\tsplit\nline\tslt\ten\tvalid\ntake\tslt\ten\ttrain\n"
    )
    for name in ("line", "take"):
        copies(SAMPLES / f"speech/{name}.wav", f"aligned/audio/{name}.wav")
        copies(SAMPLES / f"speech/{name}.phones.csv", f"aligned/phones/{name}.csv")
    copies(ROOT / "core/base.safetensors", "mine.safetensors")
    copies(ROOT / "core/base.safetensors", "network.safetensors")

    # What the docs use of the repository. Copied where a command might write.
    shutil.copytree(SAMPLES, desk / "samples")
    for name in ("plugins", "tests", "exporters", "xtask"):
        (desk / name).symlink_to(ROOT / name)
    for wheel in (ROOT / "target" / "wheels").glob("*.whl"):
        copies(wheel, wheel.name)
    return desk


def _as_mp3(source: Path, target: Path) -> None:
    import soundfile

    samples, rate = soundfile.read(source)
    soundfile.write(target, samples, rate, format="MP3")


def _a_pose(target: Path) -> str:
    """A clip of one frame in which the brows are raised."""
    target.write_text("time,BrowInnerUp\n0,0.3\n", encoding="utf-8")
    return target.name
