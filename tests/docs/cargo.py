"""Stands in for `cargo` while the commands of the docs are run: nothing is compiled, nothing installed.

- `cargo metaface` runs the program, which is built already.
- `cargo xtask` prints the steps of the chore (`--print`): its words are read by the chore itself.
- `cargo build`, `run`, `test`, `bench`: what they name, a package, a test, an example, must exist.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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


def looked_up(words: list[str]) -> None:
    """Whether there is what a command names."""
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
            missing = [name for name in value.split(",") if all(name not in package["features"] for package in chosen)]
            if missing:
                fail(f"no feature {missing} there")


def main() -> None:
    chore, *words = sys.argv[1:] or ["help"]
    if chore == "metaface":
        os.execv(os.environ["METAFACE_PROGRAM"], ["metaface", *words])
    if chore == "xtask":
        os.execv(os.environ["METAFACE_XTASK"], ["xtask", *words, "--print"])
    if chore not in KNOWN:
        fail(f"`cargo {chore}` is unknown here: list the command in {ROOT / 'tests/docs/exceptions.toml'}")
    looked_up(words)


if __name__ == "__main__":
    main()
