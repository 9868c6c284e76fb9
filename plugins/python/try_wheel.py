"""Builds the wheel for the Python that runs this, installs it into a new environment, tests it.

    python3.11 plugins/python/try_wheel.py
    python3.13 plugins/python/try_wheel.py --library libmetaface_sdk.a -- -k threads

What stands after -- goes to pytest.
"""

import argparse
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(*command: object) -> None:
    print("$", *command, flush=True)
    subprocess.run(list(map(str, command)), check=True)


def environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True, clear=True)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


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
        settings = ["-C", f"cmake.define.METAFACE_LIBRARY={options.library.resolve()}"]

    builder = environment(work / "builder")
    run(builder, "-m", "pip", "wheel", "--no-deps", *settings, "-w", fresh, HERE)
    (wheel,) = fresh.glob("*.whl")

    tester = environment(work / "tester")
    run(tester, "-m", "pip", "install", f"{wheel}[test]")
    run(tester, "-m", "pytest", HERE / "tests", *options.pytest)

    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / wheel.name
    target.write_bytes(wheel.read_bytes())
    print(target)


if __name__ == "__main__":
    main()
