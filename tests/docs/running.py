"""Runs a command of the docs as a user would, and checks its results."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import exceptions
from commands import Command, output_files, syntax_error
from pages import ROOT

TIMEOUT = 300  # seconds
# The files that `metaface inspect` can read.
READABLE = (".glb", ".gltf", ".usda", ".usdc", ".usdz", ".csv", ".a2f.json", ".speaker")


def error_of(command: Command, sandbox: Path, variables: dict[str, str]) -> str | None:
    """Runs a command in the sandbox. Returns the error, or None."""
    exception = exceptions.of(command.page, command.text)
    kind = exception.kind if exception else "run"
    if kind in ("elsewhere", "not_run"):
        if command.language == "powershell":
            return None
        return syntax_error(command.text)
    if command.language == "powershell":
        return "PowerShell is not available: add the command to tests/docs/exceptions.toml"
    text = exception.replacement(command.text) if exception else command.text
    if kind == "until":
        return _error_after_interrupt(text, exception, sandbox, variables)
    return _error_after_run(text, sandbox, variables)


def _error_after_run(text: str, sandbox: Path, variables: dict[str, str]) -> str | None:
    before = {name: _stamp(sandbox / name) for name in output_files(text)}
    shell = ["bash", "-c", f"set -euo pipefail\n{text}"]
    # A new process group, so that a timeout also ends the child processes.
    process = subprocess.Popen(
        shell,
        cwd=sandbox,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"it has not ended after {TIMEOUT} s"
    if process.returncode != 0:
        return f"exit code {process.returncode}\n{_last_lines(output)}"
    for name, stamp in before.items():
        error = _output_error(sandbox, name, stamp, variables)
        if error:
            return f"{error}\n{_last_lines(output)}"
    return None


def _error_after_interrupt(text: str, exception, sandbox: Path, variables: dict[str, str]) -> str | None:
    """Runs an endless command and interrupts it with Ctrl-C as soon as the file `exception.makes` exists."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {text}"],
        cwd=sandbox,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = time.monotonic() + TIMEOUT
    made = sandbox / exception.makes
    while not made.is_file() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate()
    if process.returncode != exception.code:
        error = f"exit code {process.returncode} after Ctrl-C, not {exception.code}"
        return f"{error}\n{_last_lines(output)}"
    return None if made.is_file() else f"{exception.makes} was not written"


def _stamp(path: Path) -> tuple[int, int] | None:
    return (path.stat().st_mtime_ns, path.stat().st_ino) if path.exists() else None


def _output_error(sandbox: Path, name: str, before, variables) -> str | None:
    """The error of a file that the command should have written, or None."""
    path = sandbox / name
    if path.is_dir():
        return None if any(path.iterdir()) else f"{name} is empty"
    if not path.is_file() or path.stat().st_size == 0:
        return f"{name} was not written"
    if _stamp(path) == before:
        return f"{name} was not written again"
    if name.endswith(".json"):
        json.loads(path.read_text(encoding="utf-8"))
    if name.endswith(READABLE):
        inspect = ["env", "metaface", "inspect", name, "--quiet"]
        ran = subprocess.run(inspect, cwd=sandbox, env=variables, capture_output=True, text=True)
        if ran.returncode != 0:
            return f"{name} cannot be read back: {ran.stderr}"
    return None


def _last_lines(output: bytes) -> str:
    lines = output.decode(errors="replace").splitlines()
    return "\n".join(f"    | {line}" for line in lines[-20:])


def report(command: Command, error: str) -> str:
    """An error with its place and the remedies."""
    return (
        f"\n{command.page}:{command.line}\n    $ {command.text}\n  {error}\n"
        "  Fix the page or the program, add the files that the command needs to tests/docs/sandbox.py,\n"
        "  or add the command with a reason to tests/docs/exceptions.toml.\n"
        "  If the block is not a command, use a fence named text."
    )


def exists(path: str) -> bool:
    """Whether the repository has this file."""
    return (ROOT / path).is_file()
