"""What the package tests (try_package.py) need: a clean folder, without environment variables and network.

The folder's name has a space and a letter outside ASCII.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import archive

ROOT = Path(__file__).resolve().parents[2]
NOTICES = ("LICENSE", "THIRD-PARTY-NOTICES.txt", "RUST-LIBRARY-NOTICES.html")


class TestFailure(Exception):
    """A defect of a package."""


@cache
def offline() -> tuple[str, ...]:
    """The prefix of a command that runs it without network; empty if the system does not support it."""
    prefix = ("unshare", "--map-root-user", "--net")
    if shutil.which(prefix[0]) and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
        return prefix
    print("(the network cannot be disabled on this system: the tests have network access)")
    return ()


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder outside the source tree, with the sample sound."""
    with tempfile.TemporaryDirectory(prefix="metaface test ü ") as scratch:
        shutil.copyfile(ROOT / "samples/speech/line.wav", Path(scratch, "line.wav"))
        yield Path(scratch)


def unpacked(package: Path, scratch: Path) -> Path:
    """Unpacks a package in a folder below `scratch`; returns its top folder, if it has a single one."""
    inside = scratch / "package"
    if package.name.endswith(".tar.gz"):
        with tarfile.open(package) as opened:
            # Python before 3.11.4 has no filters and ignores this.
            opened.extraction_filter = getattr(tarfile, "data_filter", None)
            opened.extractall(inside)
    else:
        archive.unpack_zip(package, inside)
    entries = list(inside.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else inside


def run(*command: object, within: Path, path: str | None = "/usr/bin:/bin", timeout: int = 300) -> str:
    """Runs a program without this machine's environment variables, except PATH; with none if `path` is None."""
    words = list(map(str, command))
    print("$", *words, flush=True)
    environment = {} if path is None else {"PATH": path, "HOME": str(within), "LANG": "C.UTF-8"}
    if sys.platform == "win32":  # no Windows program starts without it
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    done = subprocess.run(
        [*offline(), *words], cwd=within, env=environment, capture_output=True, text=True, check=False, timeout=timeout
    )
    if done.returncode != 0:
        raise TestFailure(f"{words[0]} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check_files(home: Path, *names: str) -> None:
    """Checks that these files exist and are not empty."""
    missing = [name for name in names if not (home / name).is_file() or (home / name).stat().st_size == 0]
    if missing:
        raise TestFailure(f"{home.name} lacks {', '.join(missing)}")


def check_animation(made: Path) -> None:
    """Checks that a file is an animation of the sample line, by its first bytes and its jaw motion."""
    starts = {".glb": b"glTF", ".usdc": b"PXR-USDC", ".csv": b"Timecode,BlendShapeCount,"}[made.suffix]
    content = made.read_bytes()
    if not content.startswith(starts):
        raise TestFailure(f"{made.name} is not an animation: it starts with {content[:20]!r}")
    if made.suffix == ".csv":
        head, *rows = content.decode().split()
        jaw = head.split(",").index("JawOpen")
        opened = [float(row.split(",")[jaw]) for row in rows]
        if len(rows) < 60 or max(opened) - min(opened) < 0.1:
            raise TestFailure(f"{made.name}: the jaw does not move as in speech")
