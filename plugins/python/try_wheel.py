"""Builds the wheel for the Python that runs this, installs it into a new environment, tests it.

    python3.11 plugins/python/try_wheel.py
    python3.13 plugins/python/try_wheel.py --library libmetaface_sdk.a -- -k threads

What stands after -- goes to pytest. On Linux the wheel is named after the oldest C library that it runs with,
as auditwheel finds it.
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
# The first moment that a zip can name: a wheel's bytes do not depend on when it was built.
TIME = {"SOURCE_DATE_EPOCH": "315532800"}


def run(*command: object) -> None:
    print("$", *command, flush=True)
    subprocess.run(list(map(str, command)), check=True, env={**TIME, **os.environ})


def environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True, clear=True)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def named(wheel: Path, python: Path) -> Path:
    """The wheel under the name that says where it runs."""
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
    parser.add_argument("--library", type=Path, help="a libmetaface_sdk.a that is built already")
    parser.add_argument("--out", type=Path, default=HERE / "build" / "wheels", help="for the wheel")
    parser.add_argument("pytest", nargs="*", help="arguments of pytest")
    options = parser.parse_args()

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    work = HERE / "build" / f"python{version}"
    fresh = work / "wheel"
    fresh.mkdir(parents=True, exist_ok=True)
    for old in fresh.glob("*.whl"):
        old.unlink()
    settings = []
    if options.library:
        settings = [f"--config-settings=cmake.define.METAFACE_LIBRARY={options.library.resolve()}"]

    builder = environment(work / "builder")
    run(builder, "-m", "pip", "wheel", "--no-deps", *settings, "-w", fresh, HERE)
    (wheel,) = fresh.glob("*.whl")
    wheel = named(wheel, builder)

    tester = environment(work / "tester")
    run(tester, "-m", "pip", "install", f"{wheel}[test]")
    run(tester, "-m", "pytest", HERE / "tests", *options.pytest)

    options.out.mkdir(parents=True, exist_ok=True)
    python_of = "-".join(wheel.name.split("-")[:3])
    for older in options.out.glob(f"{python_of}-*.whl"):
        older.unlink()
    target = options.out / wheel.name
    target.write_bytes(wheel.read_bytes())
    print(target)


if __name__ == "__main__":
    main()
