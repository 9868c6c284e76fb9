import subprocess
import sys
import textwrap
from importlib.metadata import files

import pytest

import metaface


def run(program, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_importing_requires_only_numpy():
    program = """
        import sys
        import metaface
        heavy = {"torch", "scipy", "pxr", "bpy"} & set(sys.modules)
        assert not heavy, heavy
    """
    ended = run(program)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_tool_can_import_the_package_again(line):
    program = """
        import importlib, sys
        import metaface as before
        clip = before.animate(sys.argv[1], device="cpu")
        for _ in range(3):
            for name in [name for name in sys.modules if name.split(".")[0] == "metaface"]:
                del sys.modules[name]
            import metaface
            assert metaface is not before
            repeated = metaface.animate(sys.argv[1], device="cpu")
            assert isinstance(repeated, before.Clip) and isinstance(clip, metaface.Clip)
            assert (repeated.values == clip.values).all()
            head = metaface.Character.sample_head()
            print(metaface.RigMap.discover(head).report(head).usable)
            try:
                metaface.Clip.open("missing.csv")
            except metaface.Error as error:
                print(error.kind)
        importlib.reload(metaface)
        print(len(metaface.animate(sys.argv[1], device="cpu")))
    """
    ended = run(program, line)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == ["True", "read"] * 3 + ["186"]


def test_the_extension_exports_only_its_init_function():
    try:
        listing = subprocess.run(
            ["nm", "-D", "--defined-only", metaface._metaface.__file__],
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("nm is absent")
    assert [row.split()[-1] for row in listing.stdout.splitlines()] == ["PyInit__metaface"]


def test_the_licences_are_in_the_wheel():
    texts = {file.name: file for file in files("metaface") or [] if "licenses" in file.parts}
    notices = {"THIRD-PARTY-NOTICES.txt", "RUST-LIBRARY-NOTICES.html"}
    assert set(texts) == {"LICENSE", "nanobind-LICENSE", *notices}
    third_party = texts["THIRD-PARTY-NOTICES.txt"].read_text("utf-8")
    for part in ("symphonia", "robin_map", "LibriSpeech"):
        assert part in third_party, part
