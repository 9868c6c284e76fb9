"""The code that needs no Maya."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest
from conftest import MODULE
from metaface_in_maya.core import rates, takes
from metaface_in_maya.host.errors import UserError
from model import units

CORE = MODULE / "scripts/metaface_in_maya/core"


def test_nothing_in_core_imports_maya_or_qt():
    for file in CORE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & {"maya", "PySide6", "PySide2"}, file



@pytest.mark.parametrize(
    ("unit", "rate"),
    [("film", 24), ("pal", 25), ("ntsc", 30), ("show", 48), ("palf", 50), ("ntscf", 60), ("game", 15), ("120fps", 120),
     ("23.976fps", Fraction(24000, 1001)), ("29.97fps", Fraction(30000, 1001)), ("29.97df", Fraction(30000, 1001)),
     ("47.952fps", Fraction(48000, 1001)), ("59.94fps", Fraction(60000, 1001)), ("119.88fps", Fraction(120000, 1001)),
     ("12fps", 12), ("240fps", 240), ("90fps", 90)],
)  # fmt: skip
def test_a_time_unit_is_an_exact_rate_and_a_whole_number_of_ticks(unit, rate):
    assert rates.of_unit(unit) == rates.animated(unit) == rate
    assert (units.TICKS / Fraction(rate)).denominator == 1


@pytest.mark.parametrize("unit", ["sec", "hour", "min", "millisec", "44100fps", "0fps", "lightyear"])
def test_a_unit_that_is_not_a_frame_rate_is_an_error(unit):
    with pytest.raises(UserError, match="Preferences"):
        rates.animated(unit)


def test_takes_survive_a_round_trip_and_newer_versions_are_ignored():
    take = takes.Take("line", "Hero", "sound", "a.wav", 1.0, 0.0, 9.0, "film", {"seed": 7}, plugs=("a.b",))
    assert takes.from_text(takes.to_text([take])) == [take]
    assert takes.from_text(takes.to_text([take]).replace('"version": 1', '"version": 2')) == []
    for broken in ("", "{", "[]", '{"schema": "metaface.maya.take", "takes": [{"no": 1}]}'):
        assert takes.from_text(broken) == []


@pytest.mark.parametrize(("text", "name"), [("a line", "a_line"), ("hero:face", "face"), ("1st", "_1st"), ("zoë", "zo"), ("名", "take")])
def test_node_names_have_only_characters_that_maya_allows(text, name):
    assert takes.node_name(text) == name
