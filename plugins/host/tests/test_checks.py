"""Problems of takes, in the words of every host."""

from fractions import Fraction

from metaface_host import checks


def overlapping(*takes):
    return [problem.where for problem in checks.overlapping(takes, Fraction(24))]


def test_takes_may_overlap_by_their_fades_only():
    first, second = ("1", "one", 0.0, 50.0), ("2", "two", 45.0, 90.0)
    assert overlapping(first, second) == []
    assert overlapping(("2", "two", 40.0, 90.0), first) == ["one, two"]


def test_a_long_take_overlaps_every_take_inside_it():
    inside = ("2", "two", 10.0, 20.0), ("3", "three", 30.0, 40.0)
    assert overlapping(("1", "one", 0.0, 50.0), *inside) == ["one, two", "one, three"]


def test_parts_of_the_same_line_do_not_overlap():
    assert overlapping(("1", "brows", 0.0, 50.0), ("1", "mouth", 10.0, 40.0)) == []


def test_a_problem_reads_as_place_text_and_remedy():
    (problem,) = checks.not_at_rest("face", [("jawOpen", 0.4), ("smile", 0.005)])
    assert str(problem).startswith("face: At rest jawOpen is not 0")
    assert str(checks.other_rate("line", 24000 / 1001)).endswith("another frame rate. Regenerate it")
