"""Runs one command of the docs as a user would, and says what is wrong with what came of it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import exceptions
from commands import Command, promised, syntax_error
from pages import ROOT

LONGEST = 300  # seconds
# What `metaface inspect` can read back.
READABLE = (".glb", ".gltf", ".usda", ".usdc", ".usdz", ".csv", ".a2f.json", ".speaker")


def fault(command: Command, desk: Path, variables: dict[str, str]) -> str | None:
    """Runs a command in the folder. What is wrong, or none."""
    listed = exceptions.of(command.page, command.text)
    kind = listed.kind if listed else "run"
    if kind in ("elsewhere", "not_run"):
        if command.language == "powershell":
            return None
        return syntax_error(command.text)
    if command.language == "powershell":
        return "no PowerShell here: list it in tests/docs/exceptions.toml"
    text = listed.runs(command.text) if listed else command.text
    if kind == "until":
        return _interrupted(text, listed, desk, variables)
    return _ran(text, desk, variables)


def _ran(text: str, desk: Path, variables: dict[str, str]) -> str | None:
    before = {name: _stamp(desk / name) for name in promised(text)}
    shell = ["bash", "-c", f"set -euo pipefail\n{text}"]
    # In a group of its own, so that nothing that it started outlives it.
    started = subprocess.Popen(
        shell,
        cwd=desk,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = started.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
        return f"still at work after {LONGEST} s"
    if started.returncode != 0:
        return f"exit code {started.returncode}\n{_end(said)}"
    for name, stamp in before.items():
        wrong = _not_written(desk, name, stamp, variables)
        if wrong:
            return f"{wrong}\n{_end(said)}"
    return None


def _interrupted(text: str, listed, desk: Path, variables: dict[str, str]) -> str | None:
    """A command that goes on for ever: Ctrl-C stops it as soon as the file is there that shows it at work."""
    started = subprocess.Popen(
        ["bash", "-c", f"exec {text}"],
        cwd=desk,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    late = time.monotonic() + LONGEST
    while not (desk / listed.makes).is_file() and started.poll() is None and time.monotonic() < late:
        time.sleep(0.1)
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGINT)
    said, _ = started.communicate()
    if started.returncode != listed.code:
        what = f"exit code {started.returncode} after Ctrl-C, not {listed.code}"
        return f"{what}\n{_end(said)}"
    return None if (desk / listed.makes).is_file() else f"{listed.makes} was not written"


def _stamp(path: Path) -> tuple[int, int] | None:
    return (path.stat().st_mtime_ns, path.stat().st_ino) if path.exists() else None


def _not_written(desk: Path, name: str, before, variables) -> str | None:
    """What is wrong with a file that a command promised."""
    path = desk / name
    if path.is_dir():
        return None if any(path.iterdir()) else f"{name} is empty"
    if not path.is_file() or path.stat().st_size == 0:
        return f"{name} was not written"
    if _stamp(path) == before:
        return f"{name} is as it was before"
    if name.endswith(".json"):
        json.loads(path.read_text(encoding="utf-8"))
    if name.endswith(READABLE):
        read = ["env", "metaface", "inspect", name, "--quiet"]
        told = subprocess.run(read, cwd=desk, env=variables, capture_output=True, text=True)
        if told.returncode != 0:
            return f"{name} cannot be read back: {told.stderr}"
    return None


def _end(said: bytes) -> str:
    lines = said.decode(errors="replace").splitlines()
    return "\n".join(f"    | {line}" for line in lines[-20:])


def report(command: Command, wrong: str) -> str:
    """A fault, with where it is and what may be done."""
    return (
        f"\n{command.page}:{command.line}\n    $ {command.text}\n  {wrong}\n"
        "  Mend the page or the program, put what the command assumes into tests/docs/desk.py,\n"
        "  or list the command with a reason in tests/docs/exceptions.toml.\n"
        "  What is no command stands in a fence named text."
    )


def exists(path: str) -> bool:
    """Whether the repository has such a file."""
    return (ROOT / path).is_file()
