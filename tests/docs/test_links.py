"""Where the pages lead: every relative link, anchor and picture is there, in the pages and in the book."""

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


def wrong_with(page, link):
    """What is wrong with a link of a page, or none."""
    target, _, anchor = unquote(link).partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), target)) if target else page
    if not (ROOT / file).exists():
        return f"there is no {file}"
    if anchor and file.endswith(".md") and anchor not in anchors(file):
        return f"{file} has no heading for #{anchor}; it has {', '.join(sorted(anchors(file)))}"
    return None


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    faults = [
        f"{link}: ({link.text}): {wrong}"
        for link in links(page)
        if is_local(link.text) and (wrong := wrong_with(page, link.text))
    ]
    assert not faults, "\n".join(faults)


def test_every_page_of_the_docs_stands_in_the_table_of_contents_and_only_once():
    listed = [link.text for link in links("docs/SUMMARY.md")]
    assert len(listed) == len(set(listed))
    written = {page.removeprefix("docs/") for page in PAGES if posixpath.dirname(page) == "docs"}
    assert written - {"SUMMARY.md"} == {name for name in listed if not name.startswith("../")}


def test_a_fence_says_what_it_holds():
    bare = [str(block) for page in PAGES for block in blocks(page) if not block.language]
    assert not bare, f"no language after the backquotes (`text` where there is none): {bare}"


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_are_there(page):
    """Paths between backquotes that begin in one of the rooms."""
    rooms = "cli|core|docs|exporters|pipeline|plugins|samples|tests|xtask"
    path = re.compile(rf"(?:{rooms})(?:/[\w.-]+)+/?")
    faults = [
        f"{code}: there is no {code.text}"
        for code in inline_code(page)
        if path.fullmatch(code.text) and not (ROOT / code.text).exists()
    ]
    assert not faults, "\n".join(faults)


# The book: what mdBook made of all this.


class Page(HTMLParser):
    """What a page of the book points at, and what may be pointed at in it."""

    def __init__(self, file):
        super().__init__()
        self.points_at, self.ids = [], set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.points_at.append(value)
            if name == "id":
                self.ids.add(value)


@cache
def read(file):
    return Page(file)


@pytest.fixture(scope="module")
def book():
    if "METAFACE_BOOK" not in os.environ:
        pytest.skip("METAFACE_BOOK is not set: `cargo xtask book` sets it")
    return Path(os.environ["METAFACE_BOOK"]).resolve()


def test_every_link_of_the_book_leads_somewhere_and_to_this_disk(book):
    pages = sorted(book.glob("*.html"))
    assert len(pages) > 15
    faults = []
    for page in pages:
        # 404 is for web servers. In print all pages are one, and their anchors are numbered anew.
        if page.name in ("404.html", "print.html"):
            continue
        for link in read(page).points_at:
            if link.startswith("data:"):
                continue
            if not is_local(link):
                # A text may point elsewhere; what the page is made of may not.
                if re.search(r"\.(js|css|woff2?|png|svg)$", link):
                    faults.append(f"{page.name}: {link} comes from a network")
                continue
            target, _, anchor = unquote(link).partition("#")
            file = (page.parent / target).resolve() if target else page
            if not file.exists():
                faults.append(f"{page.name}: {link} leads to nothing ({file})")
            elif anchor and file.suffix == ".html" and anchor not in read(file).ids:
                faults.append(f"{page.name}: {link}: no such place in {file.name}")
    assert not faults, "\n".join(faults)
