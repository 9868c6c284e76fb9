#!/usr/bin/env python3
"""Tests the package of the Maya module in a clean folder, without Maya.

    python3.11 xtask/dist/try_maya.py metaface-maya-0.1.0-linux-x86_64.zip --numpy FOLDER [--same-as line.csv]

The folders in the .mod file exist, every Python file compiles, and the module's library animates in a Python
with only NumPy: the module's, or that of FOLDER if the module has none.
"""

import argparse
import re
import sys
from pathlib import Path

import archive
from clean import NOTICES, TestFailure, check_animation, check_files, check_same, folder, run, run_test, unpacked

SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:]
import metaface
print("metaface", metaface.__version__, metaface.__file__)
metaface.animate("line.wav").save("line.csv")
"""


def module_folders(home: Path) -> tuple[list[Path], list[Path]]:
    """The folders in the .mod file: those of the module, and those of its Python files."""
    files = sorted(home.glob("*.mod"))
    if not files:
        raise TestFailure("no .mod file: Maya would not find the module")
    roots: list[Path] = []
    pythons: list[Path] = []
    for line in (line for file in files for line in file.read_text(encoding="utf-8").splitlines()):
        if line.startswith("+ "):
            roots.append((home / line.split()[-1]).resolve())
        added = re.match(r"PYTHONPATH\s*\+?:?=\s*(\S+)", line)
        if added and roots:
            pythons.append((roots[-1] / added[1]).resolve())
    pythons += [root / "scripts" for root in roots]  # Maya's default
    missing = [str(folder) for folder in {*roots, *pythons} if not folder.is_dir()]
    if not roots or missing:
        raise TestFailure(f"folders of the .mod file are missing: {', '.join(missing) or 'it has none'}")
    return list(dict.fromkeys(roots)), list(dict.fromkeys(pythons))


def check_package(package: Path, numpy: Path, expected: Path | None) -> None:
    with folder() as scratch:
        unpacked(package, scratch)
        home = scratch / "package"
        roots, pythons = module_folders(home)
        check_files(roots[0], *NOTICES)
        plugins = [file for root in roots for file in root.glob("plug-ins/*.py")]
        if not plugins:
            raise TestFailure("no plug-ins/*.py in the module")
        for file in home.rglob("*.py"):
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        print("compiled:", *(file.name for file in plugins))
        numpy_folders = [folder.parent for folder in home.rglob("numpy") if (folder / "__init__.py").is_file()]
        if not numpy_folders:
            for wheel in numpy.glob("numpy-*.whl"):
                archive.unpack_zip(wheel, scratch / "numpy")
            numpy_folders = [scratch / "numpy"]
        output = run(sys.executable, "-I", "-S", "-c", SCRIPT, *pythons, *numpy_folders, within=scratch)
        print(output.strip())
        if str(home) not in output:
            raise TestFailure("another library than the module's was used")
        check_animation(scratch / "line.csv")
        check_same(scratch / "line.csv", expected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--numpy", type=Path, required=True, help="a folder with NumPy's wheel")
    parser.add_argument("--same-as", type=Path, help="the program's curves of the same sound")
    options = parser.parse_args()
    sys.exit(run_test(check_package, options.package.resolve(), options.numpy.resolve(), options.same_as))
