"""A stand-in for `cargo` in the tests of the docs: it compiles and installs nothing.

- `cargo metaface` runs the program, which is already built.
- `cargo xtask` prints the task's steps (`--print`), so that xtask itself parses the arguments.
- `cargo build`, `run`, `test` and the like: checks that the named packages, tests and examples exist.
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
    sys.exit(f"cargo (the stand-in {Path(__file__).name}): {reason}")


def workspace_packages() -> dict[str, dict]:
    """The packages of the workspace by name."""
    arguments = ["metadata", "--no-deps", "--format-version=1", "--offline"]
    folders = os.environ["PATH"].split(os.pathsep)[1:]
    variables = {**os.environ, "PATH": os.pathsep.join(folders)}
    metadata = subprocess.run(["env", "cargo", *arguments], cwd=ROOT, env=variables, capture_output=True)
    if metadata.returncode != 0:
        fail(metadata.stderr.decode())
    return {package["name"]: package for package in json.loads(metadata.stdout)["packages"]}


def check_test_filter(words: list[str], packages: list[dict]) -> None:
    """Fails if no test matches a name that is passed to `cargo test`."""
    names = [
        word
        for before, word in zip(["", *words], words)
        if not word.startswith("-") and not (before.startswith("-") and before in VALUED)
    ]
    for name in names:
        # Only these folders: other packages lie inside some packages' folders.
        folders = [Path(package["manifest_path"]).parent for package in packages]
        sources = [folder / kind for folder in folders for kind in ("src", "tests", "examples")]
        existing = [str(source) for source in sources if source.exists()]
        for part in filter(None, name.split("::")):
            search = ["grep", "-rqE", "--include=*.rs", f"(fn|mod) \\w*{part}", *existing]
            if subprocess.run(search).returncode != 0:
                fail(f"no test is named {name}")


def check_names(subcommand: str, words: list[str]) -> None:
    """Fails if a named package, target, feature or test does not exist."""
    all_words = [word for word in words if word != "--"]
    words = words[: words.index("--")] if "--" in words else words
    packages = workspace_packages()
    selected = []
    for option, value in zip(words, words[1:]):
        if option in ("-p", "--package"):
            if value not in packages:
                fail(f"there is no package {value}")
            selected.append(packages[value])
    selected = selected or list(packages.values())
    for option, value in zip(words, words[1:]):
        kind = option.removeprefix("--")
        targets = [target for package in selected for target in package["targets"]]
        if kind in ("test", "example", "bin", "bench"):
            if not any(kind in target["kind"] and value == target["name"] for target in targets):
                fail(f"there is no {kind} {value}")
        if kind == "features":
            known = {name for package in selected for name in package["features"]}
            known |= {f"{package['name']}/{name}" for package in selected for name in package["features"]}
            if set(value.split(",")) - known:
                fail(f"there is no feature {value}")
    if subcommand == "test":
        check_test_filter(all_words, selected)


def main() -> None:
    subcommand, *words = sys.argv[1:] or ["help"]
    if subcommand == "metaface":
        os.execv(os.environ["METAFACE_PROGRAM"], ["metaface", *words])
    if subcommand == "xtask":
        os.execv(os.environ["METAFACE_XTASK"], ["xtask", "--print", *words])
    if subcommand not in KNOWN:
        fail(f"`cargo {subcommand}` is not supported: add the command to {ROOT / 'tests/docs/exceptions.toml'}")
    check_names(subcommand, words)


if __name__ == "__main__":
    main()
