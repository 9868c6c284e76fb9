"""A preprocessor of mdBook that adds README, CONTRIBUTING and the other pages outside docs/ to the book.

It moves them to the other pages and adjusts the links: those between pages of the book, and those to other
files of the repository, which are two folders above the book in target/book.
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
    """The page's path in the repository."""
    return posixpath.normpath(posixpath.join(SOURCE, chapter["source_path"]))


def book_link(link: str, folder: str, pages: dict[str, str]) -> str:
    """The link in the book for a link on a page of that folder."""
    target, hash_, anchor = link.partition("#")
    if not target or re.match(r"[a-z]+:", target):
        return link
    file = posixpath.normpath(posixpath.join(folder, target))
    if file in pages:
        file = pages[file]
    elif file.startswith(f"{SOURCE}/"):
        file = posixpath.relpath(file, SOURCE)
    else:
        # mdBook treats every .md as a page of the book, so a link to a README becomes one to its folder.
        file = f"{HOME}/{file.removesuffix('/README.md')}"
    return file + hash_ + anchor


def rewrite_links(text: str, folder: str, pages: dict[str, str]) -> str:
    lines, in_code = [], False
    for line in text.split("\n"):
        in_code ^= bool(FENCE.match(line))
        if not in_code and not line.startswith("    "):
            line = LINK.sub(lambda m: m[1] + book_link(m[2], folder, pages) + m[3], line)
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:2] == ["supports"]:
        sys.exit(0)
    _, book = json.load(sys.stdin)
    pages_in_book = [chapter for chapter in chapters(book["items"]) if chapter["source_path"]]
    pages = {}
    for chapter in pages_in_book:
        chapter["path"] = posixpath.basename(chapter["path"])
        pages[origin(chapter)] = chapter["path"]
    for chapter in pages_in_book:
        folder = posixpath.dirname(origin(chapter))
        chapter["content"] = rewrite_links(chapter["content"], folder, pages)
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
