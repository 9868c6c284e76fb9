"""The code that needs no Maya."""

from __future__ import annotations

import ast
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import MODULE
from metaface_in_maya.core import rates, rotations, table, takes
from metaface_in_maya.core.options import Options
from metaface_in_maya.core.placement import Placed
from metaface_in_maya.core.table import BatchRow
from metaface_in_maya.core.errors import UserError
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


@pytest.mark.parametrize("order", rotations.ORDERS)
def test_angles_survive_a_round_trip_in_every_rotate_order(order):
    angles = np.random.default_rng(5).uniform(-1.4, 1.4, (200, 3))
    turns = rotations.of_angles(angles, order)
    back = rotations.of_angles(rotations.to_angles(turns, order, angles[0]), order)
    assert np.allclose(np.abs((turns * back).sum(axis=1)), 1.0)
    slow = np.linspace((-3.0, 0.2, 1.0), (3.0, -0.4, -5.0), 400)
    assert np.allclose(rotations.to_angles(rotations.of_angles(slow, order), order, slow[0]), slow, atol=1e-9)


def test_xyz_rotates_about_x_first():
    turn = rotations.of_angles(np.array((math.pi / 2, math.pi / 2, 0.0)), "xyz")
    assert np.allclose(rotations.rotated(turn, (0.0, 1.0, 0.0)), (1.0, 0.0, 0.0)), "Y goes to Z, then to X"


def test_a_trimmed_sound_has_the_samples_of_its_audible_part():
    placed = Placed(start=90.0, first=100.0, last=110.0, rate=Fraction(24))
    chosen, frames = placed.frames(200, Fraction(24))
    assert (chosen.start, chosen.stop) == (10, 21) and frames[0] == 100.0 and frames[-1] == 110.0
    assert np.isclose(placed.audible, (10 / 24, 20 / 24)).all()


def test_options_out_of_range_are_errors():
    with pytest.raises(UserError, match="strength is 3: choose 0 to 2"):
        Options().with_values({"strength": 3.0}).checked()


def test_takes_survive_a_round_trip_and_newer_versions_are_ignored():
    take = takes.Take("line", "Hero", "sound", "a.wav", 1.0, 0.0, 9.0, "film", {"seed": 7}, plugs=("a.b",))
    assert takes.from_text(takes.to_text([take])) == [take]
    assert takes.from_text(takes.to_text([take]).replace('"version": 1', '"version": 2')) == []
    for broken in ("", "{", "[]", '{"schema": "metaface.maya.take", "takes": [{"no": 1}]}'):
        assert takes.from_text(broken) == []


@pytest.mark.parametrize(("text", "name"), [("a line", "a_line"), ("hero:face", "face"), ("1st", "_1st"), ("zoë", "zo"), ("名", "take")])
def test_node_names_have_only_characters_that_maya_allows(text, name):
    assert takes.node_name(text) == name


DEFAULTS = BatchRow(0, Path(), Path(), "hero.ma", "Hero", "", 1.0, Options())


def read(tmp_path, text, name="lines.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return table.read(tmp_path / name, tmp_path / "out", DEFAULTS)


def test_a_table_is_read_without_its_bad_rows(tmp_path):
    rows, errors = read(tmp_path, "\ufeffaudio,output,strength,speaker,text\na.wav,one,1.5,anna.speaker,Hi\n,two,,,\n"
                       "b.wav,,much,,\nc.wav,../up,,,\nd.wav,one,,,\ne.wav,,,,\nf.wav,,nan,,\n")  # fmt: skip
    assert [row.number for row in rows] == [2, 7]
    assert rows[0].output == tmp_path / "out/one.ma" and rows[0].options.values["strength"] == 1.5
    assert rows[0].options.speaker == str(tmp_path / "anna.speaker") and rows[1].output.name == "e.ma"
    reasons = dict(errors)
    assert "empty" in reasons[3] and "not a number" in reasons[4] and "outside" in reasons[5]
    assert "row 2 has the same output" in reasons[6] and "not a number" in reasons[8]


def test_an_invalid_switch_or_whole_number_is_an_error_with_file_row_and_column(tmp_path):
    rows, errors = read(tmp_path, "audio,head,eyes,seed\na.wav,OFF,yes,3\nb.wav,maybe,,\nc.wav,,,1.5\nd.wav,,,-1\n")
    assert [row.number for row in rows] == [2]
    values = rows[0].options.values
    assert (values["head"], values["eyes"], values["seed"]) == (False, True, 3)
    assert [number for number, _ in errors] == [3, 4, 5]
    for (number, error), column, text in zip(errors, ("head", "seed", "seed"), ("maybe", "1.5", "-1")):
        assert error.startswith(f"lines.csv, row {number}: the column {column} is “{text}”"), error


def test_every_row_is_in_exactly_one_shard(tmp_path):
    rows, _ = read(tmp_path, "audio\n" + "\n".join(f"{at}.wav" for at in range(10)))
    parts = [table.shard(rows, f"{at}/3") for at in (1, 2, 3)]
    assert sorted(row.number for part in parts for row in part) == [row.number for row in rows]
    for invalid in ("0/3", "4/3", "x"):
        with pytest.raises(UserError, match="--shard"):
            table.shard(rows, invalid)


def test_a_table_without_the_column_audio_is_an_error(tmp_path):
    with pytest.raises(UserError, match="no column “audio”"):
        read(tmp_path, "sound\na.wav\n")


