"""metafaceAnimate: makes takes of sounds and captures; lists, regenerates, removes and bakes takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from maya.api import OpenMaya as om

from ..host import wording
from ..host.errors import UserError
from ..host.options import TAKE_OPTIONS, Options
from ..scene import baking, characters, checks, generating, layers, rig, sounds, storage, units
from ..scene.undo import undo_step
from .flag_command import FlagCommand
from .flags import Arguments, Flag, option_flag
from .running import run, warn

# No other flag may have the short name of an option, its first three letters.
FLAGS = (
    Flag("sound", "s", "text", "Sound file to animate: WAV, MP3, FLAC, OGG, M4A and others, at any sample rate"),
    Flag("audio", "a", "text", "Audio node on the timeline to animate; may be repeated", multi=True),
    Flag("clip", "c", "text", "Capture to play: Live Link Face CSV, Audio2Face JSON, or a clip in glTF or USD"),
    Flag("start", "st", "time", "First frame of -sound or -clip; defaults to the current frame"),
    Flag("take", "t", "text", "Name of the take; defaults to the sound's name. A take of this name is replaced"),
    Flag("layer", "l", "text", "Animation layer to write to; defaults to a layer named after the take"),
    Flag("override", "ovr", "bool", "The take replaces the layers below it instead of adding to them"),
    Flag("addSound", "ads", "bool", "Put -sound on the timeline; defaults to true"),
    Flag("speaker", "sp", "text", "Speaker file; defaults to the character's; “none” is the average", query=True),
    Flag("jawTurn", "jt", "number", "Factor on the rotation of the jaw joint, 0 to 3"),
    Flag("headTurn", "ht", "number", "Factor on the rotation of the head joint, 0 to 3"),
    Flag("eyeTurn", "et", "number", "Factor on the rotation of the eye joints, 0 to 3"),
    Flag("rigMap", "rm", "text", "Rig map file to store with the character; an empty name removes it", query=True),
    Flag("regenerate", "rg", "text", "Take to generate again with its settings, or “all”; may be repeated", multi=True),
    Flag("remove", "rmv", "text", "Take to remove; your keys stay; may be repeated", multi=True),
    Flag("bake", "bk", "switch", "Bake takes and hand edits into ordinary keys, without layers"),
    Flag("device", "dev", "text", "auto, cpu or cuda; defaults to auto"),
    Flag("takes", "tk", "switch", "Names of the character's takes", query=True),
    Flag("settings", "set", "switch", "Settings of the takes, as JSON", query=True),
    Flag("report", "rp", "switch", "What will move and by which channel, and what will not and why", query=True),
    Flag("problems", "pb", "switch", "What keeps the face from moving, with the remedies", query=True),
    Flag("character", "ch", "switch", "The character's name, and the node that stores its settings", query=True),
    *(option_flag(option) for option in TAKE_OPTIONS),
)

_TURN_FLAGS = {"jawTurn": "jaw", "headTurn": "head_turn", "eyeTurn": "eye_turn"}


class AnimateCommand(FlagCommand):
    """Makes and changes takes, or answers a query."""

    name = "metafaceAnimate"
    flags = FLAGS

    def execute(self, arguments: Arguments) -> Any:
        """Returns the answer to a query, or the names of what was changed."""
        return query(arguments) if arguments.query else act(arguments)


def act(arguments: Arguments) -> list[str]:
    """Executes the flags in one step of undo. Returns the layers, takes or characters that were changed."""
    with undo_step(AnimateCommand.name):
        return list(_actions(arguments))


def _actions(arguments: Arguments) -> Iterator[str]:
    figure, acted = characters.figure_of(arguments.objects), False
    if "rigMap" in arguments.values:
        rig.load(figure, arguments.get("rigMap"))
        acted = True
    for name in arguments.get("remove", []):
        layers.remove(characters.fresh(figure), name)
        acted = True
        yield name
    for request in _requests(figure, arguments):
        written = run(generating.plan(request, arguments.get("device", "auto")))
        warn(written.warnings)
        acted = True
        yield written.layer
    if arguments.get("bake"):
        count, (first, last) = baking.bake(characters.fresh(figure))
        om.MGlobal.displayInfo(f"MetaFace: baked {count} curves from frame {first:g} to {last:g}")
        acted = True
        yield figure.name
    if not acted:
        raise UserError(
            "Nothing to animate: use -sound FILE, -audio NODE or -clip FILE, or choose a sound on the time slider"
        )


def query(arguments: Arguments) -> Any:
    """The answer for one flag."""
    if len(arguments.queried) != 1:
        choices = ", ".join(f"-{flag.long}" for flag in FLAGS if flag.query)
        raise UserError(f"Query one flag at a time: {choices}")
    figure, flag = characters.figure_of(arguments.objects), arguments.queried[0]
    if flag == "takes":
        return [take.name for _, take in layers.takes(figure)]
    if flag == "settings":
        return json.dumps({take.name: take.options for _, take in layers.takes(figure)}, ensure_ascii=False)
    if flag == "speaker":
        return str(storage.character_settings(figure.root).get("speaker", ""))
    if flag == "character":
        return [figure.name, figure.root]
    character = figure.character()
    rig_map = rig.rig_map(figure, character)
    if flag == "rigMap":
        return str(rig_map.to_json())
    report = rig_map.report(character)
    if flag == "problems":
        return checks.problems(figure, report)
    return f"{figure.name}: {wording.summary(report)}\n{report}"


def options_of(arguments: Arguments, base: Options) -> Options:
    """The base options, changed by the flags."""
    names = {option.flag: option.name for option in TAKE_OPTIONS} | _TURN_FLAGS | {"speaker": "speaker"}
    changes = {name: arguments.get(flag) for flag, name in names.items() if flag in arguments.values}
    if changes.get("speaker") == "none":
        changes["speaker"] = ""
    return base.with_values(changes).checked()


def _requests(figure: Any, arguments: Arguments) -> list[generating.TakeRequest]:
    """The takes to make."""
    inputs = [flag for flag in ("sound", "audio", "clip", "regenerate") if flag in arguments.values]
    if len(inputs) > 1:
        raise UserError(f"-{inputs[0]} and -{inputs[1]} cannot be combined: use one of them")
    if inputs == ["regenerate"]:
        return _regenerated(figure, arguments)
    if not inputs and ({"remove", "bake", "rigMap"} & set(arguments.values)):
        return []
    options = options_of(arguments, Options(speaker=storage.character_settings(figure.root).get("speaker", "")))
    more: dict[str, Any] = {"layer": arguments.get("layer", ""), "override": bool(arguments.get("override", False))}
    start = arguments.get("start", units.now())
    name = arguments.get("take", "")
    if inputs == ["clip"]:
        return [generating.of_clip(figure, arguments.get("clip"), start, options, name=name, **more)]
    if inputs == ["sound"]:
        add = bool(arguments.get("addSound", True))
        return [generating.of_file(figure, arguments.get("sound"), start, options, name=name, add_sound=add, **more)]
    nodes = arguments.get("audio", [node for node in [sounds.active()] if node])
    if name and len(nodes) > 1:
        raise UserError("-take cannot name the takes of several -audio: leave it out, and they get the sounds' names")
    return [generating.of_audio(figure, node, options, name=name, **more) for node in nodes]


def _regenerated(figure: Any, arguments: Arguments) -> list[generating.TakeRequest]:
    names = arguments.get("regenerate")
    if names == ["all"]:
        names = [take.name for _, take in layers.takes(figure)]
    requests = [generating.regenerated(figure, name) for name in names]
    return [generating.with_options(request, options_of(arguments, request.options)) for request in requests]
