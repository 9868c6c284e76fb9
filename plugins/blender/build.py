#!/usr/bin/env python3
"""Builds the extension's zip from the source and the wheels, and validates it with Blender's tool.

    python plugins/blender/build.py --wheels FOLDER [--output metaface-blender.zip]

Run it with a Python that has Blender as a module (`pip install bpy`), or pass the path of Blender's tool with
`--blender-ext .../bl_pkg/cli/blender_ext.py`. `plugins/python` builds the wheels, one for each Python: Blender 4.2 to
5.0 contain 3.11, Blender 5.1 and 5.2 contain 3.13.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "metaface"
REPOSITORY = SOURCE.parent.parent.parent
HOST_KIT = REPOSITORY / "plugins" / "host" / "metaface_host"
PYTHONS = {"cp311": "Blender 4.2 to 5.0", "cp313": "Blender 5.1 and 5.2"}

PLATFORMS = (
    (r"(many|musl)?linux.*_x86_64", "linux-x64"),
    (r"win_amd64", "windows-x64"),
    (r"win_arm64", "windows-arm64"),
    (r"macosx_.*_arm64", "macos-arm64"),
    (r"macosx_.*_x86_64", "macos-x64"),
)


class BuildError(Exception):
    """The extension cannot be built. The text states the cause and the remedy."""


def blender_tool(named: str | None) -> Path:
    """Blender's `blender_ext.py`, which validates and builds extensions."""
    if named:
        tool = Path(named)
        if not tool.is_file():
            raise BuildError(f"{tool} does not exist: pass the path of Blender's blender_ext.py")
        return tool
    # Search without importing bpy: the import is slow and starts Blender.
    spec = importlib.util.find_spec("bpy")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    for folder in (*folders, *(folder.parent for folder in folders)):
        for tool in sorted(folder.glob("**/bl_pkg/cli/blender_ext.py")):
            return tool
    raise BuildError("This Python has no bpy module: run `pip install bpy`, or pass Blender's tool with --blender-ext")


def wheels_in(folder: Path) -> list[Path]:
    """The wheels to ship, one for each Python and platform."""
    wheels = sorted(folder.glob("metaface-*.whl"))
    if not wheels:
        raise BuildError(f"No metaface-*.whl in {folder}: build them first, see plugins/python")
    versions = {wheel.name.split("-")[1] for wheel in wheels}
    if len(versions) > 1:
        raise BuildError(f"{folder} has wheels of several versions: {', '.join(sorted(versions))}. Keep one version")
    return wheels


def platforms_of(wheels: list[Path]) -> list[str]:
    """The platforms of these wheels, as Blender names them."""
    found = set()
    for wheel in wheels:
        tag = wheel.stem.split("-")[-1]
        for part in tag.split("."):
            found |= {platform for pattern, platform in PLATFORMS if re.fullmatch(pattern, part)}
    if not found:
        raise BuildError(f"No wheel has a known platform: {', '.join(wheel.name for wheel in wheels)}")
    return sorted(found)


def stage(folder: Path, wheels: list[Path]) -> None:
    """Copies the extension to `folder` as it will be installed."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True, ignore=lambda *names: ignored(*names) | {"host"})
    shutil.copytree(HOST_KIT, folder / "host", ignore=ignored)  # a link in the repository
    shutil.copy2(REPOSITORY / "LICENSE", folder / "LICENSE")
    if not wheels:
        return
    with zipfile.ZipFile(wheels[0]) as archive:
        for name in archive.namelist():
            if "/licenses/" in name and not name.endswith("/LICENSE"):
                (folder / Path(name).name).write_bytes(archive.read(name))
    (folder / "wheels").mkdir()
    for wheel in wheels:
        shutil.copy2(wheel, folder / "wheels" / wheel.name)
    manifest = folder / "blender_manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    head, table, rest = text.partition("[permissions]")
    names = [f"./wheels/{wheel.name}" for wheel in wheels]
    head += f"platforms = {json.dumps(platforms_of(wheels))}\nwheels = {json.dumps(names, indent=2)}\n\n"
    manifest.write_text(head + table + rest, encoding="utf-8")


def run(tool: Path, *arguments: str) -> None:
    """Runs Blender's tool in this Python."""
    done = subprocess.run([sys.executable, str(tool), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"Blender's tool failed:\n{done.stdout}{done.stderr}")
    print(done.stdout.strip())


def build(wheels: list[Path], output: Path, tool: Path) -> Path:
    """Stages, validates and builds the extension, and validates the zip."""
    with tempfile.TemporaryDirectory(prefix="metaface-") as scratch:
        folder = Path(scratch) / "metaface"
        stage(folder, wheels)
        run(tool, "validate", str(folder))
        output.parent.mkdir(parents=True, exist_ok=True)
        archive = Path(scratch) / output.name
        run(tool, "build", "--source-dir", str(folder), "--output-filepath", str(archive))
        run(tool, "validate", str(archive))
        shutil.copyfile(archive, output)
    return output


def main() -> int:
    """Entry point of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder of metaface-*.whl")
    parser.add_argument("--without-wheels", action="store_true", help="for a Python that has metaface installed")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "build" / "metaface-blender.zip")
    parser.add_argument("--blender-ext", help="path of Blender's blender_ext.py; defaults to the bpy module's")
    arguments = parser.parse_args()
    try:
        if arguments.wheels is None and not arguments.without_wheels:
            raise BuildError("Pass the folder of the wheels: --wheels FOLDER")
        wheels = wheels_in(arguments.wheels) if arguments.wheels is not None else []
        for python, blenders in PYTHONS.items():
            if wheels and not any(f"-{python}-" in wheel.name for wheel in wheels):
                print(f"No wheel for {python}: the zip will not work in {blenders}", file=sys.stderr)
        built = build(wheels, arguments.output, blender_tool(arguments.blender_ext))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{built}: {built.stat().st_size / 1e6:.1f} MB, {len(wheels)} wheels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
