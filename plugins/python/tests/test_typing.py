"""The stubs that type checkers and editors use match the package."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import metaface

pytest.importorskip("mypy")


def mypy(*arguments):
    ran = subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_examples_pass_a_strict_type_check(repository, tmp_path):
    examples = sorted((repository / "plugins" / "python" / "examples").glob("*.py"))
    assert len(examples) == 3
    mypy("mypy", "--strict", "--cache-dir", tmp_path, *examples)


def test_the_package_passes_a_strict_type_check(tmp_path):
    mypy("mypy", "--strict", "--cache-dir", tmp_path, "-p", "metaface")


def public(names):
    return {name for name in names if not name.startswith("_")}


def test_the_stub_declares_all_of_the_extension():
    stub = Path(metaface.__file__).with_name("_metaface.pyi")
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    nodes = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    declared = {node.name: node for node in nodes}
    assert set(declared) == public(vars(metaface._metaface)) - {"BLENDSHAPE_COUNT", "CHANNELS"}
    for name, node in declared.items():
        if isinstance(node, ast.ClassDef):
            functions = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            constants = {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}
            assert public(functions | constants) == public(vars(getattr(metaface, name))), name


def test_a_type_checker_finds_wrong_use(tmp_path):
    program = tmp_path / "wrong.py"
    program.write_text(
        "import metaface\n"
        "metaface.animate(3)\n"
        "metaface.animate('a.wav', fsp=24)\n"
        "clip = metaface.Clip.open('a.csv')\n"
        "clip.rate = 24\n"
        "reveal_type(clip.values)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", program],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "wrong.py:2: error" in ran.stdout
    assert "wrong.py:3: error" in ran.stdout
    assert "wrong.py:5: error" in ran.stdout
    assert re.search("float32|_32Bit", ran.stdout)


def test_the_package_is_marked_as_typed():
    folder = Path(metaface.__file__).parent
    assert (folder / "py.typed").is_file()
    assert (folder / "_metaface.pyi").is_file()


def test_everything_public_has_a_docstring():
    undocumented = []
    for name in metaface.__all__:
        public_object = getattr(metaface, name)
        is_class = inspect.isclass(public_object)
        if not is_class and not callable(public_object):
            continue
        if getattr(public_object, "__module__", "") != "metaface":
            continue
        undocumented += [name] if not (public_object.__doc__ or "").strip() else []
        members = vars(public_object).items() if is_class else ()
        for member, value in members:
            if member.startswith("_") or not (callable(value) or hasattr(value, "__get__")):
                continue
            documented = getattr(public_object, member) if callable(value) else value
            text = documented.__doc__ or ""
            lines = [line for line in text.splitlines() if not line.startswith(f"{member}(")]
            undocumented += [f"{name}.{member}"] if not "".join(lines).strip() else []
    assert undocumented == []
