"""Builds the wheel for this Python version, installs it into a new environment and tests it.

    python3.11 plugins/python/try_wheel.py
    python3.13 plugins/python/try_wheel.py --library libmetaface_sdk.a -- -k threads

Arguments after -- are passed to pytest. On Linux, auditwheel determines the oldest C library that the wheel
runs with, and the wheel gets the platform tag of this library.
"""

import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMING = ("auditwheel==6.8.2", "wheel==0.48.0")
# The earliest time stamp of the zip format, so that a wheel's bytes do not depend on the build time.
TIME = {"SOURCE_DATE_EPOCH": "315532800"}


def run(*command: object) -> None:
    print("$", *command, flush=True)
    subprocess.run(list(map(str, command)), check=True, env={**TIME, **os.environ})


def environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True, clear=True)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def with_platform_tag(wheel: Path, python: Path) -> Path:
    """Renames the wheel to the platform tag that auditwheel reports."""
    if sys.platform != "linux":
        return wheel
    run(python, "-m", "pip", "install", "--quiet", *NAMING)
    show = [str(python), "-m", "auditwheel", "show", "--json", str(wheel)]
    tag = json.loads(subprocess.run(show, capture_output=True, text=True, check=True).stdout)["overall_tag"]
    run(python, "-m", "wheel", "tags", "--remove", "--platform-tag", tag, wheel)
    (wheel,) = wheel.parent.glob("*.whl")
    return wheel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, help="a prebuilt libmetaface_sdk.a")
    parser.add_argument("--out", type=Path, default=HERE / "build" / "wheels", help="folder for the wheel")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest")
    options = parser.parse_args()

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    build = HERE / "build" / f"python{version}"
    wheels = build / "wheel"
    wheels.mkdir(parents=True, exist_ok=True)
    for old in wheels.glob("*.whl"):
        old.unlink()
    settings = []
    if options.library:
        settings = [f"--config-settings=cmake.define.METAFACE_LIBRARY={options.library.resolve()}"]

    builder = environment(build / "builder")
    run(builder, "-m", "pip", "wheel", "--no-deps", *settings, "-w", wheels, HERE)
    (wheel,) = wheels.glob("*.whl")
    wheel = with_platform_tag(wheel, builder)

    tester = environment(build / "tester")
    run(tester, "-m", "pip", "install", f"{wheel}[test]")
    run(tester, "-m", "pytest", HERE / "tests", *options.pytest)

    options.out.mkdir(parents=True, exist_ok=True)
    without_platform = "-".join(wheel.name.split("-")[:3])
    for older in options.out.glob(f"{without_platform}-*.whl"):
        older.unlink()
    target = options.out / wheel.name
    target.write_bytes(wheel.read_bytes())
    print(target)


if __name__ == "__main__":
    main()
