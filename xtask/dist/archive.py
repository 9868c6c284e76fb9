#!/usr/bin/env python3
"""Packs a folder reproducibly: the same files always give the same bytes.

    python xtask/dist/archive.py FOLDER package.tar.gz --within metaface-0.1.0 --with NOTICES
    python xtask/dist/archive.py some.zip package.zip

Files are sorted, with a fixed time and no owner. A zip instead of a folder is packed again. A .tar.gz keeps
symbolic links; in a zip they are an error, because not every host unpacks them.
"""

from __future__ import annotations

import argparse
import gzip
import os
import stat
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

# The earliest time that a zip can store, and the same in seconds since 1970.
TIME = (1980, 1, 1, 0, 0, 0)
SECONDS = 315532800
EXCLUDED = {"__pycache__", ".DS_Store"}


class PackagingError(Exception):
    """The reason why packing failed, and the remedy."""


def members(folder: Path) -> list[tuple[str, Path]]:
    """All files and links in a folder, by their names in the archive, sorted."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in EXCLUDED]
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in [*files, *links]:
            path = Path(place, name)
            if name not in EXCLUDED:
                found.append((path.relative_to(folder).as_posix(), path))
    if not found:
        raise PackagingError(f"{folder} is missing or empty: build the contents of the package first")
    return sorted(found)


def mode_of(path: Path) -> int:
    """755 for programs, 644 for other files, independent of the umask."""
    return 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644


def write_tar(files: list[tuple[str, Path]], output: Path) -> None:
    with output.open("wb") as plain, gzip.GzipFile("", "wb", 6, plain, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name, path in files:
                member = tarfile.TarInfo(name)
                member.mtime = SECONDS
                if path.is_symlink():
                    member.type, member.linkname = tarfile.SYMTYPE, os.readlink(path)
                    archive.addfile(member)
                    continue
                member.mode, member.size = mode_of(path), path.stat().st_size
                with path.open("rb") as content:
                    archive.addfile(member, content)


def write_zip(files: list[tuple[str, Path]], output: Path) -> None:
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in files:
            if path.is_symlink():
                raise PackagingError(f"{path} is a link, which not every host unpacks from a zip: copy the file")
            member = zipfile.ZipInfo(name, TIME)
            member.create_system = 3  # Unix, so that modes are kept
            member.external_attr = (stat.S_IFREG | mode_of(path)) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as content, archive.open(member, "w", force_zip64=True) as packed:
                while piece := content.read(1 << 20):
                    packed.write(piece)


def pack(folders: list[Path], output: Path, within: str = "") -> None:
    """Packs several folders as one, atomically. Of files with the same name, the first folder's is packed."""
    found = {name: path for folder in reversed(folders) for name, path in members(folder)}
    files = [(str(PurePosixPath(within, name)), found[name]) for name in sorted(found)]
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(output.name + ".part")
    try:
        if output.name.endswith(".tar.gz"):
            write_tar(files, unfinished)
        elif output.suffix == ".zip":
            write_zip(files, unfinished)
        else:
            raise PackagingError(f"{output.name}: a package must end in .tar.gz or .zip")
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def unpack_zip(archive: Path, folder: Path) -> None:
    """Unpacks a zip with the modes of its files, which zipfile ignores."""
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = Path(opened.extract(member, folder))
            if not member.is_dir() and (mode := member.external_attr >> 16 & 0o777):
                path.chmod(mode | stat.S_IRUSR | stat.S_IWUSR)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="a folder, or a zip to pack again")
    parser.add_argument("output", type=Path, help="the package: .tar.gz or .zip")
    parser.add_argument("--within", default="", help="the top folder in the archive")
    parser.add_argument("--with", type=Path, action="append", default=[], dest="more", help="a folder with more files")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="metaface-") as scratch:
            folder = options.source
            if folder.is_file():
                unpack_zip(options.source, Path(scratch))
                folder = Path(scratch)
            pack([folder, *options.more], options.output, options.within)
    except (PackagingError, OSError, zipfile.BadZipFile) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
