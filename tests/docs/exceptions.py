"""Reads `exceptions.toml`: the commands that are not run unchanged, with the reasons."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("exceptions.toml")
KINDS = ("instead", "until", "elsewhere", "not_run")


@dataclass(frozen=True)
class CommandException:
    """One entry of the list."""

    kind: str
    page: str
    command: str
    why: str
    run: str = ""  # instead, until: the command to run,
    swap: dict[str, str] = field(default_factory=dict, hash=False)  # or replacements within the command
    makes: str = ""  # until: the command is interrupted when this file exists
    code: int = 0  # until: the expected exit code
    by: str = ""  # elsewhere: the file of the test that runs it

    def replacement(self, command: str) -> str:
        """The command to run instead of `command`."""
        command = self.run or command
        for old, new in self.swap.items():
            command = command.replace(old, new)
        return command

    def matches(self, page: str, command: str) -> bool:
        """Whether the entry is for this command of this page."""
        return _matches(self.page, page) and _matches(self.command, " ".join(command.split()))

    def __str__(self) -> str:
        return f"[[{self.kind}]] {self.page}: {self.command}"


@cache
def every() -> tuple[CommandException, ...]:
    """The whole list, in order."""
    listed = _listed()
    unknown = set(listed) - {*KINDS, "code"}
    assert not unknown, f"{LIST.name}: {unknown} is unknown; use one of {KINDS}"
    return tuple(
        CommandException(kind, entry.pop("page", "*"), entry.pop("command", "*"), **entry)
        for kind in KINDS
        for entry in (dict(entry) for entry in listed.get(kind, []))
    )


def of(page: str, command: str) -> CommandException | None:
    """The first entry for this command, or None."""
    return next((entry for entry in every() if entry.matches(page, command)), None)


def every_code() -> list[dict[str, str]]:
    """The code blocks that are not run here: `page`, `language`, `why`, and `by`, the test that runs them."""
    return _listed().get("code", [])


def of_code(page: str, language: str) -> dict[str, str] | None:
    """The entry for a page's code in a language, or None."""
    entries = every_code()
    return next((e for e in entries if (e["page"], e["language"]) == (page, language)), None)


@cache
def _listed() -> dict:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def _matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern, in which `*` matches any text."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None
