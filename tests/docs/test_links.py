"""Tests that the targets of relative links, anchors and pictures exist, in the pages and in the book."""

import os
import posixpath
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from pages import ROOT, anchors, blocks, every_page, inline_code, links

PAGES = every_page()


def is_local(link):
    return not re.match(r"[a-z][a-z+.-]*:", link)


def error_of(page, link):
    """Returns the error of a page's link, or None."""
    target, _, anchor = unquote(link).partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), target)) if target else page
    if not (ROOT / file).exists():
        return f"there is no {file}"
    if anchor and file.endswith(".md") and anchor not in anchors(file):
        return f"{file} has no heading for #{anchor}; it has {', '.join(sorted(anchors(file)))}"
    return None


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_has_a_target(page):
    errors = [
        f"{link}: ({link.text}): {error}"
        for link in links(page)
        if is_local(link.text) and (error := error_of(page, link.text))
    ]
    assert not errors, "\n".join(errors)


def test_every_page_of_the_docs_is_in_the_table_of_contents_exactly_once():
    listed = [link.text for link in links("docs/SUMMARY.md")]
    assert len(listed) == len(set(listed))
    written = {page.removeprefix("docs/") for page in PAGES if posixpath.dirname(page) == "docs"}
    assert written - {"SUMMARY.md"} == {name for name in listed if not name.startswith("../")}


def test_every_fence_names_its_language():
    unnamed = [str(block) for page in PAGES for block in blocks(page) if not block.language]
    assert not unnamed, f"no language after the backquotes (use `text` if there is none): {unnamed}"


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_exist(page):
    """Checks inline code that is a path into one of the top folders."""
    folders = "cli|core|docs|exporters|pipeline|plugins|samples|tests|tools|xtask"
    path = re.compile(rf"(?:{folders})(?:/[\w.-]+)+/?")
    errors = [
        f"{code}: there is no {code.text}"
        for code in inline_code(page)
        if path.fullmatch(code.text) and not (ROOT / code.text).exists()
    ]
    assert not errors, "\n".join(errors)


# The book that mdBook builds.


class BookPage(HTMLParser):
    """The link targets and the ids of a page of the book."""

    def __init__(self, file):
        super().__init__()
        self.targets, self.ids = [], set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.targets.append(value)
            if name == "id":
                self.ids.add(value)


@cache
def read(file):
    return BookPage(file)


@pytest.fixture(scope="module")
def book():
    if "METAFACE_BOOK" not in os.environ:
        pytest.skip("METAFACE_BOOK is not set: `cargo xtask book` sets it")
    return Path(os.environ["METAFACE_BOOK"]).resolve()


def test_every_link_of_the_book_has_a_local_target(book):
    pages = sorted(book.glob("*.html"))
    assert len(pages) > 15
    errors = []
    for page in pages:
        # 404.html is for web servers. print.html contains all pages, with renumbered anchors.
        if page.name in ("404.html", "print.html"):
            continue
        for link in read(page).targets:
            if link.startswith("data:"):
                continue
            if not is_local(link):
                # Links in the text may be external; the page's own files may not.
                if re.search(r"\.(js|css|woff2?|png|svg)$", link):
                    errors.append(f"{page.name}: {link} is loaded over the network")
                continue
            target, _, anchor = unquote(link).partition("#")
            file = (page.parent / target).resolve() if target else page
            if not file.exists():
                errors.append(f"{page.name}: {link}: there is no {file}")
            elif anchor and file.suffix == ".html" and anchor not in read(file).ids:
                errors.append(f"{page.name}: {link}: {file.name} has no such id")
    assert not errors, "\n".join(errors)
