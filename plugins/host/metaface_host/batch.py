"""A table of lines to animate, one after the other: rows, shards, results, the report and the exit codes.

The table is CSV or TSV with one row per line of dialogue; `metaface batch` reads the same columns.
"""

from __future__ import annotations

import csv
import json
import math
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .errors import UserError, message_of
from .option_table import Option
from .options import TAKE_OPTIONS, Options

_RENAMED_COLUMNS = {"gain": "gains", "smooth": "smoothing"}

_SWITCH_VALUES = {word: True for word in ("true", "yes", "on", "1")} | {
    word: False for word in ("false", "no", "off", "0")
}
"""The words for a switch, as `metaface batch` reads them."""


@dataclass(frozen=True)
class BatchRow:
    """A line of dialogue, with the batch's options where the row has no value. Paths are absolute.

    `output` is the scene to write, `scene` the scene to open, `start` a frame.
    """

    number: int
    audio: Path
    output: Path
    scene: str
    character: str
    rig_map: str
    start: float
    options: Options


@dataclass
class LineResult:
    """The result of a line."""

    row: int
    audio: str
    output: str
    status: str = "done"
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the line has no scene."""
        return self.status == "failed"


def read(
    table: Path, output: Path, defaults: BatchRow, endings: tuple[str, ...]
) -> tuple[list[BatchRow], list[LineResult]]:
    """The usable rows, and the failure of every other row; its error names the file and the row.

    `endings` are those of the host's scenes. An output without one of them gets the first.
    """
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
    for old, new in _RENAMED_COLUMNS.items():
        if old in (reader.fieldnames or []):
            raise UserError(f"Rename the column {old} to {new}: {table}")
    rows: list[BatchRow] = []
    failures: list[LineResult] = []
    row_of: dict[Path, int] = {}
    for number, cells in enumerate(reader, start=2):
        filled = {column: value.strip() for column, value in cells.items() if column and value and value.strip()}
        try:
            row = _row(number, filled, table.parent, output, defaults, endings)
            if row.output in row_of:
                raise UserError(f"row {row_of[row.output]} has the same output, {row.output.name}")
            row_of[row.output] = number
            rows.append(row)
        except UserError as error:
            failures.append(LineResult(number, "", "", "failed", f"{table.name}, row {number}: {error}"))
    return rows, failures


def shard(rows: list[BatchRow], which: str) -> list[BatchRow]:
    """The rows of shard `I/N`: every Nth row, starting with the Ith. `I` counts from 1."""
    found = re.fullmatch(r"(\d+)/(\d+)", which)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UserError(f"--shard is “{which}”: write 1/8 to 8/8 for eight machines")
    return rows[int(found[1]) - 1 :: int(found[2])]


def run(row: BatchRow, animate: Callable[[BatchRow], list[str]]) -> LineResult:
    """Animates a row; `animate` writes its scene and returns warnings. Errors become the result."""
    result = LineResult(row.number, str(row.audio), str(row.output))
    started = time.monotonic()
    try:
        result.warnings = animate(row)
    except Exception as error:
        result.status, result.error = "failed", message_of(error).strip()
    result.seconds = round(time.monotonic() - started, 3)
    return result


def exit_code(results: Iterable[LineResult]) -> int:
    """0 if all lines are done, 6 if some failed, 7 if every line failed."""
    failed = [result.failed for result in results]
    if not any(failed):
        return 0
    return 7 if all(failed) else 6


def write_report(path: Path, name: str, results: list[LineResult], which: str) -> None:
    """Writes the results of a shard as JSON; `name` is the report's schema, version 1."""
    lines = [asdict(result) for result in sorted(results, key=lambda result: result.row)]
    totals = {status: sum(line["status"] == status for line in lines) for status in ("done", "failed")}
    text = json.dumps({name: 1, "shard": which, "totals": totals, "lines": lines}, indent=2)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text + "\n", encoding="utf-8")
    os.replace(temporary, path)


def _row(
    number: int, cells: dict[str, str], base: Path, output: Path, defaults: BatchRow, endings: tuple[str, ...]
) -> BatchRow:
    """The row of these cells, which are not empty. Its paths are relative to `base`."""
    if "audio" not in cells:
        raise UserError("the column audio is empty")
    named = cells.get("output") or str(Path(cells["audio"]).with_suffix(""))
    scene_output = (output / named).resolve()
    if output.resolve() not in scene_output.parents:
        raise UserError(f"the output {named} is outside the output folder")
    if scene_output.suffix not in endings:
        scene_output = scene_output.with_name(scene_output.name + endings[0])
    changes = {option.name: _value(option, cells[option.name]) for option in TAKE_OPTIONS if option.name in cells}
    if "speaker" in cells:
        changes["speaker"] = str(base / cells["speaker"])
    return BatchRow(
        number,
        base / cells["audio"],
        scene_output,
        str(base / cells["scene_file"]) if "scene_file" in cells else defaults.scene,
        cells.get("character", defaults.character),
        str(base / cells["rig_map"]) if "rig_map" in cells else defaults.rig_map,
        _number("start", cells["start"]) if "start" in cells else defaults.start,
        defaults.options.with_values(changes).checked(),
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
