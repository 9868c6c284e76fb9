"""Stands in for `cargo` while the commands of the docs are run: nothing is compiled, nothing installed.

- `cargo metaface` runs the program, which is built already.
- `cargo xtask` prints the steps of the chore (`--print`): its words are read by the chore itself.
- `cargo build`, `run`, `test` and the like: what they name, a package, a test, an example, must exist.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VALUED = ("-p", "--package", "--test", "--example", "--bin", "--bench", "--features")
KNOWN = ("build", "run", "test", "check", "clippy", "doc")


def fail(reason: str) -> None:
    sys.exit(f"cargo (as the docs' test stands in for it): {reason}")


def workspace() -> dict[str, dict]:
    """The packages of the workspace by name."""
    asked = ["metadata", "--no-deps", "--format-version=1", "--offline"]
    folders = os.environ["PATH"].split(os.pathsep)[1:]
    real = {**os.environ, "PATH": os.pathsep.join(folders)}
    told = subprocess.run(["env", "cargo", *asked], cwd=ROOT, env=real, capture_output=True)
    if told.returncode != 0:
        fail(told.stderr.decode())
    return {package["name"]: package for package in json.loads(told.stdout)["packages"]}


def filtered(words: list[str], chosen: list[dict]) -> None:
    """Whether the tests that `cargo test` is to pick by a part of their names exist."""
    named = [
        word
        for before, word in zip(["", *words], words)
        if not word.startswith("-") and not (before.startswith("-") and before in VALUED)
    ]
    for name in named:
        sources = [Path(package["manifest_path"]).parent for package in chosen]
        search = ["grep", "-rqE", "--include=*.rs", f"(fn|mod) \\w*{name}", *map(str, sources)]
        if subprocess.run(search).returncode != 0:
            fail(f"no test is called {name}")


def looked_up(chore: str, words: list[str]) -> None:
    """Whether there is what a command names."""
    everything = [word for word in words if word != "--"]
    words = words[: words.index("--")] if "--" in words else words
    packages = workspace()
    chosen = []
    for option, value in zip(words, words[1:]):
        if option in ("-p", "--package"):
            if value not in packages:
                fail(f"no package {value}")
            chosen.append(packages[value])
    chosen = chosen or list(packages.values())
    for option, value in zip(words, words[1:]):
        kind = option.removeprefix("--")
        targets = [target for package in chosen for target in package["targets"]]
        if kind in ("test", "example", "bin", "bench"):
            if not any(kind in target["kind"] and value == target["name"] for target in targets):
                fail(f"no {kind} {value} there")
        if kind == "features":
            known = {name for package in chosen for name in package["features"]}
            if set(value.split(",")) - known:
                fail(f"no feature {value} there")
    if chore == "test":
        filtered(everything, chosen)


def main() -> None:
    chore, *words = sys.argv[1:] or ["help"]
    if chore == "metaface":
        os.execv(os.environ["METAFACE_PROGRAM"], ["metaface", *words])
    if chore == "xtask":
        os.execv(os.environ["METAFACE_XTASK"], ["xtask", *words, "--print"])
    if chore not in KNOWN:
        fail(f"`cargo {chore}` is unknown here: list the command in {ROOT / 'tests/docs/exceptions.toml'}")
    looked_up(chore, words)


if __name__ == "__main__":
    main()
