#!/usr/bin/env python3
"""Lists a folder of packages: writes SHA256SUMS and packages.json, and prints a table.

    python xtask/dist/listing.py target/dist

Lists the packed and unpacked sizes and, for Linux, the oldest version of the C library with which the programs
and shared libraries run, from their symbol versions.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = (".tar.gz", ".zip", ".whl")
GLIBC_VERSION = re.compile(rb"\0GLIBC_(\d+)\.(\d+)(?=[.\0])")


def contents(package: Path | io.BytesIO) -> Iterator[tuple[str, bytes]]:
    """All files in a package."""
    if isinstance(package, Path) and package.name.endswith(".tar.gz"):
        with tarfile.open(package) as opened:
            for member in opened:
                file = opened.extractfile(member) if member.isfile() else None
                if file is not None:
                    yield member.name, file.read()
        return
    with zipfile.ZipFile(package) as opened:
        for member in opened.infolist():
            if not member.is_dir():
                yield member.filename, opened.read(member)


def required_glibc(name: str, content: bytes) -> tuple[int, ...]:
    """The version of the C library that a program, a shared library or a wheel's files need on Linux."""
    if name.endswith(".whl"):
        return max((required_glibc(*each) for each in contents(io.BytesIO(content))), default=())
    if not content.startswith(b"\x7fELF"):
        return ()
    return max((tuple(map(int, version)) for version in GLIBC_VERSION.findall(content)), default=())


def row(package: Path) -> dict[str, object]:
    oldest: tuple[int, ...] = ()
    unpacked = count = 0
    for name, content in contents(package):
        unpacked, count = unpacked + len(content), count + 1
        oldest = max(oldest, required_glibc(name, content))
    return {
        "file": package.name,
        "bytes": package.stat().st_size,
        "unpacked_bytes": unpacked,
        "files": count,
        "sha256": hashlib.sha256(package.read_bytes()).hexdigest(),
        "glibc": ".".join(map(str, oldest)) or None,
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = [row(path) for path in sorted(folder.iterdir()) if path.name.endswith(PACKAGES)]
    if not rows:
        print(f"no packages in {folder}", file=sys.stderr)
        return 1
    sums = "".join(f"{each['sha256']}  {each['file']}\n" for each in rows)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    listing = json.dumps({"format": "metaface-packages", "version": 1, "packages": rows}, indent=2)
    (folder / "packages.json").write_text(listing + "\n", encoding="utf-8", newline="\n")
    width = max(len(each["file"]) for each in rows)
    print(f"{'package':<{width}}  {'MB':>6}  {'unpacked':>8}  {'files':>5}  glibc")
    for each in rows:
        sizes = f"{each['bytes'] / 1e6:>6.1f}  {each['unpacked_bytes'] / 1e6:>8.1f}  {each['files']:>5}"
        print(f"{each['file']:<{width}}  {sizes}  {each['glibc'] or ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
