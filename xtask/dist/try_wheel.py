#!/usr/bin/env python3
"""Tests the wheel for this Python: installs it without a network into a new environment, and animates.

    python3.11 xtask/dist/try_wheel.py metaface-0.1.0-cp311-...whl --numpy FOLDER [--same-as line.csv]

The wheel needs only NumPy, which pip takes from FOLDER, as behind a studio's firewall.
"""

import argparse
import sys
import venv
from pathlib import Path

from clean import NOTICES, TestFailure, check_animation, check_same, folder, run, run_test

SCRIPT = """
import importlib.metadata, metaface
print("metaface", metaface.__version__, metaface.__file__)
for file in importlib.metadata.files("metaface"):
    if "licenses" in file.parts: print("notice:", file.name)
metaface.animate("line.wav").save("line.csv")
"""


def check_package(wheel: Path, numpy: Path, expected: Path | None) -> None:
    with folder() as scratch:
        environment = scratch / "environment"
        venv.create(environment, with_pip=True)
        python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        run(python, "-m", "pip", "install", "--no-index", "--find-links", numpy, wheel, within=scratch)
        output = run(python, "-I", "-c", SCRIPT, within=scratch)
        print(output.strip())
        missing = [name for name in NOTICES if f"notice: {name}" not in output]
        if missing:
            raise TestFailure(f"{wheel.name} lacks {', '.join(missing)}")
        check_animation(scratch / "line.csv")
        check_same(scratch / "line.csv", expected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--numpy", type=Path, required=True, help="a folder with NumPy's wheel")
    parser.add_argument("--same-as", type=Path, help="the program's curves of the same sound")
    options = parser.parse_args()
    sys.exit(run_test(check_package, options.wheel.resolve(), options.numpy.resolve(), options.same_as))
