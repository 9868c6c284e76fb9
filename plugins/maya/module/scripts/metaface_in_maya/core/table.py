"""The batch table: CSV or TSV, one row per line of dialogue. `metaface batch` reads the same columns."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import UserError
from .option_table import Option
from .options import TAKE_OPTIONS, Options

_RENAMED_COLUMNS = {"gain": "gains", "smooth": "smoothing"}

_SWITCH_VALUES = {word: True for word in ("true", "yes", "on", "1")} | {
    word: False for word in ("false", "no", "off", "0")
}
"""The words for a switch, as `metaface batch` reads them."""


@dataclass(frozen=True)
class BatchRow:
    """A line of dialogue, with the batch's options where the row has no value. Paths are absolute."""

    number: int
    audio: Path
    output: Path
    scene: str
    character: str
    rig_map: str
    start: float
    options: Options


def read(table: Path, output: Path, defaults: BatchRow) -> tuple[list[BatchRow], list[tuple[int, str]]]:
    """The usable rows, and the number and error of every other row. The error names the file and the row."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"The table cannot be read ({error.strerror}): {table}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"The table is not UTF-8: export it from the spreadsheet as CSV (UTF-8): {table}") from error
    separator = "\t" if table.suffix.lower() == ".tsv" else ","
    reader = csv.DictReader(text.splitlines(), delimiter=separator)
    if "audio" not in (reader.fieldnames or []):
        raise UserError(f"The table has no column “audio”: its first row must name the columns: {table}")
    rows: list[BatchRow] = []
    errors: list[tuple[int, str]] = []
    outputs: dict[Path, int] = {}
    for number, cells in enumerate(reader, start=2):
        try:
            row = _row(number, {k: (v or "").strip() for k, v in cells.items() if k}, table.parent, output, defaults)
            if row.output in outputs:
                raise UserError(f"row {outputs[row.output]} has the same output, {row.output.name}")
            outputs[row.output] = number
            rows.append(row)
        except UserError as error:
            errors.append((number, f"{table.name}, row {number}: {error}"))
    return rows, errors


def shard(rows: list[BatchRow], which: str) -> list[BatchRow]:
    """The rows of shard `I/N`: every Nth row, starting with the Ith. `I` counts from 1."""
    found = re.fullmatch(r"(\d+)/(\d+)", which)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UserError(f"--shard is “{which}”: write 1/8 to 8/8 for eight machines")
    return rows[int(found[1]) - 1 :: int(found[2])]


def _row(number: int, cells: dict[str, str], base: Path, output: Path, defaults: BatchRow) -> BatchRow:
    if not cells.get("audio"):
        raise UserError("the column audio is empty")
    named = cells.get("output") or str(Path(cells["audio"]).with_suffix(""))
    scene_output = (output / named).resolve()
    if output.resolve() not in scene_output.parents:
        raise UserError(f"the output {named} is outside the output folder")
    if scene_output.suffix not in {".ma", ".mb"}:
        scene_output = scene_output.with_name(scene_output.name + ".ma")
    for old, new in _RENAMED_COLUMNS.items():
        if old in cells:
            raise UserError(f"rename the column {old} to {new}")
    changes = {option.name: _value(option, cells[option.name]) for option in TAKE_OPTIONS if cells.get(option.name)}
    if cells.get("speaker"):
        changes["speaker"] = _path(base, cells["speaker"])
    options = defaults.options.with_values(changes)
    return BatchRow(
        number,
        base / cells["audio"],
        scene_output,
        _path(base, cells["scene_file"]) if cells.get("scene_file") else defaults.scene,
        cells.get("character") or defaults.character,
        _path(base, cells["rig_map"]) if cells.get("rig_map") else defaults.rig_map,
        _number("start", cells["start"]) if cells.get("start") else defaults.start,
        options.checked(),
    )


def _value(option: Option, text: str) -> Any:
    if option.kind == "switch":
        return _switch(option.name, text)
    if option.kind == "whole":
        return _whole(option.name, text)
    return _number(option.name, text) if option.kind == "number" else text


def _switch(column: str, text: str) -> bool:
    if text.lower() not in _SWITCH_VALUES:
        raise UserError(f"the column {column} is “{text}”, which is neither true nor false")
    return _SWITCH_VALUES[text.lower()]


def _whole(column: str, text: str) -> int:
    if re.fullmatch(r"[0-9]+", text) is None:
        raise UserError(f"the column {column} is “{text}”, which is not a whole number from 0")
    return int(text)


def _number(column: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UserError(f"the column {column} is “{text}”, which is not a number")
    return number


def _path(base: Path, text: str) -> str:
    return str(base / text)
