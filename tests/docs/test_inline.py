"""Commands inside a sentence are not run, but what they name is there: subcommands, options, chores, tests."""

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
    @cache
    def told(*words):
        asked = ["env", "metaface", *words, "--help"]
        return subprocess.run(asked, env=variables, capture_output=True, text=True)

    return told


def unknown_to_metaface(words, helps):
    """What such a command names that the program does not know, or none."""
    name = [word for word in words[:1] if re.fullmatch(r"[a-z]+", word)]
    told = helps(*name)
    if told.returncode != 0:
        return f"`metaface {name[0]}` is no command"
    options = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    options -= {"--help", "--version"}
    missing = [option for option in options if not re.search(rf"{re.escape(option)}\b", told.stdout)]
    return f"`metaface {' '.join(name)}` has no {', '.join(missing)}" if missing else None


def wrong_with(text, helps, variables):
    text = re.sub(r"^([A-Z_]+=\S+ )+", "", text)
    words = text.split()
    if text.startswith("cargo metaface "):
        words = words[1:]
    if words[0] == "metaface" and len(words) > 1:
        return unknown_to_metaface(words[1:], helps)
    if words[0] == "cargo" and words[1:2] and words[1] in ("run", "test", "build", "xtask"):
        asked = [sys.executable, CARGO, *words[1:]]
        told = subprocess.run(asked, env=variables, capture_output=True, text=True)
        # A chore may be named without what it needs.
        is_named = words[1] == "xtask" and "is not a chore" not in told.stderr
        return None if is_named or told.returncode == 0 else told.stderr.strip()
    return None


@pytest.mark.parametrize("page", every_page())
def test_a_command_in_a_sentence_names_what_is_there(page, helps, variables):
    faults = [
        f"{code}: `{code.text}`: {wrong}"
        for code in inline_code(page)
        if code.text and (wrong := wrong_with(code.text, helps, variables))
    ]
    assert not faults, "\n".join(faults)
