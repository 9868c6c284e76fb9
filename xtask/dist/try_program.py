#!/usr/bin/env python3
"""Tests the package of the program in a clean folder: `metaface doctor` succeeds, and it animates.

    python xtask/dist/try_program.py metaface-0.1.0-linux-x86_64.tar.gz [--keep line.csv]
"""

import argparse
import shutil
import sys
from pathlib import Path

from clean import NOTICES, TestFailure, check_animation, check_files, folder, run, run_test, unpacked


def check_package(package: Path, keep: Path | None) -> None:
    with folder() as scratch:
        home = unpacked(package, scratch)
        program = home / ("metaface.exe" if sys.platform == "win32" else "metaface")
        check_files(home, program.name, "README.md", *NOTICES)
        print(run(program, "--version", within=scratch, path=None).strip())
        print(run(program, "doctor", within=scratch, path=None).strip())
        made = [scratch / f"line.{ending}" for ending in ("glb", "usdc", "csv")]
        outputs = [word for file in made for word in ("-o", file.name)]
        run(program, "animate", "line.wav", *outputs, within=scratch, path=None)
        for file in made:
            check_animation(file)
        run(program, "preview", "line.glb", "-o", "line.html", within=scratch, path=None)
        if "three.js authors" not in (scratch / "line.html").read_text(encoding="utf-8"):
            raise TestFailure("the preview page has no player: was Node.js installed when the program was built?")
        if keep is not None:
            shutil.copyfile(made[-1], keep)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--keep", type=Path, help="the output file of the curves, for comparison with the other packages")
    options = parser.parse_args()
    sys.exit(run_test(check_package, options.package, options.keep))
