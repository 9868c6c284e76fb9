#!/usr/bin/env python3
"""Packs a folder so that the same files are the same bytes, whoever packs them and whenever.

    python xtask/dist/archive.py FOLDER package.tar.gz --within metaface-0.1.0 --with NOTICES
    python xtask/dist/archive.py some.zip package.zip

Sorted, of one time and of nobody. A zip that is given instead of a folder is packed anew. Symbolic links
stay what they are in a .tar.gz; a zip, which not every host unpacks with links, has none to take.
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

# The first moment that a zip can name.
TIME = (1980, 1, 1, 0, 0, 0)
SECONDS = 315532800
LEFT_OUT = {"__pycache__", ".DS_Store"}


class Refused(Exception):
    """What stands in the way, and the remedy."""


def members(folder: Path) -> list[tuple[str, Path]]:
    """All files and links below a folder, by the names that they have in the archive, sorted."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in [*files, *links]:
            path = Path(place, name)
            if name not in LEFT_OUT:
                found.append((path.relative_to(folder).as_posix(), path))
    if not found:
        raise Refused(f"{folder} is empty or not there: build what goes into the package first")
    return sorted(found)


def mode_of(path: Path) -> int:
    """Programs may be run, all else may be read; what one's umask says does not travel."""
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
                raise Refused(f"{path} is a link, which a zip cannot be trusted with: copy the file instead")
            member = zipfile.ZipInfo(name, TIME)
            member.create_system = 3  # Unix: the only one whose modes are kept
            member.external_attr = (stat.S_IFREG | mode_of(path)) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as content, archive.open(member, "w", force_zip64=True) as packed:
                while piece := content.read(1 << 20):
                    packed.write(piece)


def pack(folders: list[Path], output: Path, within: str = "") -> None:
    """Several folders as one, where one name is in two of them the first's. Whole or not at all."""
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
            raise Refused(f"{output.name}: a package ends in .tar.gz or .zip")
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def unpack_zip(archive: Path, folder: Path) -> None:
    """With the modes, which zipfile alone forgets."""
    with zipfile.ZipFile(archive) as held:
        for member in held.infolist():
            path = Path(held.extract(member, folder))
            if not member.is_dir() and (mode := member.external_attr >> 16 & 0o777):
                path.chmod(mode | stat.S_IRUSR | stat.S_IWUSR)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="a folder, or a zip to pack anew")
    parser.add_argument("output", type=Path, help="what to write: .tar.gz or .zip")
    parser.add_argument("--within", default="", help="the folder that all is in, in the archive")
    parser.add_argument("--with", type=Path, action="append", default=[], dest="more", help="another folder's files too")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="metaface-") as scratch:
            folder = options.source
            if folder.is_file():
                unpack_zip(options.source, Path(scratch))
                folder = Path(scratch)
            pack([folder, *options.more], options.output, options.within)
    except (Refused, OSError, zipfile.BadZipFile) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
