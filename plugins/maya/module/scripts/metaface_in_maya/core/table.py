"""A table of lines for the batch: CSV or TSV, a row for each line; `metaface batch` reads the same columns."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .options import Options
from .trouble import Trouble

_NUMBERS = {"strength", "style_strength", "liveliness", "smoothing"}


@dataclass(frozen=True)
class Row:
    """A line of dialogue. Paths are absolute; what is empty is the batch's own option."""

    number: int
    audio: Path
    output: Path
    scene: str
    character: str
    rig_map: str
    start: float
    options: Options


def read(table: Path, output: Path, defaults: Row) -> tuple[list[Row], list[tuple[int, str]]]:
    """The rows, and what is wrong with those that cannot be used: a bad row stops no other."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Trouble(f"The table cannot be read ({error.strerror}): {table}") from error
    except UnicodeDecodeError as error:
        raise Trouble(f"The table is not UTF-8: export it from the spreadsheet as CSV (UTF-8): {table}") from error
    separator = "\t" if table.suffix.lower() == ".tsv" else ","
    reader = csv.DictReader(text.splitlines(), delimiter=separator)
    if "audio" not in (reader.fieldnames or []):
        raise Trouble(f"The table has no column “audio”: its first row names the columns: {table}")
    rows: list[Row] = []
    wrong: list[tuple[int, str]] = []
    outputs: dict[Path, int] = {}
    for number, cells in enumerate(reader, start=2):
        try:
            row = _row(number, {k: (v or "").strip() for k, v in cells.items() if k}, table.parent, output, defaults)
            if row.output in outputs:
                raise Trouble(f"the output is that of row {outputs[row.output]} too: {row.output.name}")
            outputs[row.output] = number
            rows.append(row)
        except Trouble as error:
            wrong.append((number, str(error)))
    return rows, wrong


def shard(rows: list[Row], which: str) -> list[Row]:
    """The rows of `I/N`, the first being 1/N: every Nth."""
    found = re.fullmatch(r"(\d+)/(\d+)", which)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise Trouble(f"--shard is “{which}”: write 1/8 to 8/8 for eight machines")
    return rows[int(found[1]) - 1 :: int(found[2])]


def _row(number: int, cells: dict[str, str], base: Path, output: Path, defaults: Row) -> Row:
    if not cells.get("audio"):
        raise Trouble("the column audio is empty")
    audio = base / cells["audio"]
    named = cells.get("output") or str(Path(cells["audio"]).with_suffix(""))
    place = (output / named).resolve()
    if output.resolve() not in place.parents:
        raise Trouble(f"the output lies outside the output folder: {named}")
    if place.suffix not in {".ma", ".mb"}:
        place = place.with_name(place.name + ".ma")
    options = defaults.options
    for name in _NUMBERS:
        if cells.get(name):
            changed: dict[str, Any] = {name: _number(name, cells[name])}
            options = replace(options, **changed)
    if cells.get("seed"):
        options = replace(options, seed=int(_number("seed", cells["seed"])))
    if cells.get("gain"):
        options = replace(options, gains=cells["gain"])
    if cells.get("speaker"):
        options = replace(options, speaker=_path(base, cells["speaker"]))
    return Row(
        number,
        audio,
        place,
        _path(base, cells["scene_file"]) if cells.get("scene_file") else defaults.scene,
        cells.get("character") or defaults.character,
        _path(base, cells["rig_map"]) if cells.get("rig_map") else defaults.rig_map,
        _number("start", cells["start"]) if cells.get("start") else defaults.start,
        options.checked(),
    )


def _number(column: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Trouble(f"{column} is “{text}”, which is no number") from None


def _path(base: Path, text: str) -> str:
    return str(base / text)
