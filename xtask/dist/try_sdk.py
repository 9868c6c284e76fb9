#!/usr/bin/env python3
"""The C++ package, unpacked in a clean folder: its own example is built against it with CMake, and animates.

    python xtask/dist/try_sdk.py metaface-sdk-0.1.0-linux-x86_64.tar.gz [--same-as line.csv]
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from clean import NOTICES, folder, holds, run, same, speaks, trial, unpacked


def attempt(package: Path, expected: Path | None) -> None:
    # Compilers and CMake are the stranger's own.
    tools = os.environ.get("PATH", "")
    with folder() as place:
        home = unpacked(package, place)
        holds(home, "include/metaface/metaface.hpp", "lib/cmake/MetaFace/MetaFaceConfig.cmake")
        holds(home / "share/doc/MetaFace", *NOTICES, "examples/hello.cpp", "examples/live.cpp")
        build = place / "build"
        source = home / "share/doc/MetaFace/examples"
        options = (f"-DCMAKE_PREFIX_PATH={home}", "-DCMAKE_BUILD_TYPE=Release")
        if shutil.which("ninja", path=tools):  # CMake's first choice, Make, need not be there
            options += ("-G", "Ninja")
        run("cmake", "-S", source, "-B", build, *options, within=place, path=tools)
        run("cmake", "--build", build, "--config", "Release", within=place, path=tools)
        programs = build / "Release" if (build / "Release").is_dir() else build
        print(run(programs / "hello", "line.wav", "line.csv", within=place, path=None).strip())
        speaks(place / "line.csv")
        same(place / "line.csv", expected)
        if sys.platform != "win32":  # where the shared library would have to lie beside the program
            frames = run(programs / "live", "line.wav", within=place, path=None).split()
            print(f"live: {len(frames)} frames")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--same-as", type=Path, help="the curves that the program made of the same sound")
    options = parser.parse_args()
    sys.exit(trial(attempt, options.package, options.same_as))
