"""Commands, as they stand in a block of the docs or in a help page."""

import re
import shlex
import subprocess
from dataclasses import dataclass

from pages import Block

# After these, a command names what it will have written.
_PROMISES = ("-o", "--output", "--report", "--write-rig-map")
_WRITERS = {"metaface", "node"}
# Such a run of `metaface batch` writes nothing but its report.
_WRITES_NOTHING = ("--dry-run", "--gather")


@dataclass(frozen=True)
class Command:
    """One command, perhaps of several lines."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


def of_block(block: Block) -> list[Command]:
    """A block cut into commands. A line that a shell would not end at goes on in the next."""
    found: list[Command] = []
    pending, begun = "", block.line
    for line, text in enumerate(block.text.splitlines(), block.line):
        if block.language == "console":
            # What follows $ is typed; all else is what comes back.
            if not pending and not text.startswith("$ "):
                continue
            text = text.removeprefix("$ ").removeprefix("> ")
        if not pending:
            begun = line
            if not text.strip() or text.lstrip().startswith("#"):
                continue
        pending += text + "\n"
        goes_on = "`" if block.language == "powershell" else "\\"
        if text.endswith(goes_on) or (block.language != "powershell" and not _is_whole(pending)):
            continue
        found.append(Command(block.page, begun, block.language, pending.strip()))
        pending = ""
    if pending:
        found.append(Command(block.page, begun, block.language, pending.strip()))
    return found


def of_help(name: str, text: str) -> list[Command]:
    """The examples of a help page: the lines after `Examples:` that begin with the program."""
    _, _, examples = text.partition("Examples:\n")
    lines = examples.splitlines()
    return [
        Command(name, number, "sh", line.strip())
        for number, line in enumerate(lines, 1)
        if line.startswith("  metaface ")
    ]


def promised(text: str) -> list[str]:
    """The files that a command line says it writes."""
    found: list[str] = []
    for words in _simple_commands(text):
        if not _WRITERS.intersection(words[:2]) or "--help" in words:
            continue
        quiet = any(word in _WRITES_NOTHING for word in words)
        for option, value in zip(words, words[1:]):
            if option in _PROMISES and not (quiet and option in ("-o", "--output")):
                found.append(value)
    return [name for name in found if not name.startswith("/dev/")]


def _simple_commands(text: str) -> list[list[str]]:
    # A line's end ends a command, and a comment.
    text = text.replace("\\\n", " ").replace("\n", "\n;")
    reader = shlex.shlex(text, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    found: list[list[str]] = [[]]
    try:
        words = list(reader)
    except ValueError:
        # A quote that is not closed promises nothing; the shell will say so.
        return []
    for word in words:
        if re.fullmatch(r"[();&|]+", word):
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def _is_whole(text: str) -> bool:
    return syntax_error(text) is None


def syntax_error(text: str) -> str | None:
    """What a shell has against the text, or none."""
    checked = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)
    return None if checked.returncode == 0 else checked.stderr.strip()
