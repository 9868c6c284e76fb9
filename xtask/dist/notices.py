#!/usr/bin/env python3
"""The notices of everything that is linked into one of our packages, from the crates' own sources.

    python xtask/dist/notices.py metaface-cli FOLDER [--target TRIPLE] [--part three.js]

Writes THIRD-PARTY-NOTICES.txt, and beside it what the Rust library says about itself. What is linked is
what cargo says: normal dependencies for that target, neither macros nor what only builds and tests.
A crate without a text that can be shown is an error.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTICES = "THIRD-PARTY-NOTICES.txt"
OF_RUST = "RUST-LIBRARY-NOTICES.html"

TEXTS = re.compile(r"(un)?licen[sc]e|copying|copyright|notice", re.IGNORECASE)
CODE = {".rs", ".toml", ".py", ".json", ".html"}
# Enough of a text to know it again.
MIT_SAYS = "Permission is hereby granted, free of charge"

# Written for crates that say MIT and carry no text of it.
MIT = """\
MIT License

Copyright (c) {owners}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of
the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE.
"""

# In every package: metaface-exporters holds them.
METAHUMAN = (
    "The gains of the MetaHuman rig map were read off Epic's pose asset by the ARKitRemap project\n"
    "(https://github.com/Dylanyz/ARKitRemap, March 2026, commit 04c4149):\n\n"
    + MIT.format(owners="2026 Dylan G").rstrip()
)

# What a package may hold beside crates.
PARTS = {
    "libstdc++": "The GNU C++ library and libgcc, linked statically: GPL-3.0 with the GCC Runtime Library Exception "
    "3.1,\nwhich lets programs of any licence hold them. Source: https://gcc.gnu.org",
    "numpy": "NumPy lies beside, unchanged but for its tests (BSD-3-Clause, https://numpy.org). Its own notices, and\n"
    "those of OpenBLAS and of GCC's Fortran library, which it brings, are in python/numpy/*/numpy-*.dist-info.",
    "three.js": "three.js draws the preview page, and stands in it (https://threejs.org):\n\n"
    + MIT.format(owners="2010-2026 three.js authors").rstrip(),
    "nanobind": "nanobind joins C++ and Python (BSD-3-Clause, in nanobind-LICENSE), and holds tsl::robin_map:\n\n"
    + MIT.format(owners="2017 Thibaut Goetghebuer-Planchon <tessil@gmx.com>").rstrip(),
}


class Refused(Exception):
    """What stands in the way, and the remedy."""


@dataclass(frozen=True)
class Crate:
    """A crate that is linked, and where its source lies."""

    name: str
    version: str
    licence: str
    owners: tuple[str, ...]
    repository: str
    folder: Path

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def source(self) -> str:
        """This very version, for whoever wants it: the MPL asks for that."""
        return f"https://static.crates.io/crates/{self.name}/{self.name}-{self.version}.crate"


@cache
def cargo(*arguments: str) -> str:
    command = ["cargo", *arguments, "--locked"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{' '.join(command)} fails: build the program first\n{done.stderr.strip()}")
    return done.stdout


def linked(package: str, target: str) -> list[Crate]:
    """Every crate of others that is linked into a package, by name."""
    shape = ["--prefix", "none", "--no-dedupe", "--format", "{p}"]
    tree = cargo("tree", "-p", package, "-e", "normal,no-proc-macro", "--target", target, *shape)
    # "serde v1.0.229", and more behind it for a crate of ours: "(/where/it/lies)".
    wanted = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    known = json.loads(cargo("metadata", "--format-version", "1"))
    found = []
    for each in known["packages"]:
        if (each["name"], f"v{each['version']}") not in wanted or each["source"] is None:
            continue
        if not each["license"]:
            raise Refused(f"{each['name']} names no licence")
        found.append(
            Crate(
                name=each["name"],
                version=each["version"],
                licence=each["license"].replace("/", " OR ").replace("  ", " "),
                owners=tuple(re.sub(r"\s*<.*?>", "", author) for author in each["authors"]),
                repository=of_owner(each["repository"] or ""),
                folder=Path(each["manifest_path"]).parent,
            )
        )
    if not found:
        raise Refused(f"cargo names nothing that {package} is linked with")
    return sorted(found, key=lambda crate: (crate.name, crate.version))


def of_owner(address: str) -> str:
    """The repository that an address is of: `host/owner/name`, whatever folder inside it is named."""
    return "/".join(re.sub(r"^\w+://|\.git$", "", address).strip("/").split("/")[:3])


def texts_in(folder: Path) -> list[tuple[str, str]]:
    """The texts that lie with a crate, by name."""
    found = []
    for path in sorted(folder.iterdir()):
        inside = sorted(path.iterdir()) if path.is_dir() and TEXTS.match(path.name) else [path]
        for file in inside:
            if file.is_file() and TEXTS.match(path.name) and file.suffix not in CODE:
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                # A link of the repository is packed as the one word that it leads to: "../../LICENSE-MIT".
                if len(text.split()) > 1:
                    found.append((file.name, text))
    return found


def chosen(licence: str, texts: list[tuple[str, str]]) -> list[str]:
    """Of the licences that a crate leaves to choose from, MIT; else all that it says."""
    if "AND" not in licence and "MIT" in re.split(r"\s+OR\s+", licence):
        kept = [text for name, text in texts if MIT_SAYS in flat(text) or re.match("notice|copyright", name, re.I)]
        if any(MIT_SAYS in flat(text) for text in kept):
            return kept
    return [text for _, text in texts]


def flat(text: str) -> str:
    return " ".join(text.split())


def texts_of(crate: Crate, crates: list[Crate]) -> list[str]:
    """The crate's own texts; else those of its repository that came with another crate; else written here."""
    own = chosen(crate.licence, texts_in(crate.folder))
    if own:
        return own
    for sibling in crates:
        if crate.repository and sibling.repository == crate.repository:
            theirs = chosen(crate.licence, texts_in(sibling.folder))
            if theirs:
                return theirs
    if "MIT" in re.split(r"\s+OR\s+", crate.licence):
        owners = ", ".join(crate.owners) or f"the authors of {crate.name}, https://{crate.repository}"
        return [MIT.format(owners=owners).strip()]
    raise Refused(f"{crate.title} ({crate.licence}) has no text with it: give {Path(__file__).name} one")


def base_model() -> str:
    """What the weights were made from, as the model card says it."""
    card = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
    recordings = re.search(r"## Recordings\n+((?:\|.*\n)+)", card)
    if recordings is None:
        raise Refused("docs/model-card.md has no table of Recordings any more, which the notices quote")
    return (
        "The base model's weights are the project's own and under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).\n"
        "They were learned from synthetic speech and from these recordings:\n\n" + recordings[1].rstrip()
    )


def page(package: str, target: str, crates: list[Crate], parts: list[str]) -> str:
    """The whole of it."""
    by_text: dict[str, tuple[str, list[Crate]]] = {}
    for crate in crates:
        for text in texts_of(crate, crates):
            by_text.setdefault(flat(text), (text, []))[1].append(crate)
    lines = [
        f"What {package} for {target} holds of others",
        "=" * 70,
        "",
        "MetaFace is under the MIT licence. Linked into it are the works below, each under its own licence;",
        "where one leaves a choice, MIT was chosen if it is among them. None of them was changed. The texts follow",
        "the list.",
        "",
        base_model(),
        "",
        METAHUMAN,
        "",
        f"The Rust library: MIT OR Apache-2.0; {OF_RUST} has its notices.",
        *("\n" + PARTS[part] for part in parts),
        "",
        f"Crates: {len(crates)}",
        "-" * 70,
        *(f"{crate.title}  |  {crate.licence}  |  {crate.source}" for crate in crates),
    ]
    for text, users in sorted(by_text.values(), key=lambda group: (-len(group[1]), group[1][0].name)):
        names = ", ".join(dict.fromkeys(user.title for user in users))
        lines += ["", "=" * 70, f"For {names}:", "-" * 70, "", text]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def write(package: str, folder: Path, target: str | None, parts: list[str]) -> None:
    """Both files."""
    asked = {"target": ["rustc", "-vV"], "sysroot": ["rustc", "--print", "sysroot"]}
    answers = {
        name: subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name, command in asked.items()
    }
    host = re.search(r"^host: (\S+)$", answers["target"], re.MULTILINE)
    if target is None and host is not None:
        target = host[1]
    if target is None:
        raise Refused("rustc does not say which system it builds for: name one with --target")
    crates = linked(package, target)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTICES).write_text(page(package, target, crates, parts), encoding="utf-8", newline="\n")
    library = Path(answers["sysroot"].strip()) / "share/doc/rust/COPYRIGHT-library.html"
    if not library.is_file():
        raise Refused(f"Rust came without {library}: install it with rustup, 1.86 or later")
    shutil.copyfile(library, folder / OF_RUST)
    print(f"{folder / NOTICES}: {len(crates)} crates")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", help="the workspace's package that is linked, such as metaface-sdk")
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--target", help="the system that it was built for; this one if not told")
    parser.add_argument("--part", action="append", default=[], choices=sorted(PARTS), help="what else is inside")
    options = parser.parse_args()
    try:
        write(options.package, options.folder, options.target, options.part)
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
