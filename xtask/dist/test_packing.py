#!/usr/bin/env python3
"""Tests of the packing scripts on small folders: python xtask/dist/test_packing.py"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

import archive
import listing
import notices

FILES = {"README.md": b"read me", "bin/tool": b"#!/bin/sh\n", "lib/ünïcode name.txt": b"text" * 1000}


class Packing(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory(prefix="metaface-")
        self.addCleanup(scratch.cleanup)
        self.place = Path(scratch.name)

    def folder(self, name: str, names: list[str], mode: int, time: int) -> Path:
        """The same files with a given order of creation, mode and time."""
        for file in names:
            path = self.place / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(FILES[file])
            path.chmod(mode | (0o111 if file == "bin/tool" else 0))
            os.utime(path, (time, time))
        return self.place / name

    def test_the_same_files_are_the_same_bytes(self) -> None:
        first = self.folder("first", sorted(FILES), 0o644, 1_700_000_000)
        second = self.folder("second", sorted(FILES, reverse=True), 0o600, 1_800_000_000)
        (second / "__pycache__").mkdir()
        (second / "__pycache__/left.pyc").write_bytes(b"out")
        for ending in (".tar.gz", ".zip"):
            made = [self.place / f"{folder.name}{ending}" for folder in (first, second)]
            for folder, output in zip((first, second), made):
                archive.pack([folder], output, "metaface-1")
            self.assertEqual(made[0].read_bytes(), made[1].read_bytes(), ending)

    @unittest.skipIf(sys.platform == "win32", "Windows has neither modes nor symbolic links")
    def test_programs_stay_executable_and_links_stay_links(self) -> None:
        folder = self.folder("some", list(FILES), 0o644, 1_700_000_000)
        archive.pack([folder], self.place / "some.zip")
        archive.unpack_zip(self.place / "some.zip", self.place / "back")
        self.assertEqual((self.place / "back/bin/tool").stat().st_mode & 0o777, 0o755)
        (folder / "lib/link.txt").symlink_to("ünïcode name.txt")
        archive.pack([folder], self.place / "some.tar.gz")
        with tarfile.open(self.place / "some.tar.gz") as held:
            self.assertTrue(held.getmember("lib/link.txt").issym())
        with self.assertRaisesRegex(archive.PackagingError, "link"):
            archive.pack([folder], self.place / "again.zip")
        self.assertFalse((self.place / "again.zip").exists() or (self.place / "again.zip.part").exists())

    def test_notices_are_added_without_replacing_files(self) -> None:
        folder = self.folder("some", list(FILES), 0o644, 1_700_000_000)
        (self.place / "notices").mkdir()
        for name in ("LICENSE", "README.md"):
            (self.place / "notices" / name).write_bytes(b"another")
        archive.pack([folder, self.place / "notices"], self.place / "some.zip")
        with zipfile.ZipFile(self.place / "some.zip") as held:
            self.assertEqual(sorted(held.namelist()), sorted([*FILES, "LICENSE"]))
            self.assertEqual(held.read("README.md"), FILES["README.md"])

    def test_a_missing_folder_is_an_error(self) -> None:
        with self.assertRaisesRegex(archive.PackagingError, "build"):
            archive.pack([self.place / "nothing"], self.place / "x.zip")

    def test_the_listing_has_checksums_and_the_required_c_library(self) -> None:
        wheel = self.place / "wheel/inner.whl"
        wheel.parent.mkdir()
        with zipfile.ZipFile(wheel, "w") as held:
            held.writestr("a.so", b"\x7fELF\0GLIBC_2.2.5\0GLIBC_2.17\0GLIBC_2.4\0")
        dist = self.place / "dist"
        archive.pack([wheel.parent], dist / "outer.zip")
        row = listing.row(dist / "outer.zip")
        self.assertEqual((row["glibc"], row["files"]), ("2.17", 1))
        script = Path(listing.__file__)
        subprocess.run([sys.executable, script, dist], check=True, capture_output=True)
        self.assertEqual((dist / "SHA256SUMS").read_text(), f"{row['sha256']}  outer.zip\n")
        self.assertEqual(json.loads((dist / "packages.json").read_text())["packages"], [row])


class Notices(unittest.TestCase):
    def test_mit_is_preferred_if_there_is_a_choice(self) -> None:
        mit, apache = ("LICENSE-MIT", notices.MIT), ("LICENSE-APACHE", "Apache License, Version 2.0")
        self.assertEqual(notices.preferred("MIT OR Apache-2.0", [apache, mit]), [notices.MIT])
        self.assertEqual(notices.preferred("Apache-2.0", [apache]), [apache[1]])
        self.assertEqual(len(notices.preferred("(MIT OR Apache-2.0) AND Unicode-3.0", [apache, mit])), 2)

    def test_a_packed_link_is_not_a_licence_text(self) -> None:
        with tempfile.TemporaryDirectory(prefix="metaface-") as place:
            Path(place, "LICENSE-MIT").write_text("../../LICENSE-MIT", encoding="utf-8")
            Path(place, "LICENSE-APACHE").write_text("Apache License, Version 2.0", encoding="utf-8")
            self.assertEqual([name for name, _ in notices.texts_in(Path(place))], ["LICENSE-APACHE"])

    def test_every_crate_of_the_program_has_a_licence_text_on_every_system(self) -> None:
        for target in ("x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"):
            crates = notices.linked("metaface-cli", target)
            page = notices.page("metaface-cli", target, crates, [])
            for crate in crates:
                self.assertRegex(page, rf"\nFor .*{re.escape(crate.title)}", target)

    def test_the_sources_of_mpl_crates_are_listed(self) -> None:
        target = "x86_64-unknown-linux-gnu"
        page = notices.page("metaface-cli", target, notices.linked("metaface-cli", target), [])
        self.assertRegex(page, r"symphonia-core \S+  \|  MPL-2.0  \|  https://static.crates.io/\S+\.crate")
        self.assertIn("Mozilla Public License", page)
        self.assertIn("LibriSpeech", page)
        self.assertIn("ARKitRemap", page)


if __name__ == "__main__":
    unittest.main()
