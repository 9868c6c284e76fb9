"""The batch table: rows, shards and exit codes."""

from pathlib import Path

import pytest
from metaface_host import batch
from metaface_host.batch import BatchRow, LineResult
from metaface_host.errors import UserError
from metaface_host.options import Options

DEFAULTS = BatchRow(0, Path(), Path(), "hero.ma", "Hero", "", 1.0, Options())


def read(tmp_path, text, name="lines.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return batch.read(tmp_path / name, tmp_path / "out", DEFAULTS, (".ma", ".mb"))


def test_a_table_is_read_without_its_bad_rows(tmp_path):
    rows, failures = read(tmp_path, "\ufeffaudio,output,strength,speaker,text\na.wav,one,1.5,anna.speaker,Hi\n,two,,,\n"
                       "b.wav,,much,,\nc.wav,../up,,,\nd.wav,one,,,\ne.wav,,,,\nf.wav,,nan,,\n")  # fmt: skip
    assert [row.number for row in rows] == [2, 7]
    assert rows[0].output == tmp_path / "out/one.ma" and rows[0].options.values["strength"] == 1.5
    assert rows[0].options.speaker == str(tmp_path / "anna.speaker") and rows[1].output.name == "e.ma"
    reasons = {failure.row: failure.error for failure in failures}
    assert "empty" in reasons[3] and "not a number" in reasons[4] and "outside" in reasons[5]
    assert "row 2 has the same output" in reasons[6] and "not a number" in reasons[8]


def test_an_invalid_switch_or_whole_number_is_an_error_with_file_row_and_column(tmp_path):
    rows, failures = read(tmp_path, "audio,head,eyes,seed\na.wav,OFF,yes,3\nb.wav,maybe,,\nc.wav,,,1.5\nd.wav,,,-1\n")
    assert [row.number for row in rows] == [2]
    values = rows[0].options.values
    assert (values["head"], values["eyes"], values["seed"]) == (False, True, 3)
    assert [failure.row for failure in failures] == [3, 4, 5]
    for failure, column, text in zip(failures, ("head", "seed", "seed"), ("maybe", "1.5", "-1")):
        assert failure.error.startswith(f"lines.csv, row {failure.row}: the column {column} is “{text}”"), failure.error


def test_every_row_is_in_exactly_one_shard(tmp_path):
    rows, _ = read(tmp_path, "audio\n" + "\n".join(f"{at}.wav" for at in range(10)))
    parts = [batch.shard(rows, f"{at}/3") for at in (1, 2, 3)]
    assert sorted(row.number for part in parts for row in part) == [row.number for row in rows]
    for invalid in ("0/3", "4/3", "x"):
        with pytest.raises(UserError, match="--shard"):
            batch.shard(rows, invalid)


def test_a_table_without_the_column_audio_is_an_error(tmp_path):
    with pytest.raises(UserError, match="no column “audio”"):
        read(tmp_path, "sound\na.wav\n")


@pytest.mark.parametrize(("old", "new"), [("gain", "gains"), ("smooth", "smoothing")])
def test_a_column_with_an_old_name_is_an_error(tmp_path, old, new):
    with pytest.raises(UserError, match=f"Rename the column {old} to {new}"):
        read(tmp_path, f"audio,{old}\na.wav,\n")


def test_the_exit_code_says_how_many_lines_failed():
    done, failed = LineResult(2, "a.wav", "a.ma"), LineResult(3, "b.wav", "b.ma", "failed", "gone")
    assert [batch.exit_code(results) for results in ([done], [done, failed], [failed], [])] == [0, 6, 7, 0]
