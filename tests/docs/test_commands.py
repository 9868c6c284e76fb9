"""Every command of the docs is run, page by page from top to bottom, in a folder of a user's."""

import subprocess

import pytest

import exceptions
from commands import of_block, of_help, promised
from pages import Block, every_page, shell_blocks
from running import exists, fault, report


def commands(page):
    return [command for block in shell_blocks(page) for command in of_block(block)]


PAGES = [page for page in every_page() if commands(page)]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_do_what_they_say(page, desk, variables):
    faults = [
        report(command, wrong)
        for command in commands(page)
        if (wrong := fault(command, desk, variables))
    ]
    assert not faults, "".join(faults)


def helps(variables):
    """The help page of the program and of each of its subcommands."""

    def told(*words):
        asked = ["env", "metaface", *words, "--help"]
        return subprocess.run(asked, env=variables, capture_output=True, text=True, check=True).stdout

    top = told()
    _, _, listed = top.partition("Commands:\n")
    names = [line.split()[0] for line in listed.partition("\n\n")[0].splitlines()]
    return {"metaface --help": top} | {
        f"metaface {name} --help": told(name) for name in names if name != "help"
    }


def test_the_examples_of_every_help_page_do_what_they_say(desk, variables):
    faults = []
    for name, text in helps(variables).items():
        examples = of_help(name, text)
        if not examples:
            faults.append(f"\n{name} has no example")
        for command in examples:
            wrong = fault(command, desk, variables)
            faults += [report(command, wrong)] if wrong else []
    assert not faults, "".join(faults)


def test_every_exception_is_needed_and_names_a_test_that_is_there(variables):
    from_help = [command for name, text in helps(variables).items() for command in of_help(name, text)]
    known = [command for page in PAGES for command in commands(page)] + from_help
    used = {exceptions.of(command.page, command.text) for command in known}
    idle = [str(entry) for entry in exceptions.every() if entry not in used]
    assert not idle, "no command of the docs is meant by\n" + "\n".join(idle)
    for entry in exceptions.every():
        assert len(entry.why.split()) > 3, f"{entry}: say why"
        if entry.kind == "elsewhere":
            assert exists(entry.by), f"{entry}: there is no {entry.by}"


def test_commands_are_cut_as_a_shell_would():
    text = (
        "# first\nmetaface a \\\n    -o x.glb\nfor i in 1 2\ndo metaface b -o y.csv; done   # all\n\n"
        "cargo metaface batch t -o z --dry-run --report r.html"
    )
    cut = of_block(Block("page.md", 10, "sh", text))
    assert [(command.line, command.text.split("\n")[0]) for command in cut] == [
        (11, "metaface a \\"),
        (13, "for i in 1 2"),
        (16, "cargo metaface batch t -o z --dry-run --report r.html"),
    ]
    assert [promised(command.text) for command in cut] == [["x.glb"], ["y.csv"], ["r.html"]]
    typed = of_block(Block("page.md", 1, "console", "$ metaface doctor\nall is well\n"))
    assert [command.text for command in typed] == ["metaface doctor"]
