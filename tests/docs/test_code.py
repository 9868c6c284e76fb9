"""The code of the docs that is no command: Python and C++ are run, data is read."""

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
    # The fragments of a file that has no section of its own.
    "ini": lambda text: configparser.ConfigParser().read_string(f"[fragment]\n{text}"),
    "python": lambda text: compile(text, "the page", "exec"),
    "text": str,
}
RUN = {"python", "cpp", "cmake"}
# CMake's part of a page is built with its C++.
CMAKE = """cmake_minimum_required(VERSION 3.20)
project(app CXX)
set(CMAKE_CXX_STANDARD 17)
add_executable(app app.cpp)
"""


def listed(page, language):
    return exceptions.of_code(page, language)


def pages_with(language):
    """The pages whose code of a language is run here."""
    return [
        page
        for page in every_page()
        if any(block.language == language for block in blocks(page)) and not listed(page, language)
    ]


@pytest.mark.parametrize("page", every_page())
def test_the_data_of_a_page_can_be_read(page):
    faults = []
    for block in blocks(page):
        try:
            READERS.get(block.language, str)(block.text)
        except Exception as error:
            faults.append(f"{block}: this is no {block.language}: {error}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("page", every_page())
def test_code_of_another_language_is_run_somewhere(page):
    here = SHELLS | RUN | set(READERS)
    for language in {block.language for block in blocks(page)} - here - {""}:
        assert listed(page, language), (
            f"{page} has code in {language}, which nothing runs here: add a [[code]] to "
            f"tests/docs/exceptions.toml that names the test that does"
        )


@pytest.mark.parametrize("page", pages_with("python"))
def test_the_python_of_a_page_runs_from_top_to_bottom(page, desk, variables):
    code = [block for block in blocks(page) if block.language == "python"]
    # Each on its own lines, so that an error names the page's.
    lines = []
    for block in code:
        lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    (desk / "page.py").write_text("\n".join(lines), encoding="utf-8")
    python = os.environ["METAFACE_WHEEL_PYTHON"]
    ran = subprocess.run([python, "page.py"], cwd=desk, env=variables, capture_output=True, text=True)
    assert ran.returncode == 0, f"the Python of {page} (page.py has its line numbers)\n{ran.stderr}"


@pytest.mark.parametrize("page", pages_with("cpp"))
def test_the_cpp_of_a_page_compiles_against_the_package_and_runs(page, desk, variables):
    code = "\n".join(block.text for block in blocks(page) if block.language == "cpp").splitlines()
    package = "\n".join(block.text for block in blocks(page) if block.language == "cmake")
    includes = [line for line in code if line.startswith("#include")]
    body = [line for line in code if not line.startswith("#include")]
    program = [
        *includes,
        "#include <iostream>",
        "void log(const std::string& what) { std::cout << what << std::endl; }",
        "int main() {",
        *body,
        "}",
    ]
    source = desk / "app"
    source.mkdir()
    (source / "app.cpp").write_text("\n".join(program))
    (source / "CMakeLists.txt").write_text(CMAKE + package)
    prefix = f"-DCMAKE_PREFIX_PATH={os.environ['METAFACE_SDK']}"
    for command in (
        ["cmake", "-S", "app", "-B", "app/build", "-G", "Ninja", prefix],
        ["cmake", "--build", "app/build"],
        ["app/build/app"],
    ):
        ran = subprocess.run(command, cwd=desk, env=variables, capture_output=True, text=True)
        assert ran.returncode == 0, f"{page}: {command}\n{ran.stdout[-4000:]}{ran.stderr[-4000:]}"


def test_code_that_is_run_elsewhere_names_a_test_that_is_there():
    for entry in exceptions.every_code():
        assert "by" not in entry or exists(entry["by"]), f"there is no {entry['by']}"
        assert len(entry["why"].split()) > 3, f"say why: {entry}"
        meant = [
            page
            for page in every_page()
            if page == entry["page"] and any(b.language == entry["language"] for b in blocks(page))
        ]
        assert meant, f"no code is meant by {entry}"
