#!/usr/bin/env python3
"""Lays out the Maya module, complete: nothing is installed into Maya.

    python plugins/maya/build.py --wheels FOLDER [--output target/maya]

The output is a folder to copy into one of Maya's module folders: metaface.mod, and metaface/ with the plug-in, the
scripts, the shelf, the icons, the metaface package of every wheel that a Maya can load, and NumPy for a Maya that has
none (fetched with pip, as pinned in requirements.txt).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
MAYAS = {"cp311": ("2025", "2026")}
"""The Mayas that run each Python. Maya 2024 runs 3.10, for which there are no wheels."""

PLATFORMS = (
    (r"(many|musl)?linux.*_x86_64", "linux", "manylinux_2_17_x86_64"),
    (r"win_amd64", "win64", "win_amd64"),
    (r"macosx_.*", "mac", "macosx_11_0_arm64"),
)
"""A wheel's platform, Maya's word for it, and the NumPy wheel that goes with it."""


class Refused(Exception):
    """What stands in the way, and the remedy."""


def loadable(folder: Path) -> list[tuple[Path, str, tuple[str, str, str]]]:
    """The wheels that some Maya loads: file, Python, platform."""
    found = []
    for wheel in sorted(folder.glob("metaface-*.whl")):
        _, _, python, _, tag = wheel.stem.split("-")
        platform = next((p for p in PLATFORMS if any(re.fullmatch(p[0], part) for part in tag.split("."))), None)
        if python in MAYAS and platform is not None:
            found.append((wheel, python, platform))
    if not found:
        raise Refused(f"No metaface wheel for Python 3.11 in {folder}: build it first (cargo xtask wheels)")
    places = [(python, platform[1]) for _, python, platform in found]
    if len(set(places)) < len(places):
        raise Refused(f"Several wheels of one Python and platform in {folder}: keep one of each")
    return found


def version() -> str:
    """The module's."""
    text = (HERE / "module/scripts/metaface_in_maya/__init__.py").read_text(encoding="utf-8")
    return re.search(r'^VERSION = "(.+)"', text, re.MULTILINE)[1]


def lay_out(wheels: Path, output: Path, *, numpy: bool = True) -> Path:
    """The whole module, anew."""
    found = loadable(wheels)
    with tempfile.TemporaryDirectory(prefix="metaface-maya-") as scratch:
        root = Path(scratch) / "metaface"
        shutil.copytree(HERE / "module", root, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        shutil.copy2(REPOSITORY / "LICENSE", root / "LICENSE")
        (root / "samples").mkdir()
        shutil.copy2(REPOSITORY / "samples/speech/line.wav", root / "samples/line.wav")
        entries = []
        for wheel, python, platform in found:
            place = f"python/{platform[1]}-{python}"
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(root / place)
            if numpy:
                fetch_numpy(root / "python/numpy" / f"{platform[1]}-{python}", python, platform[2])
            entries += [entry(maya, platform[1], place) for maya in MAYAS[python]]
        (Path(scratch) / "metaface.mod").write_text("\n".join(entries), encoding="utf-8")
        if output.exists():
            if not (output / "metaface.mod").is_file() and any(output.iterdir()):
                raise Refused(f"{output} is no module of ours and not empty: name another folder")
            shutil.rmtree(output)
        shutil.copytree(scratch, output)
    return output


def entry(maya: str, platform: str, place: str) -> str:
    """A module for one Maya on one system. Its scripts, plug-ins and icons are found by themselves."""
    return (
        f"+ MAYAVERSION:{maya} PLATFORM:{platform} metaface {version()} ./metaface\n"
        "MAYA_SHELF_PATH+:=shelves\n"
        f"PYTHONPATH+:={place}\n"
    )


def fetch_numpy(place: Path, python: str, platform: str) -> None:
    """NumPy of the pinned version."""
    pinned = (HERE / "requirements.txt").read_text(encoding="utf-8").partition("[module]")[2]
    (wanted,) = re.findall(r"^numpy==\S+", pinned, re.MULTILINE)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--target", str(place), "--only-binary", ":all:", "--implementation", "cp", "--no-compile"]
    command += ["--python-version", f"{python[2]}.{python[3:]}", "--platform", platform, wanted]
    if subprocess.run(command, check=False).returncode != 0:
        raise Refused(f"{wanted} could not be fetched; --without-numpy leaves it out, for a Maya that has it")
    unneeded = [folder for name in ("tests", "__pycache__") for folder in place.rglob(name) if folder.is_dir()]
    for folder in unneeded:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, required=True, help="folder of metaface-*.whl")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "target" / "maya")
    parser.add_argument("--without-numpy", action="store_true", help="for a Maya that has NumPy")
    chosen = parser.parse_args()
    try:
        built = lay_out(chosen.wheels, chosen.output, numpy=not chosen.without_numpy)
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(file.stat().st_size for file in built.rglob("*") if file.is_file())
    print(f"{built}: {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
