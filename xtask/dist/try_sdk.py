#!/usr/bin/env python3
"""Tests the C++ package in a clean folder: builds its example with CMake, and animates with it.

    python xtask/dist/try_sdk.py metaface-sdk-0.1.0-linux-x86_64.tar.gz [--same-as line.csv]
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from clean import NOTICES, check_animation, check_files, check_same, folder, run, run_test, unpacked


def check_package(package: Path, expected: Path | None) -> None:
    # Compilers and CMake come from this machine.
    tools = os.environ.get("PATH", "")
    with folder() as scratch:
        home = unpacked(package, scratch)
        check_files(home, "include/metaface/metaface.hpp", "lib/cmake/MetaFace/MetaFaceConfig.cmake")
        check_files(home / "share/doc/MetaFace", *NOTICES, "examples/hello.cpp", "examples/live.cpp")
        build = scratch / "build"
        source = home / "share/doc/MetaFace/examples"
        options = (f"-DCMAKE_PREFIX_PATH={home}", "-DCMAKE_BUILD_TYPE=Release")
        if shutil.which("ninja", path=tools):  # Make, CMake's default, may be missing
            options += ("-G", "Ninja")
        run("cmake", "-S", source, "-B", build, *options, within=scratch, path=tools)
        run("cmake", "--build", build, "--config", "Release", within=scratch, path=tools)
        programs = build / "Release" if (build / "Release").is_dir() else build
        print(run(programs / "hello", "line.wav", "line.csv", within=scratch, path=None).strip())
        check_animation(scratch / "line.csv")
        check_same(scratch / "line.csv", expected)
        if sys.platform != "win32":  # there the shared library would have to be beside the program
            frames = run(programs / "live", "line.wav", within=scratch, path=None).split()
            print(f"live: {len(frames)} frames")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--same-as", type=Path, help="the program's curves of the same sound")
    options = parser.parse_args()
    sys.exit(run_test(check_package, options.package, options.same_as))
