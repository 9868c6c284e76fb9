"""Many lines: one that fails does not stop the others."""

import pytest
from metaface_host.errors import STOPPED, Stopped, UserError
from metaface_host.speaking import Lines


def fail():
    raise UserError("no sound")


def test_the_summary_names_the_lines_that_failed():
    lines = Lines(3)
    works = {"a": lambda: 1, "b": fail, "c": lambda: 3}
    assert [lines.attempt(label, work) for label, work in works.items()] == [1, None, 3]
    lines.warnings.append("c: quiet")
    lines.require_any()
    assert lines.summary([("Anna", "a"), ("Anna", "c")]).splitlines() == [
        "2 lines animated: Anna",
        "1 of 3 lines failed.",
        "b: no sound",
        "c: quiet",
    ]


def test_the_error_of_a_single_line_is_raised():
    with pytest.raises(UserError, match="^no sound$"):
        Lines(1).attempt("a", fail)
    lines = Lines(1)
    lines.failed.append(("a", "no character"))
    with pytest.raises(UserError, match="^no character$"):
        lines.require_any()


def test_it_is_an_error_if_all_lines_fail():
    lines = Lines(2)
    lines.attempt("a", fail)
    lines.attempt("b", fail)
    with pytest.raises(UserError, match="All 2 lines failed.\na: no sound\nb: no sound"):
        lines.require_any()


def test_cancelling_stops_all_lines():
    def stop():
        raise Stopped(STOPPED)

    with pytest.raises(Stopped):
        Lines(2).attempt("a", stop)
