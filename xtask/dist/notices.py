#!/usr/bin/env python3
"""Collects the third-party notices of a package from the sources of its linked crates.

    python xtask/dist/notices.py metaface-cli FOLDER [--target TRIPLE] [--cuda] [--part three.js]

Writes THIRD-PARTY-NOTICES.txt and the notices of the Rust library. The linked crates are those of cargo: the
normal dependencies for the target, without macros, build and test dependencies. A crate without a licence text
is an error.
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
RUST_NOTICES = "RUST-LIBRARY-NOTICES.html"

LICENCE_FILE = re.compile(r"(un)?licen[sc]e|copying|copyright|notice", re.IGNORECASE)
NOT_TEXT = {".rs", ".toml", ".py", ".json", ".html"}
# The start of the MIT licence, to recognise it.
MIT_START = "Permission is hereby granted, free of charge"

# For crates under MIT without a licence text.
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

# In every package, because metaface-exporters contains these gains.
METAHUMAN = (
    "The gains of the MetaHuman rig map were extracted from Epic's pose asset by the ARKitRemap project\n"
    "(https://github.com/Dylanyz/ARKitRemap, March 2026, commit 04c4149):\n\n"
    + MIT.format(owners="2026 Dylan G").rstrip()
)

# Other components of packages.
PARTS = {
    "libstdc++": "The GNU C++ library and libgcc, linked statically: GPL-3.0 with the GCC Runtime Library Exception "
    "3.1,\nwhich permits linking into programs of any licence. Source: https://gcc.gnu.org",
    "numpy": "NumPy is included without its tests, otherwise unmodified (BSD-3-Clause, https://numpy.org). Its notices,\n"
    "and those of OpenBLAS and of GCC's Fortran library, which it contains, are in python/numpy/*/numpy-*.dist-info.",
    "three.js": "three.js renders the preview page and is embedded in it (https://threejs.org):\n\n"
    + MIT.format(owners="2010-2026 three.js authors").rstrip(),
    "nanobind": "nanobind binds C++ to Python (BSD-3-Clause, in nanobind-LICENSE), and contains tsl::robin_map:\n\n"
    + MIT.format(owners="2017 Thibaut Goetghebuer-Planchon <tessil@gmx.com>").rstrip(),
}


class NoticesError(Exception):
    """The reason why the notices cannot be written, and the remedy."""


@dataclass(frozen=True)
class Crate:
    """A linked crate and the folder of its source."""

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
        """The source of this version, which the MPL requires to be available."""
        return f"https://static.crates.io/crates/{self.name}/{self.name}-{self.version}.crate"


@cache
def cargo(*arguments: str) -> str:
    command = ["cargo", *arguments, "--locked"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoticesError(f"{' '.join(command)} failed: build the program first\n{done.stderr.strip()}")
    return done.stdout


def linked(package: str, target: str, *, cuda: bool = False) -> list[Crate]:
    """All third-party crates that are linked into a package, sorted by name."""
    shape = ["--prefix", "none", "--no-dedupe", "--format", "{p}"]
    if cuda:
        shape += ["--features", f"{package}/cuda"]
    tree = cargo("tree", "-p", package, "-e", "normal,no-proc-macro", "--target", target, *shape)
    # "serde v1.0.229"; for a crate of the workspace, its path follows: "(/path)".
    wanted = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    known = json.loads(cargo("metadata", "--format-version", "1"))
    found = []
    for each in known["packages"]:
        if (each["name"], f"v{each['version']}") not in wanted or each["source"] is None:
            continue
        if not each["license"]:
            raise NoticesError(f"{each['name']} declares no licence")
        found.append(
            Crate(
                name=each["name"],
                version=each["version"],
                licence=each["license"].replace("/", " OR ").replace("  ", " "),
                owners=tuple(re.sub(r"\s*<.*?>", "", author) for author in each["authors"]),
                repository=repository_of(each["repository"] or ""),
                folder=Path(each["manifest_path"]).parent,
            )
        )
    if not found:
        raise NoticesError(f"cargo lists no dependencies of {package}")
    return sorted(found, key=lambda crate: (crate.name, crate.version))


def repository_of(address: str) -> str:
    """The repository of an address: `host/owner/name`, without folders inside it."""
    return "/".join(re.sub(r"^\w+://|\.git$", "", address).strip("/").split("/")[:3])


def texts_in(folder: Path) -> list[tuple[str, str]]:
    """The licence texts in a crate's folder: (file name, text), sorted by name."""
    found = []
    for path in sorted(folder.iterdir()):
        inside = sorted(path.iterdir()) if path.is_dir() and LICENCE_FILE.match(path.name) else [path]
        for file in inside:
            if file.is_file() and LICENCE_FILE.match(path.name) and file.suffix not in NOT_TEXT:
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                # cargo packs a symbolic link as a file with its target: "../../LICENSE-MIT".
                if len(text.split()) > 1:
                    found.append((file.name, text))
    return found


def preferred(licence: str, texts: list[tuple[str, str]]) -> list[str]:
    """The MIT texts, if a crate offers a choice that includes MIT; else all texts."""
    if "AND" not in licence and "MIT" in re.split(r"\s+OR\s+", licence):
        kept = [text for name, text in texts if MIT_START in normalised(text) or re.match("notice|copyright", name, re.I)]
        if any(MIT_START in normalised(text) for text in kept):
            return kept
    return [text for _, text in texts]


def normalised(text: str) -> str:
    return " ".join(text.split())


def texts_of(crate: Crate, crates: list[Crate]) -> list[str]:
    """The crate's texts; else those of another crate of the same repository; else the MIT text above."""
    texts = preferred(crate.licence, texts_in(crate.folder))
    if texts:
        return texts
    for sibling in crates:
        if crate.repository and sibling.repository == crate.repository:
            sibling_texts = preferred(crate.licence, texts_in(sibling.folder))
            if sibling_texts:
                return sibling_texts
    if "MIT" in re.split(r"\s+OR\s+", crate.licence):
        owners = ", ".join(crate.owners) or f"the authors of {crate.name}, https://{crate.repository}"
        return [MIT.format(owners=owners).strip()]
    raise NoticesError(f"{crate.title} ({crate.licence}) has no licence text: add one to {Path(__file__).name}")


def base_model() -> str:
    """The origin of the weights, from the model card."""
    card = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
    recordings = re.search(r"## Recordings\n+((?:\|.*\n)+)", card)
    if recordings is None:
        raise NoticesError("docs/model-card.md has no table under '## Recordings', which the notices quote")
    return (
        "The base model's weights are MetaFace's, under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).\n"
        "They were trained on synthetic speech and on these recordings:\n\n" + recordings[1].rstrip()
    )


def page(package: str, target: str, crates: list[Crate], parts: list[str]) -> str:
    """The text of THIRD-PARTY-NOTICES.txt."""
    by_text: dict[str, tuple[str, list[Crate]]] = {}
    for crate in crates:
        for text in texts_of(crate, crates):
            by_text.setdefault(normalised(text), (text, []))[1].append(crate)
    lines = [
        f"Third-party notices of {package} for {target}",
        "=" * 70,
        "",
        "MetaFace is under the MIT licence. It is linked with the works below, each under its own licence. If a work",
        "offers a choice of licences that includes MIT, MIT was chosen. The works are unmodified. The licence texts",
        "follow the list.",
        "",
        base_model(),
        "",
        METAHUMAN,
        "",
        f"The Rust library: MIT OR Apache-2.0; its notices are in {RUST_NOTICES}.",
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


def write(package: str, folder: Path, target: str | None, parts: list[str], *, cuda: bool) -> None:
    """Writes both files."""
    queries = {"target": ["rustc", "-vV"], "sysroot": ["rustc", "--print", "sysroot"]}
    outputs = {
        name: subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name, command in queries.items()
    }
    host = re.search(r"^host: (\S+)$", outputs["target"], re.MULTILINE)
    if target is None and host is not None:
        target = host[1]
    if target is None:
        raise NoticesError("cannot find rustc's target: give it with --target")
    crates = linked(package, target, cuda=cuda)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTICES).write_text(page(package, target, crates, parts), encoding="utf-8", newline="\n")
    library = Path(outputs["sysroot"].strip()) / "share/doc/rust/COPYRIGHT-library.html"
    if not library.is_file():
        raise NoticesError(f"{library} not found: install Rust 1.86 or later with rustup")
    shutil.copyfile(library, folder / RUST_NOTICES)
    print(f"{folder / NOTICES}: {len(crates)} crates")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", help="a package of the workspace, such as metaface-sdk")
    parser.add_argument("folder", type=Path, help="the output folder")
    parser.add_argument("--target", help="the target of the build; defaults to this machine's")
    parser.add_argument("--cuda", action="store_true", help="the package is compiled with CUDA")
    parser.add_argument("--part", action="append", default=[], choices=sorted(PARTS), help="another component")
    options = parser.parse_args()
    try:
        write(options.package, options.folder, options.target, options.part, cuda=options.cuda)
    except NoticesError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
