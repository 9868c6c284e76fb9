"""A place as a stranger's machine: a package unpacked in a new folder, no environment, no network.

What the trials of packages (try_*.py) share. The folder's name has a space and no plain ASCII.
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


class Failed(Exception):
    """What a package does not hold or do."""


@cache
def offline() -> tuple[str, ...]:
    """What a command starts with so that it has no network; nothing where that cannot be had."""
    alone = ("unshare", "--map-root-user", "--net")
    if shutil.which(alone[0]) and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0:
        return alone
    print("(a network cannot be taken away here: these trials have one)")
    return ()


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder outside the source tree, with a sound to speak in it."""
    with tempfile.TemporaryDirectory(prefix="metaface tried ü ") as place:
        shutil.copyfile(ROOT / "samples/speech/line.wav", Path(place, "line.wav"))
        yield Path(place)


def unpacked(package: Path, place: Path) -> Path:
    """The package in a folder below `place`; the one folder that it holds, where it holds one alone."""
    inside = place / "package"
    if package.name.endswith(".tar.gz"):
        with tarfile.open(package) as held:
            # Python before 3.11.4 has no filters and ignores this.
            held.extraction_filter = getattr(tarfile, "data_filter", None)
            held.extractall(inside)
    else:
        archive.unpack_zip(package, inside)
    held = list(inside.iterdir())
    return held[0] if len(held) == 1 and held[0].is_dir() else inside


def run(*command: object, within: Path, path: str | None = "/usr/bin:/bin", timeout: int = 300) -> str:
    """Runs a program with nothing of this machine's environment but a path of programs, or not even that."""
    words = list(map(str, command))
    print("$", *words, flush=True)
    environment = {} if path is None else {"PATH": path, "HOME": str(within), "LANG": "C.UTF-8"}
    if sys.platform == "win32":  # which no Windows program starts without
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    done = subprocess.run(
        [*offline(), *words], cwd=within, env=environment, capture_output=True, text=True, check=False, timeout=timeout
    )
    if done.returncode != 0:
        raise Failed(f"{words[0]} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def holds(place: Path, *names: str) -> None:
    """That these files are there and not empty."""
    missing = [name for name in names if not (place / name).is_file() or (place / name).stat().st_size == 0]
    if missing:
        raise Failed(f"{place.name} lacks {', '.join(missing)}")


def speaks(made: Path) -> None:
    """That what was made is an animation of the sample line, by its first bytes and by its jaw."""
    starts = {".glb": b"glTF", ".usdc": b"PXR-USDC", ".csv": b"Timecode,BlendShapeCount,"}[made.suffix]
    content = made.read_bytes()
    if not content.startswith(starts):
        raise Failed(f"{made.name} is none: it begins with {content[:20]!r}")
    if made.suffix == ".csv":
        head, *rows = content.decode().split()
        jaw = head.split(",").index("JawOpen")
        opened = [float(row.split(",")[jaw]) for row in rows]
        if len(rows) < 60 or max(opened) - min(opened) < 0.1:
            raise Failed(f"{made.name}: the jaw does not speak")


def same(made: Path, expected: Path | None) -> None:
    """That two packages make the same of one sound, to the byte."""
    if expected is not None and made.read_bytes() != expected.read_bytes():
        raise Failed(f"{made.name} is another one than the program's, {expected}")


def trial(attempt, *arguments: object) -> int:
    """Runs a trial, and says how it went."""
    try:
        attempt(*arguments)
    except (Failed, OSError, subprocess.TimeoutExpired) as error:
        print(f"\nNot as a stranger would have it: {error}", file=sys.stderr)
        return 1
    return 0
