#!/usr/bin/env python3
"""The Unreal plugin, unpacked in a clean folder, as far as it goes without Unreal.

    python xtask/dist/try_unreal.py metaface-unreal-0.1.0-linux-x86_64.zip --example hello.cpp [--same-as line.csv]

Its description can be read, every module that it names has its rules, and the library that it brings is linked
into a program by clang with libc++, as Unreal on Linux would, and animates.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from clean import NOTICES, Failed, folder, holds, run, same, speaks, trial, unpacked

SYSTEM = ("-lpthread", "-ldl", "-lm")


def attempt(package: Path, example: Path, expected: Path | None) -> None:
    with folder() as place:
        home = unpacked(package, place)
        holds(home, "MetaFace.uplugin", *NOTICES)
        described = json.loads((home / "MetaFace.uplugin").read_text(encoding="utf-8-sig"))
        for module in described["Modules"]:
            name = module["Name"]
            holds(home / "Source" / name, f"{name}.Build.cs")
        print(described["FriendlyName"], described["VersionName"], *(module["Name"] for module in described["Modules"]))
        headers = sorted(home.glob("Source/ThirdParty/*/include"))
        libraries = sorted(home.glob("Source/ThirdParty/*/lib/Linux*/*.a"))
        if not headers or not libraries:
            raise Failed("no include and lib/Linux below Source/ThirdParty")
        program = place / "hello"
        flags = ("-std=c++17", "-stdlib=libc++", "-I", headers[0])
        tools = os.environ.get("PATH", "")
        run("clang++", *flags, example, libraries[0], *SYSTEM, "-o", program, within=place, path=tools)
        print(run(program, "line.wav", "line.csv", within=place, path=None).strip())
        speaks(place / "line.csv")
        same(place / "line.csv", expected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--example", type=Path, required=True, help="a C++ program: hello SOUND OUTPUT")
    parser.add_argument("--same-as", type=Path, help="the curves that the program made of the same sound")
    options = parser.parse_args()
    sys.exit(trial(attempt, options.package, options.example.resolve(), options.same_as))
