#!/usr/bin/env python3
"""The program's package, unpacked in a clean folder: it says that all is well, and animates.

    python xtask/dist/try_program.py metaface-0.1.0-linux-x86_64.tar.gz [--keep line.csv]
"""

import argparse
import shutil
import sys
from pathlib import Path

from clean import NOTICES, Failed, folder, holds, run, speaks, trial, unpacked


def attempt(package: Path, keep: Path | None) -> None:
    with folder() as place:
        home = unpacked(package, place)
        program = home / ("metaface.exe" if sys.platform == "win32" else "metaface")
        holds(home, program.name, "README.md", *NOTICES)
        print(run(program, "--version", within=place, path=None).strip())
        print(run(program, "doctor", within=place, path=None).strip())
        made = [place / f"line.{ending}" for ending in ("glb", "usdc", "csv")]
        outputs = [word for file in made for word in ("-o", file.name)]
        run(program, "animate", "line.wav", *outputs, within=place, path=None)
        for file in made:
            speaks(file)
        run(program, "preview", "line.glb", "-o", "line.html", within=place, path=None)
        if "three.js authors" not in (place / "line.html").read_text(encoding="utf-8"):
            raise Failed("the preview page has no player: was Node.js there when the program was built?")
        if keep is not None:
            shutil.copyfile(made[-1], keep)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--keep", type=Path, help="where the curves go, for the other packages to compare with")
    options = parser.parse_args()
    sys.exit(trial(attempt, options.package, options.keep))
