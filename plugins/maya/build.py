#!/usr/bin/env python3
"""Builds the complete Maya module; nothing is installed into Maya.

    python plugins/maya/build.py --wheels FOLDER [--output target/maya]

The output is a folder to copy into one of Maya's module folders. It has metaface.mod, and metaface/ with the plug-in,
the scripts (with a copy of the host kit), the shelf, the icons, the metaface package of every wheel that a supported
Maya can load, and NumPy for a Maya without it (downloaded with pip, in the version of requirements.txt).
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
KIT = REPOSITORY / "plugins/host/metaface_host"
"""The code that all hosts share; in the source, `metaface_in_maya/host` is a link to it."""

MAYA_VERSIONS = {"cp311": ("2025", "2026")}
"""The Maya versions with each Python. Maya 2024 has Python 3.10, for which there are no wheels."""

PLATFORMS = (
    (r"(many|musl)?linux.*_x86_64", "linux", "manylinux_2_17_x86_64"),
    (r"win_amd64", "win64", "win_amd64"),
    (r"macosx_.*", "mac", "macosx_11_0_arm64"),
)
"""The platform tag of a wheel, Maya's name for the platform, and the platform tag of the NumPy wheel."""


class BuildError(Exception):
    """The module cannot be built. The text has the reason and the remedy."""


def loadable(folder: Path) -> list[tuple[Path, str, tuple[str, str, str]]]:
    """The wheels that a supported Maya can load: file, Python tag, platform."""
    found = []
    for wheel in sorted(folder.glob("metaface-*.whl")):
        _, _, python, _, tag = wheel.stem.split("-")
        platform = next((p for p in PLATFORMS if any(re.fullmatch(p[0], part) for part in tag.split("."))), None)
        if python in MAYA_VERSIONS and platform is not None:
            found.append((wheel, python, platform))
    if not found:
        raise BuildError(f"No metaface wheel for Python 3.11 in {folder}: build it first (cargo xtask wheels)")
    targets = [(python, platform[1]) for _, python, platform in found]
    if len(set(targets)) < len(targets):
        raise BuildError(f"Several wheels for the same Python and platform in {folder}: keep one of each")
    return found


def version() -> str:
    """The module's version."""
    text = (HERE / "module/scripts/metaface_in_maya/__init__.py").read_text(encoding="utf-8")
    return re.search(r'^VERSION = "(.+)"', text, re.MULTILINE)[1]


def lay_out(wheels: Path, output: Path, *, numpy: bool = True) -> Path:
    """Writes the whole module, replacing an old one."""
    found = loadable(wheels)
    with tempfile.TemporaryDirectory(prefix="metaface-maya-") as scratch:
        root = Path(scratch) / "metaface"
        shutil.copytree(HERE / "module", root, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "host"))
        kit = root / "scripts/metaface_in_maya/host"
        shutil.copytree(KIT, kit, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        shutil.copy2(REPOSITORY / "LICENSE", root / "LICENSE")
        (root / "samples").mkdir()
        shutil.copy2(REPOSITORY / "samples/speech/line.wav", root / "samples/line.wav")
        entries = []
        for wheel, python, platform in found:
            package_folder = f"python/{platform[1]}-{python}"
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(root / package_folder)
            if numpy:
                fetch_numpy(root / "python/numpy" / f"{platform[1]}-{python}", python, platform[2])
            entries += [entry(maya, platform[1], package_folder) for maya in MAYA_VERSIONS[python]]
        (Path(scratch) / "metaface.mod").write_text("\n".join(entries), encoding="utf-8")
        if output.exists():
            if not (output / "metaface.mod").is_file() and any(output.iterdir()):
                raise BuildError(f"{output} is neither empty nor a MetaFace module: name another folder")
            shutil.rmtree(output)
        shutil.copytree(scratch, output)
    return output


def entry(maya: str, platform: str, package_folder: str) -> str:
    """The entry of one Maya version and platform. Maya finds scripts, plug-ins and icons without it."""
    return (
        f"+ MAYAVERSION:{maya} PLATFORM:{platform} metaface {version()} ./metaface\n"
        "MAYA_SHELF_PATH+:=shelves\n"
        f"PYTHONPATH+:={package_folder}\n"
    )


def fetch_numpy(folder: Path, python: str, platform: str) -> None:
    """Downloads NumPy in the pinned version."""
    pinned = (HERE / "requirements.txt").read_text(encoding="utf-8").partition("[module]")[2]
    (requirement,) = re.findall(r"^numpy==\S+", pinned, re.MULTILINE)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--target", str(folder), "--only-binary", ":all:", "--implementation", "cp", "--no-compile"]
    command += ["--python-version", f"{python[2]}.{python[3:]}", "--platform", platform, requirement]
    if subprocess.run(command, check=False).returncode != 0:
        raise BuildError(f"Cannot download {requirement}: check the network, or leave NumPy out with --without-numpy")
    unneeded = [found for name in ("tests", "__pycache__") for found in folder.rglob(name) if found.is_dir()]
    for found in unneeded:
        shutil.rmtree(found, ignore_errors=True)


def main() -> int:
    """Runs the program and returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, required=True, help="folder with metaface-*.whl")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "target" / "maya", help="default: target/maya")
    parser.add_argument("--without-numpy", action="store_true", help="leave NumPy out, for a Maya that has it")
    arguments = parser.parse_args()
    try:
        built = lay_out(arguments.wheels, arguments.output, numpy=not arguments.without_numpy)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(file.stat().st_size for file in built.rglob("*") if file.is_file())
    print(f"{built}: {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
