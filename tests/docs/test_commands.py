"""Runs every command of the docs, page by page from top to bottom, in a sandbox."""

import subprocess

import pytest

import exceptions
from commands import of_block, of_help, output_files
from pages import Block, every_page, shell_blocks
from running import error_of, exists, report


def commands(page):
    return [command for block in shell_blocks(page) for command in of_block(block)]


PAGES = [page for page in every_page() if commands(page)]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_work(page, sandbox, variables):
    errors = [
        report(command, error)
        for command in commands(page)
        if (error := error_of(command, sandbox, variables))
    ]
    assert not errors, "".join(errors)


def helps(variables):
    """The help pages of the program and of its subcommands."""

    def help_page(*words):
        command = ["env", "metaface", *words, "--help"]
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout

    top = help_page()
    _, _, listed = top.partition("Commands:\n")
    names = [line.split()[0] for line in listed.partition("\n\n")[0].splitlines()]
    return {"metaface --help": top} | {
        f"metaface {name} --help": help_page(name) for name in names if name != "help"
    }


def test_the_examples_of_every_help_page_work(sandbox, variables):
    errors = []
    for name, text in helps(variables).items():
        examples = of_help(name, text)
        if not examples:
            errors.append(f"\n{name} has no example")
        for command in examples:
            error = error_of(command, sandbox, variables)
            errors += [report(command, error)] if error else []
    assert not errors, "".join(errors)


def test_every_exception_is_used_and_names_an_existing_test(variables):
    from_help = [command for name, text in helps(variables).items() for command in of_help(name, text)]
    all_commands = [command for page in PAGES for command in commands(page)] + from_help
    used = {exceptions.of(command.page, command.text) for command in all_commands}
    unused = [str(entry) for entry in exceptions.every() if entry not in used]
    assert not unused, "the docs have no command for\n" + "\n".join(unused)
    for entry in exceptions.every():
        assert len(entry.why.split()) > 3, f"{entry}: give a reason"
        if entry.kind == "elsewhere":
            assert exists(entry.by), f"{entry}: there is no {entry.by}"


def test_blocks_are_split_into_commands_as_by_a_shell():
    text = (
        "# first\nmetaface a \\\n    -o x.glb\nfor i in 1 2\ndo metaface b -o y.csv; done   # all\n\n"
        "cargo metaface batch t -o z --dry-run --report r.html"
    )
    split = of_block(Block("page.md", 10, "sh", text))
    assert [(command.line, command.text.split("\n")[0]) for command in split] == [
        (11, "metaface a \\"),
        (13, "for i in 1 2"),
        (16, "cargo metaface batch t -o z --dry-run --report r.html"),
    ]
    assert [output_files(command.text) for command in split] == [["x.glb"], ["y.csv"], ["r.html"]]
    console = of_block(Block("page.md", 1, "console", "$ metaface doctor\nall is well\n"))
    assert [command.text for command in console] == ["metaface doctor"]
