#!/usr/bin/env python3
"""The Maya module, unpacked in a clean folder, as far as it goes without Maya.

    python3.11 xtask/dist/try_maya.py metaface-maya-0.1.0-linux-x86_64.zip --numpy FOLDER [--same-as line.csv]

The .mod file names folders that are there, every Python file compiles, and the library that the module brings
animates in a Python that has nothing else but NumPy: the module's, or that of FOLDER where it brings none.
"""

import argparse
import re
import sys
from pathlib import Path

import archive
from clean import NOTICES, Failed, folder, holds, run, same, speaks, trial, unpacked

SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:]
import metaface
print("metaface", metaface.__version__, metaface.__file__)
metaface.animate("line.wav").save("line.csv")
"""


def described(home: Path) -> tuple[list[Path], list[Path]]:
    """The folders that the module's file names: its own, and those of its Python."""
    files = sorted(home.glob("*.mod"))
    if not files:
        raise Failed("no .mod file: Maya would not see the module")
    roots: list[Path] = []
    pythons: list[Path] = []
    for line in (line for file in files for line in file.read_text(encoding="utf-8").splitlines()):
        if line.startswith("+ "):
            roots.append((home / line.split()[-1]).resolve())
        added = re.match(r"PYTHONPATH\s*\+?:?=\s*(\S+)", line)
        if added and roots:
            pythons.append((roots[-1] / added[1]).resolve())
    pythons += [root / "scripts" for root in roots]  # where Maya looks without being told
    missing = [str(folder) for folder in {*roots, *pythons} if not folder.is_dir()]
    if not roots or missing:
        raise Failed(f"the .mod file names what is not there: {', '.join(missing) or 'no folder'}")
    return list(dict.fromkeys(roots)), list(dict.fromkeys(pythons))


def attempt(package: Path, numpy: Path, expected: Path | None) -> None:
    with folder() as place:
        unpacked(package, place)
        home = place / "package"
        roots, pythons = described(home)
        holds(roots[0], *NOTICES)
        plugins = [file for root in roots for file in root.glob("plug-ins/*.py")]
        if not plugins:
            raise Failed("no plug-ins/*.py in the module")
        for file in home.rglob("*.py"):
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        print("compiled:", *(file.name for file in plugins))
        brought = [folder.parent for folder in home.rglob("numpy") if (folder / "__init__.py").is_file()]
        if not brought:
            for wheel in numpy.glob("numpy-*.whl"):
                archive.unpack_zip(wheel, place / "numpy")
            brought = [place / "numpy"]
        said = run(sys.executable, "-I", "-S", "-c", SCRIPT, *pythons, *brought, within=place)
        print(said.strip())
        if str(home) not in said:
            raise Failed("it is not the module's own library that was used")
        speaks(place / "line.csv")
        same(place / "line.csv", expected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--numpy", type=Path, required=True, help="a folder with NumPy's wheel")
    parser.add_argument("--same-as", type=Path, help="the curves that the program made of the same sound")
    options = parser.parse_args()
    sys.exit(trial(attempt, options.package.resolve(), options.numpy.resolve(), options.same_as))
