#!/usr/bin/env python3
"""The wheel for the Python that runs this, installed without a network into a new environment: it animates.

    python3.11 xtask/dist/try_wheel.py metaface-0.1.0-cp311-...whl --numpy FOLDER [--same-as line.csv]

NumPy is all that the wheel needs, and is looked for in FOLDER alone, as behind a studio's firewall.
"""

import argparse
import sys
import venv
from pathlib import Path

from clean import NOTICES, Failed, folder, run, same, speaks, trial

SCRIPT = """
import importlib.metadata, metaface
print("metaface", metaface.__version__, metaface.__file__)
for file in importlib.metadata.files("metaface"):
    if "licenses" in file.parts: print("notice:", file.name)
metaface.animate("line.wav").save("line.csv")
"""


def attempt(wheel: Path, numpy: Path, expected: Path | None) -> None:
    with folder() as place:
        environment = place / "environment"
        venv.create(environment, with_pip=True)
        python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        run(python, "-m", "pip", "install", "--no-index", "--find-links", numpy, wheel, within=place)
        said = run(python, "-I", "-c", SCRIPT, within=place)
        print(said.strip())
        missing = [name for name in NOTICES if f"notice: {name}" not in said]
        if missing:
            raise Failed(f"{wheel.name} lacks {', '.join(missing)}")
        speaks(place / "line.csv")
        same(place / "line.csv", expected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--numpy", type=Path, required=True, help="a folder with NumPy's wheel")
    parser.add_argument("--same-as", type=Path, help="the curves that the program made of the same sound")
    options = parser.parse_args()
    sys.exit(trial(attempt, options.wheel.resolve(), options.numpy.resolve(), options.same_as))
