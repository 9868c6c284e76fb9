#!/usr/bin/env python3
"""Tests a package in a clean folder, without the hosts.

    python xtask/dist/try_package.py program metaface-0.1.0-linux-x86_64.tar.gz --curves line.csv
    python xtask/dist/try_package.py sdk metaface-sdk-0.1.0-linux-x86_64.tar.gz --curves line.csv
    python xtask/dist/try_package.py unreal metaface-unreal-0.1.0-linux-x86_64.zip --curves line.csv
    python3.11 xtask/dist/try_package.py wheel metaface-0.1.0-cp311-...whl --curves line.csv --numpy FOLDER
    python3.11 xtask/dist/try_package.py maya metaface-maya-0.1.0-linux-x86_64.zip --curves line.csv --numpy FOLDER

Every package animates the sample line. The program writes the curves to line.csv; the others must write the
same bytes. FOLDER has NumPy's wheel, as behind a studio's firewall.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import archive
from clean import NOTICES, ROOT, TestFailure, check_animation, check_files, folder, run, unpacked

WHEEL_SCRIPT = """
import importlib.metadata, metaface
print("metaface", metaface.__version__, metaface.__file__)
for file in importlib.metadata.files("metaface"):
    if "licenses" in file.parts: print("notice:", file.name)
metaface.animate("line.wav").save("line.csv")
"""

MAYA_SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:]
import metaface
print("metaface", metaface.__version__, metaface.__file__)
metaface.animate("line.wav").save("line.csv")
"""


def try_program(package: Path, scratch: Path, _numpy: Path) -> None:
    """`metaface doctor` succeeds, and the program animates."""
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


def try_wheel(wheel: Path, scratch: Path, numpy: Path) -> None:
    """The wheel is installed without a network into a new environment. It needs only NumPy."""
    environment = scratch / "environment"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(python, "-m", "pip", "install", "--no-index", "--find-links", numpy, wheel, within=scratch)
    output = run(python, "-I", "-c", WHEEL_SCRIPT, within=scratch)
    print(output.strip())
    missing = [name for name in NOTICES if f"notice: {name}" not in output]
    if missing:
        raise TestFailure(f"{wheel.name} lacks {', '.join(missing)}")


def try_maya(package: Path, scratch: Path, numpy: Path) -> None:
    """The folders in the .mod file exist, every Python file compiles, and the module's library animates in a
    Python with only NumPy: the module's, or that of `numpy` if the module has none."""
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
    output = run(sys.executable, "-I", "-S", "-c", MAYA_SCRIPT, *pythons, *numpy_folders, within=scratch)
    print(output.strip())
    if str(home) not in output:
        raise TestFailure("another library than the module's was used")


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


def try_unreal(package: Path, scratch: Path, _numpy: Path) -> None:
    """The .uplugin file is valid JSON, every module in it has build rules, and a program that is linked with the
    plugin's library by clang and libc++, like Unreal on Linux, animates."""
    home = unpacked(package, scratch)
    check_files(home, "MetaFace.uplugin", *NOTICES)
    descriptor = json.loads((home / "MetaFace.uplugin").read_text(encoding="utf-8-sig"))
    names = [module["Name"] for module in descriptor["Modules"]]
    for name in names:
        check_files(home / "Source" / name, f"{name}.Build.cs")
    print(descriptor["FriendlyName"], descriptor["VersionName"], *names)
    headers = sorted(home.glob("Source/ThirdParty/*/include"))
    libraries = sorted(home.glob("Source/ThirdParty/*/lib/Linux*/*.a"))
    if not headers or not libraries:
        raise TestFailure("include or lib/Linux is missing below Source/ThirdParty")
    program = scratch / "hello"
    flags = ("-std=c++17", "-stdlib=libc++", "-I", headers[0])
    sources = (ROOT / "plugins/sdk/examples/hello.cpp", libraries[0], "-lpthread", "-ldl", "-lm")
    tools = os.environ.get("PATH", "")
    run("clang++", *flags, *sources, "-o", program, within=scratch, path=tools)
    print(run(program, "line.wav", "line.csv", within=scratch, path=None).strip())


def try_sdk(package: Path, scratch: Path, _numpy: Path) -> None:
    """CMake builds the package's examples, and they animate."""
    # Compilers and CMake come from this machine.
    tools = os.environ.get("PATH", "")
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
    if sys.platform != "win32":  # there the shared library would have to be beside the program
        frames = run(programs / "live", "line.wav", within=scratch, path=None).split()
        print(f"live: {len(frames)} frames")


TESTS = {"program": try_program, "wheel": try_wheel, "maya": try_maya, "unreal": try_unreal, "sdk": try_sdk}


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=TESTS)
    parser.add_argument("package", type=Path)
    parser.add_argument("--curves", type=Path, required=True, help="the program's curves of the sample line")
    parser.add_argument("--numpy", type=Path, default=Path(), help="a folder with NumPy's wheel, for wheel and maya")
    options = parser.parse_args()
    try:
        with folder() as scratch:
            TESTS[options.kind](options.package.resolve(), scratch, options.numpy.resolve())
            made = scratch / "line.csv"
            check_animation(made)
            if options.kind == "program":
                shutil.copyfile(made, options.curves)
            elif made.read_bytes() != options.curves.read_bytes():
                raise TestFailure(f"{made.name} differs from the program's output, {options.curves}")
    except (TestFailure, OSError, subprocess.TimeoutExpired) as error:
        print(f"\nPackage test failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
