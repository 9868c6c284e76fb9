"""Reads the commands in a code block of the docs or in a help page."""

import re
import shlex
import subprocess
from dataclasses import dataclass

from pages import Block

# The options that name a file which the command writes.
_OUTPUT_OPTIONS = ("-o", "--output", "--report", "--write-rig-map")
_WRITING_PROGRAMS = {"metaface", "node"}
# With these, `metaface batch` only writes its report.
_REPORT_ONLY = ("--dry-run", "--gather")


@dataclass(frozen=True)
class Command:
    """One command, of one or more lines."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


def of_block(block: Block) -> list[Command]:
    """Splits a block into commands. A command continues on the next line as in a shell."""
    found: list[Command] = []
    pending, first_line = "", block.line
    for line, text in enumerate(block.text.splitlines(), block.line):
        if block.language == "console":
            # A line after $ is a command; other lines are output.
            if not pending and not text.startswith("$ "):
                continue
            text = text.removeprefix("$ ").removeprefix("> ")
        if not pending:
            first_line = line
            if not text.strip() or text.lstrip().startswith("#"):
                continue
        pending += text + "\n"
        continuation = "`" if block.language == "powershell" else "\\"
        if text.endswith(continuation) or (block.language != "powershell" and not _is_complete(pending)):
            continue
        found.append(Command(block.page, first_line, block.language, pending.strip()))
        pending = ""
    if pending:
        found.append(Command(block.page, first_line, block.language, pending.strip()))
    return found


def of_help(name: str, text: str) -> list[Command]:
    """The examples of a help page: the lines after `Examples:` that begin with the program's name."""
    _, _, examples = text.partition("Examples:\n")
    lines = examples.splitlines()
    return [
        Command(name, number, "sh", line.strip())
        for number, line in enumerate(lines, 1)
        if line.startswith("  metaface ")
    ]


def output_files(text: str) -> list[str]:
    """The files that a command line writes."""
    found: list[str] = []
    for words in _simple_commands(text):
        if not _WRITING_PROGRAMS.intersection(words[:2]) or "--help" in words:
            continue
        report_only = any(word in _REPORT_ONLY for word in words)
        for option, value in zip(words, words[1:]):
            if option in _OUTPUT_OPTIONS and not (report_only and option in ("-o", "--output")):
                found.append(value)
    return [name for name in found if not name.startswith("/dev/")]


def _simple_commands(text: str) -> list[list[str]]:
    # The end of a line ends a command and a comment.
    text = text.replace("\\\n", " ").replace("\n", "\n;")
    reader = shlex.shlex(text, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    found: list[list[str]] = [[]]
    try:
        words = list(reader)
    except ValueError:
        # The shell reports the missing quotation mark.
        return []
    for word in words:
        if re.fullmatch(r"[();&|]+", word):
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def _is_complete(text: str) -> bool:
    return syntax_error(text) is None


def syntax_error(text: str) -> str | None:
    """The shell's syntax error, or None."""
    checked = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)
    return None if checked.returncode == 0 else checked.stderr.strip()
