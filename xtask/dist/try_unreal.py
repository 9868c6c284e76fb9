#!/usr/bin/env python3
"""Tests the package of the Unreal plugin in a clean folder, without Unreal.

    python xtask/dist/try_unreal.py metaface-unreal-0.1.0-linux-x86_64.zip --example hello.cpp [--same-as line.csv]

The .uplugin file is valid JSON, every module in it has build rules, and a program that is linked with the
plugin's library by clang and libc++, like Unreal on Linux, animates.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from clean import NOTICES, TestFailure, check_animation, check_files, check_same, folder, run, run_test, unpacked

SYSTEM = ("-lpthread", "-ldl", "-lm")


def check_package(package: Path, example: Path, expected: Path | None) -> None:
    with folder() as scratch:
        home = unpacked(package, scratch)
        check_files(home, "MetaFace.uplugin", *NOTICES)
        descriptor = json.loads((home / "MetaFace.uplugin").read_text(encoding="utf-8-sig"))
        for module in descriptor["Modules"]:
            name = module["Name"]
            check_files(home / "Source" / name, f"{name}.Build.cs")
        print(descriptor["FriendlyName"], descriptor["VersionName"], *(module["Name"] for module in descriptor["Modules"]))
        headers = sorted(home.glob("Source/ThirdParty/*/include"))
        libraries = sorted(home.glob("Source/ThirdParty/*/lib/Linux*/*.a"))
        if not headers or not libraries:
            raise TestFailure("include or lib/Linux is missing below Source/ThirdParty")
        program = scratch / "hello"
        flags = ("-std=c++17", "-stdlib=libc++", "-I", headers[0])
        tools = os.environ.get("PATH", "")
        run("clang++", *flags, example, libraries[0], *SYSTEM, "-o", program, within=scratch, path=tools)
        print(run(program, "line.wav", "line.csv", within=scratch, path=None).strip())
        check_animation(scratch / "line.csv")
        check_same(scratch / "line.csv", expected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--example", type=Path, required=True, help="a C++ program: hello SOUND OUTPUT")
    parser.add_argument("--same-as", type=Path, help="the program's curves of the same sound")
    options = parser.parse_args()
    sys.exit(run_test(check_package, options.package, options.example.resolve(), options.same_as))
