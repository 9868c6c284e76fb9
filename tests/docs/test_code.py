"""Tests of the docs' code blocks besides commands: runs Python and C++, parses data."""

import configparser
import csv
import json
import os
import subprocess
import tomllib

import pytest
import yaml

import exceptions
from pages import SHELLS, blocks, every_page
from running import exists

READERS = {
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
    "csv": lambda text: list(csv.reader(text.splitlines(), strict=True)),
    # Fragments without a section.
    "ini": lambda text: configparser.ConfigParser().read_string(f"[fragment]\n{text}"),
    "python": lambda text: compile(text, "the page", "exec"),
    "text": str,
}
RUN = {"python", "cpp", "cmake"}
# The CMake code of a page is built with its C++.
CMAKE = """cmake_minimum_required(VERSION 3.20)
project(app CXX)
set(CMAKE_CXX_STANDARD 17)
add_executable(app app.cpp)
"""


def exception(page, language):
    return exceptions.of_code(page, language)


def pages_with(language):
    """The pages whose code in a language is run here."""
    return [
        page
        for page in every_page()
        if any(block.language == language for block in blocks(page)) and not exception(page, language)
    ]


@pytest.mark.parametrize("page", every_page())
def test_the_data_of_a_page_is_valid(page):
    errors = []
    for block in blocks(page):
        try:
            READERS.get(block.language, str)(block.text)
        except Exception as error:
            errors.append(f"{block}: invalid {block.language}: {error}")
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize("page", every_page())
def test_code_in_other_languages_is_run_by_another_test(page):
    run_here = SHELLS | RUN | set(READERS)
    for language in {block.language for block in blocks(page)} - run_here - {""}:
        assert exception(page, language), (
            f"{page} has code in {language}, which is not run here: add a [[code]] entry to "
            f"tests/docs/exceptions.toml that names the test that runs it"
        )


@pytest.mark.parametrize("page", pages_with("python"))
def test_the_python_of_a_page_runs_from_top_to_bottom(page, sandbox, variables):
    code = [block for block in blocks(page) if block.language == "python"]
    # At the same lines as in the page, so that an error names the page's line.
    lines = []
    for block in code:
        lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    (sandbox / "page.py").write_text("\n".join(lines), encoding="utf-8")
    python = os.environ["METAFACE_WHEEL_PYTHON"]
    ran = subprocess.run([python, "page.py"], cwd=sandbox, env=variables, capture_output=True, text=True)
    assert ran.returncode == 0, f"the Python of {page} (page.py has its line numbers)\n{ran.stderr}"


@pytest.mark.parametrize("page", pages_with("cpp"))
def test_the_cpp_of_a_page_compiles_against_the_package_and_runs(page, sandbox, variables):
    code = "\n".join(block.text for block in blocks(page) if block.language == "cpp").splitlines()
    package = "\n".join(block.text for block in blocks(page) if block.language == "cmake")
    includes = [line for line in code if line.startswith("#include")]
    body = [line for line in code if not line.startswith("#include")]
    program = [
        *includes,
        "#include <iostream>",
        "void log(const std::string& text) { std::cout << text << std::endl; }",
        "int main() {",
        *body,
        "}",
    ]
    source = sandbox / "app"
    source.mkdir()
    (source / "app.cpp").write_text("\n".join(program))
    (source / "CMakeLists.txt").write_text(CMAKE + package)
    prefix = f"-DCMAKE_PREFIX_PATH={os.environ['METAFACE_SDK']}"
    for command in (
        ["cmake", "-S", "app", "-B", "app/build", "-G", "Ninja", prefix],
        ["cmake", "--build", "app/build"],
        ["app/build/app"],
    ):
        ran = subprocess.run(command, cwd=sandbox, env=variables, capture_output=True, text=True)
        assert ran.returncode == 0, f"{page}: {command}\n{ran.stdout[-4000:]}{ran.stderr[-4000:]}"


def test_every_exception_for_code_is_used_and_names_an_existing_test():
    for entry in exceptions.every_code():
        assert "by" not in entry or exists(entry["by"]), f"there is no {entry['by']}"
        assert len(entry["why"].split()) > 3, f"give a reason: {entry}"
        pages = [
            page
            for page in every_page()
            if page == entry["page"] and any(b.language == entry["language"] for b in blocks(page))
        ]
        assert pages, f"there is no code for {entry}"
