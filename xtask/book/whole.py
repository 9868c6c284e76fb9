"""mdBook's preprocessor: makes README and CONTRIBUTING, which lie above docs/, pages of the book.

They move beside the others, and links follow: those between pages of the book, and those that leave it for
a file of the repository, which the book in target/book finds again two folders up.
"""

import json
import posixpath
import re
import sys

SOURCE = "docs"  # book.toml's src
HOME = "../.."  # the repository, as seen from book.toml's build-dir
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
FENCE = re.compile(r"^ {0,3}(```|~~~)")


def chapters(items):
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter:
            yield chapter
            yield from chapters(chapter["sub_items"])


def origin(chapter) -> str:
    """Where the page lies in the repository."""
    return posixpath.normpath(posixpath.join(SOURCE, chapter["source_path"]))


def turned(link: str, folder: str, pages: dict[str, str]) -> str:
    """A link as written on a page of that folder, as it must be in the book."""
    target, hash_, anchor = link.partition("#")
    if not target or re.match(r"[a-z]+:", target):
        return link
    file = posixpath.normpath(posixpath.join(folder, target))
    if file in pages:
        file = pages[file]
    elif file.startswith(f"{SOURCE}/"):
        file = posixpath.relpath(file, SOURCE)
    else:
        # mdBook takes every .md for a page of its own: a README stands for its folder.
        file = f"{HOME}/{file.removesuffix('/README.md')}"
    return file + hash_ + anchor


def rewritten(text: str, folder: str, pages: dict[str, str]) -> str:
    lines, in_code = [], False
    for line in text.split("\n"):
        in_code ^= bool(FENCE.match(line))
        if not in_code and not line.startswith("    "):
            line = LINK.sub(lambda m: m[1] + turned(m[2], folder, pages) + m[3], line)
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:2] == ["supports"]:
        sys.exit(0)
    _, book = json.load(sys.stdin)
    written = [chapter for chapter in chapters(book["items"]) if chapter["source_path"]]
    pages = {}
    for chapter in written:
        chapter["path"] = posixpath.basename(chapter["path"])
        pages[origin(chapter)] = chapter["path"]
    for chapter in written:
        folder = posixpath.dirname(origin(chapter))
        chapter["content"] = rewritten(chapter["content"], folder, pages)
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
