"""The commands that are not run as they stand, and why: `exceptions.toml`."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("exceptions.toml")
KINDS = ("instead", "until", "elsewhere", "not_run")


@dataclass(frozen=True)
class Exception_:
    """One entry of the list."""

    kind: str
    page: str
    command: str
    why: str
    run: str = ""  # instead: what is run in its place,
    swap: dict[str, str] = field(default_factory=dict, hash=False)  # or what stands for what in it
    makes: str = ""  # until: what is there once it is at work; then it is interrupted
    code: int = 0  # until: what it exits with then
    by: str = ""  # elsewhere: the file that runs it

    def runs(self, command: str) -> str:
        """What is run for a command."""
        command = self.run or command
        for text, other in self.swap.items():
            command = command.replace(text, other)
        return command

    def is_of(self, page: str, command: str) -> bool:
        """Whether it speaks of this command of this page."""
        return _matches(self.page, page) and _matches(self.command, " ".join(command.split()))

    def __str__(self) -> str:
        return f"[[{self.kind}]] {self.page}: {self.command}"


@cache
def every() -> tuple[Exception_, ...]:
    """The whole list, in order."""
    listed = _listed()
    unknown = set(listed) - {*KINDS, "code"}
    assert not unknown, f"{LIST.name}: {unknown} is none of {KINDS}"
    return tuple(
        Exception_(kind, entry.pop("page", "*"), entry.pop("command", "*"), **entry)
        for kind in KINDS
        for entry in (dict(entry) for entry in listed.get(kind, []))
    )


def of(page: str, command: str) -> Exception_ | None:
    """The first entry that speaks of this command."""
    return next((entry for entry in every() if entry.is_of(page, command)), None)


def every_code() -> list[dict[str, str]]:
    """The code, other than commands, that is not run here: `page`, `language`, `why`, and `by` whom it is run."""
    return _listed().get("code", [])


def of_code(page: str, language: str) -> dict[str, str] | None:
    """Who runs the code of this page in this language."""
    entries = every_code()
    return next((e for e in entries if (e["page"], e["language"]) == (page, language)), None)


@cache
def _listed() -> dict:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def _matches(pattern: str, text: str) -> bool:
    """Whether a text is the pattern, in which `*` stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None
