"""The kit imports no host, and without the `metaface` package the error says what to do."""

import ast
import sys
from pathlib import Path

import metaface_host
import pytest
from metaface_host import errors, library, program
from metaface_host.errors import Stopped, UserError
from metaface_host.options import Options

KIT = Path(metaface_host.__file__).parent


def test_the_kit_imports_only_the_standard_library_numpy_and_metaface():
    for file in KIT.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "numpy", "metaface"}, file


def test_without_the_library_the_error_names_the_program_and_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "metaface", None)
    monkeypatch.setattr(program, "name", "Host")
    assert not library.available()
    with pytest.raises(UserError, match=r"cannot be loaded .* This Host runs Python 3\.\d+ on .*: install MetaFace"):
        library.metaface()


def test_only_unexpected_errors_print_a_traceback(capsys):
    class Cancelled(Exception):
        kind = "cancelled"

    assert errors.message_of(UserError("Choose a file")) == "Choose a file"
    assert errors.message_of(Cancelled("cancelled")) == errors.message_of(Stopped(errors.STOPPED))
    assert errors.message_of(FileNotFoundError(2, "No such file", "a.wav")) == "No such file: a.wav"
    assert not capsys.readouterr().err
    assert "Internal error (KeyError: 'x'). The console has the details" in errors.message_of(KeyError("x"))
    assert "KeyError" in capsys.readouterr().err


def test_options_out_of_range_are_errors():
    with pytest.raises(UserError, match="strength is 3: choose 0 to 2"):
        Options().with_values({"strength": 3.0}).checked()
