"""Lines of dialogue into Maya scenes, without a window.

    mayapy metaface_batch.py lines.csv -o out --scene hero.ma --character Hero

A table has a row for each line, with the columns of `metaface batch`: audio, and perhaps output, character (a node of
the scene), speaker, rig_map, start, strength, style_strength, liveliness, smoothing, gain, seed; scene_file names
another scene. Every line is written to a scene of its own, whole or not at all. A line that fails stops no other.

Exit codes: 0 all lines are done, 2 wrong usage, 3 the table or the output cannot be used, 6 some lines failed,
7 every line failed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from metaface_in_maya.core import table
from metaface_in_maya.core.options import Options
from metaface_in_maya.core.table import Row
from metaface_in_maya.core.trouble import Trouble, plain

_KINDS = {".ma": "mayaAscii", ".mb": "mayaBinary"}


@dataclass
class Outcome:
    """What became of a line."""

    row: int
    audio: str
    output: str
    status: str = "done"
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main(arguments: list[str] | None = None) -> int:
    """The program; gives its exit code."""
    given = _parser().parse_args(arguments)
    options = Options(speaker=given.speaker or "", gains=given.gain or "", seed=given.seed)
    defaults = Row(
        0, Path(), Path(), given.scene or "", given.character or "", given.rig_map or "", given.start, options
    )
    output = Path(given.output)
    try:
        output.mkdir(parents=True, exist_ok=True)
        rows, wrong = table.read(Path(given.table), output, defaults)
        rows = table.shard(rows, given.shard)
    except (Trouble, OSError) as error:
        print(plain(error), file=sys.stderr)
        return 3
    outcomes = [Outcome(number, "", "", "failed", why) for number, why in wrong]
    for outcome in outcomes:
        print(f"row {outcome.row}: {outcome.error}", file=sys.stderr)
    if rows:
        _begin()
    for row in rows:
        outcome = _line(row, given)
        outcomes.append(outcome)
        said = outcome.error or outcome.output
        print(f"row {row.number}: {outcome.status}, {said}", file=sys.stderr if outcome.error else sys.stdout)
    if given.report:
        _report(Path(given.report), outcomes, given.shard)
    failed = sum(outcome.status == "failed" for outcome in outcomes)
    print(f"{len(outcomes) - failed} of {len(outcomes)} lines are done")
    if failed == 0:
        return 0
    return 7 if failed == len(outcomes) else 6


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="metaface_batch.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", help="CSV or TSV, UTF-8")
    parser.add_argument("-o", "--output", required=True, help="the folder of the scenes that are made")
    parser.add_argument("--scene", help="the scene that is opened for each line, unless its row says another")
    parser.add_argument("--character", help="any node of the character, unless its row says another")
    parser.add_argument("--speaker", help="a .speaker file, for rows that say none")
    parser.add_argument("--rig-map", help="a rig map, for rows that say none")
    parser.add_argument("--start", type=float, default=1.0, help="the frame at which lines begin (1)")
    parser.add_argument("--gain", help="as metafaceAnimate -gain")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--bake", action="store_true", help="ordinary keys instead of animation layers")
    parser.add_argument("--fit", action="store_true", help="the playback range becomes that of the line")
    parser.add_argument("--shard", default="1/1", help="I/N: every Nth line, beginning with the Ith")
    parser.add_argument("--report", help="a JSON file that says what became of each line")
    return parser


def _begin() -> None:
    """Maya without a window, with the plug-in."""
    import maya.standalone

    maya.standalone.initialize(name="python")
    from maya import cmds

    # By its path: the module may lie outside Maya's module folders.
    cmds.loadPlugin((Path(__file__).resolve().parents[1] / "plug-ins" / "metaface_maya.py").as_posix(), quiet=True)


def _line(row: Row, given: argparse.Namespace) -> Outcome:
    outcome = Outcome(row.number, str(row.audio), str(row.output))
    begun = time.monotonic()
    try:
        outcome.warnings = _made(row, given)
    except Exception as error:
        outcome.status, outcome.error = "failed", plain(error).strip()
    outcome.seconds = round(time.monotonic() - begun, 3)
    return outcome


def _made(row: Row, given: argparse.Namespace) -> list[str]:
    from maya import cmds
    from metaface_in_maya.scene import baking, cast, kept, rig, skins, speaking

    if not row.scene:
        raise Trouble("no scene is named: --scene, or the column scene_file")
    if not os.path.isfile(row.scene):
        raise Trouble(f"the scene is not there: {row.scene}")
    troubles = _open(row.scene)
    skins.forget()
    figure = cast.figure_of([row.character]) if row.character else _only_one(cast.every(), row.scene)
    if row.rig_map:
        rig.load(figure, row.rig_map)
        figure = cast.fresh(figure)
    options = row.options
    if not options.speaker and kept.of_character(figure.root).get("speaker"):
        options = Options(**{**asdict(options), "speaker": kept.of_character(figure.root)["speaker"]})
    line = speaking.of_file(figure, str(row.audio), row.start, options, add_sound=True)
    plan = speaking.plan(line, given.device)
    spoken = plan.finish(plan.work(lambda _share: True))
    if given.fit:
        cmds.playbackOptions(minTime=math.floor(spoken.take.first), maxTime=math.ceil(spoken.take.last))
    if given.bake:
        baking.bake(cast.fresh(figure))
    _save(row.output)
    return [*troubles, *spoken.warnings]


def _open(scene: str) -> list[str]:
    """Opens a scene. Maya calls it an error if anything in it is amiss, such as a missing texture or plug-in."""
    from maya import cmds

    try:
        cmds.file(scene, open=True, force=True)
    except RuntimeError as error:
        opened = str(cmds.file(query=True, sceneName=True))
        if not opened or not os.path.exists(opened) or not os.path.samefile(opened, scene):
            raise Trouble(f"Maya cannot open the scene: {scene}: {str(error).strip()}") from error
        return [f"Maya opened the scene with errors: {str(error).strip()}"]
    return []


def _only_one(figures: list[Any], scene: str) -> Any:
    if len(figures) != 1:
        names = ", ".join(figure.name for figure in figures) or "none with blendShape targets"
        raise Trouble(f"the scene has {names}: say who speaks with --character or the column character: {scene}")
    return figures[0]


def _save(output: Path) -> None:
    """To a temporary name, then renamed: whole or not at all."""
    from maya import cmds

    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = output.with_name(f".{output.stem}.{os.getpid()}{output.suffix}")
    try:
        cmds.file(rename=scratch.as_posix())
        cmds.file(save=True, force=True, type=_KINDS[output.suffix])
        os.replace(scratch, output)
    finally:
        scratch.unlink(missing_ok=True)


def _report(path: Path, outcomes: list[Outcome], shard: str) -> None:
    lines = [asdict(outcome) for outcome in sorted(outcomes, key=lambda outcome: outcome.row)]
    totals = {status: sum(line["status"] == status for line in lines) for status in ("done", "failed")}
    text = json.dumps({"metaface_maya_batch": 1, "shard": shard, "totals": totals, "lines": lines}, indent=2)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(text + "\n", encoding="utf-8")
    os.replace(scratch, path)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # All is written. Maya may crash when Python takes it apart, and a farm would take that for the result.
    os._exit(code)
