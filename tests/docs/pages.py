"""Reads the project's Markdown pages: code blocks, inline code, headings and links, with line numbers."""

import re
import subprocess
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]

# The languages of blocks with commands. An indented block without a fence also holds commands.
SHELLS = {"sh", "bash", "console", "powershell", "indented"}

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Block:
    """A block of code."""

    page: str
    line: int  # of the first line of code, from 1
    language: str  # the first word after the fence; `indented` without a fence
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Phrase:
    """Inline code, or the target of a link or a picture."""

    page: str
    line: int  # the first line of its paragraph
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def every_page() -> tuple[str, ...]:
    """All Markdown files that git does not ignore, as paths from the root."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(name for name in names.splitlines() if (ROOT / name).is_file()))


@cache
def _tokens(page: str):
    return _MARKDOWN.parse((ROOT / page).read_text(encoding="utf-8"))


@cache
def blocks(page: str) -> tuple[Block, ...]:
    """The page's blocks of code, in order."""
    found = []
    for token in _tokens(page):
        if token.type == "fence":
            language = (token.info.split() or [""])[0]
            found.append(Block(page, token.map[0] + 2, language, token.content))
        elif token.type == "code_block":
            found.append(Block(page, token.map[0] + 1, "indented", token.content))
    return tuple(found)


def shell_blocks(page: str) -> list[Block]:
    """The page's blocks with commands, in order."""
    return [block for block in blocks(page) if block.language in SHELLS]


def _inline(page: str):
    for token in _tokens(page):
        if token.type == "inline":
            for child in token.children:
                yield token.map[0] + 1, child


def inline_code(page: str) -> list[Phrase]:
    """The page's inline code."""
    code = [(line, child.content) for line, child in _inline(page) if child.type == "code_inline"]
    return [Phrase(page, line, " ".join(text.split())) for line, text in code]


def links(page: str) -> list[Phrase]:
    """The targets of the page's links and pictures, as written."""
    found = []
    for line, child in _inline(page):
        target = child.attrGet("href") if child.type == "link_open" else None
        target = child.attrGet("src") if child.type == "image" else target
        if target is not None:
            found.append(Phrase(page, line, str(target)))
    return found


@cache
def anchors(page: str) -> frozenset[str]:
    """The page's anchors: its headings, numbered as on GitHub and in mdBook."""
    found: set[str] = set()
    tokens = _tokens(page)
    for opening, inside in zip(tokens, tokens[1:]):
        if opening.type != "heading_open":
            continue
        heading = "".join(child.content for child in inside.children or [])
        anchor = slug(heading)
        number = 0
        while (anchor if number == 0 else f"{anchor}-{number}") in found:
            number += 1
        found.add(anchor if number == 0 else f"{anchor}-{number}")
    return frozenset(found)


def slug(heading: str) -> str:
    """The anchor of a heading: lower case, hyphens for spaces, no punctuation."""
    kept = unicodedata.normalize("NFC", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", kept).replace(" ", "-")
