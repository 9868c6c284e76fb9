"""Animates a table of lines of dialogue into Maya scenes, without a window.

    mayapy metaface_batch.py lines.csv -o out --scene hero.ma --character Hero

The table has one row per line, with the columns of `metaface batch`. The column audio is required. Optional columns
are output, character (a node of the scene), speaker, rig_map, start (a frame), scene_file (another scene), and the
options of the animation that metafaceAnimate has, in snake case, such as style_strength. Each line is written to a
separate scene, completely or not at all. A failed line does not stop the others.

Exit codes: 0 all lines are done, 2 wrong usage, 3 the table or the output cannot be used, 6 some lines failed,
7 every line failed.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from metaface_in_maya.host import batch
from metaface_in_maya.host.batch import BatchRow
from metaface_in_maya.host.errors import UserError, message_of
from metaface_in_maya.host.options import Options

_FILE_TYPES = {".ma": "mayaAscii", ".mb": "mayaBinary"}


def main(arguments: list[str] | None = None) -> int:
    """Runs the program and returns its exit code."""
    args = _parser().parse_args(arguments)
    options = Options(speaker=args.speaker or "").with_values({"gains": args.gains or "", "seed": args.seed})
    defaults = BatchRow(
        0, Path(), Path(), args.scene or "", args.character or "", args.rig_map or "", args.start, options
    )
    output = Path(args.output)
    try:
        output.mkdir(parents=True, exist_ok=True)
        all_rows, results = batch.read(Path(args.table), output, defaults, tuple(_FILE_TYPES))
        rows = batch.shard(all_rows, args.shard)
    except (UserError, OSError) as error:
        print(message_of(error), file=sys.stderr)
        return 3
    for result in results:
        print(result.error, file=sys.stderr)
    if rows:
        _start_maya()
    for row in rows:
        result = batch.run(row, partial(_animate, args))
        results.append(result)
        detail = result.error or result.output
        print(f"row {row.number}: {result.status}, {detail}", file=sys.stderr if result.error else sys.stdout)
    if args.report:
        batch.write_report(Path(args.report), "metaface_maya_batch", results, args.shard)
    print(f"{sum(not result.failed for result in results)} of {len(results)} lines are done")
    return batch.exit_code(results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="metaface_batch.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", help="CSV or TSV, UTF-8")
    parser.add_argument("-o", "--output", required=True, help="folder for the scenes")
    parser.add_argument("--scene", help="scene to open for each line, unless its row names another")
    parser.add_argument("--character", help="any node of the character, unless the row names another")
    parser.add_argument("--speaker", help="speaker file for rows without one")
    parser.add_argument("--rig-map", help="rig map for rows without one")
    parser.add_argument("--start", type=float, default=1.0, help="first frame of the lines (default: 1)")
    parser.add_argument("--gains", help="gains and offsets, as for metafaceAnimate -gains")
    parser.add_argument("--seed", type=int, default=7, help="seed of brows, head and eyes (default: 7)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="default: auto")
    parser.add_argument("--bake", action="store_true", help="bake into ordinary keys instead of animation layers")
    parser.add_argument("--fit", action="store_true", help="set the playback range to the range of the line")
    parser.add_argument("--shard", default="1/1", help="I/N: every Nth line, starting with the Ith")
    parser.add_argument("--report", help="JSON file for the result of each line")
    return parser


def _start_maya() -> None:
    """Starts Maya without a window, and loads the plug-in."""
    import maya.standalone

    maya.standalone.initialize(name="python")
    from maya import cmds

    # By path, since the module may be outside Maya's module folders.
    cmds.loadPlugin((Path(__file__).resolve().parents[1] / "plug-ins" / "metaface_maya.py").as_posix(), quiet=True)


def _animate(args: argparse.Namespace, row: BatchRow) -> list[str]:
    """Writes the scene of a row. Returns the warnings."""
    from maya import cmds
    from metaface_in_maya.scene import baking, characters, generating, rig, skins, storage

    if not row.scene:
        raise UserError("no scene: name one with --scene or in the column scene_file")
    if not os.path.isfile(row.scene):
        raise UserError(f"the scene was not found: {row.scene}")
    scene_warnings = _open(row.scene)
    skins.clear_cache()
    figure = characters.figure_of([row.character]) if row.character else _only_one(characters.all_figures(), row.scene)
    if row.rig_map:
        rig.load(figure, row.rig_map)
        figure = characters.fresh(figure)
    options = row.options
    if not options.speaker and storage.character_settings(figure.root).get("speaker"):
        options = options.with_values({"speaker": storage.character_settings(figure.root)["speaker"]})
    request = generating.of_file(figure, str(row.audio), row.start, options, add_sound=True)
    written = generating.plan(request, args.device).run()
    if args.fit:
        cmds.playbackOptions(minTime=math.floor(written.take.first), maxTime=math.ceil(written.take.last))
    if args.bake:
        baking.bake(characters.fresh(figure))
    _save(row.output)
    return [*scene_warnings, *written.warnings]


def _open(scene: str) -> list[str]:
    """Opens a scene and returns warnings: Maya raises an error even if only a texture or a plug-in is missing."""
    from maya import cmds

    try:
        cmds.file(scene, open=True, force=True)
    except RuntimeError as error:
        opened = str(cmds.file(query=True, sceneName=True))
        if not opened or not os.path.exists(opened) or not os.path.samefile(opened, scene):
            raise UserError(f"Maya cannot open the scene: {scene}: {str(error).strip()}") from error
        return [f"Maya opened the scene with errors: {str(error).strip()}"]
    return []


def _only_one(figures: list[Any], scene: str) -> Any:
    if len(figures) != 1:
        names = ", ".join(figure.name for figure in figures) or "no characters with blendShape targets"
        raise UserError(f"the scene has {names}: name one with --character or in the column character: {scene}")
    return figures[0]


def _save(output: Path) -> None:
    """Saves under a temporary name and then renames the file, so that the output is never incomplete."""
    from maya import cmds

    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(f".{output.stem}.{os.getpid()}{output.suffix}")
    try:
        cmds.file(rename=temporary.as_posix())
        cmds.file(save=True, force=True, type=_FILE_TYPES[output.suffix])
        os.replace(temporary, output)
    finally:
        temporary.unlink(missing_ok=True)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is written. Maya may crash when Python shuts down, which would change the exit code.
    os._exit(code)
