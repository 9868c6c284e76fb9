"""Tests that the subcommands, options, tasks and tests named by inline commands exist. The commands are not run."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from pages import every_page, inline_code

CARGO = Path(__file__).with_name("cargo.py")


@pytest.fixture(scope="module")
def helps(variables):
    """Runs `metaface ... --help`."""

    @cache
    def run_help(*words):
        command = ["env", "metaface", *words, "--help"]
        return subprocess.run(command, env=variables, capture_output=True, text=True)

    return run_help


def metaface_error(words, helps):
    """Returns an error if the program does not have the subcommand or an option, or None."""
    name = [word for word in words[:1] if re.fullmatch(r"[a-z]+", word)]
    help_page = helps(*name)
    if help_page.returncode != 0:
        return f"`metaface {name[0]}` is not a command"
    options = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    options -= {"--help", "--version"}
    missing = [option for option in options if not re.search(rf"{re.escape(option)}\b", help_page.stdout)]
    return f"`metaface {' '.join(name)}` has no {', '.join(missing)}" if missing else None


def error_of(text, helps, variables):
    """Returns the error of an inline command, or None."""
    text = re.sub(r"^([A-Z_]+=\S+ )+", "", text)
    words = text.split()
    if text.startswith("cargo metaface "):
        words = words[1:]
    if words[0] == "metaface" and len(words) > 1:
        return metaface_error(words[1:], helps)
    if words[0] == "cargo" and words[1:2] and words[1] in ("run", "test", "build", "xtask"):
        command = [sys.executable, CARGO, *words[1:]]
        ran = subprocess.run(command, env=variables, capture_output=True, text=True)
        # A task may be named without its arguments.
        is_named = words[1] == "xtask" and "unrecognized subcommand" not in ran.stderr
        return None if is_named or ran.returncode == 0 else ran.stderr.strip()
    return None


@pytest.mark.parametrize("page", every_page())
def test_inline_commands_name_existing_things(page, helps, variables):
    errors = [
        f"{code}: `{code.text}`: {error}"
        for code in inline_code(page)
        if code.text and (error := error_of(code.text, helps, variables))
    ]
    assert not errors, "\n".join(errors)
