"""metafaceAnimate: lines become takes; takes are listed, made again, removed and baked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from maya.api import OpenMaya as om

from ..core import wording
from ..core.options import Options
from ..core.trouble import Trouble
from ..scene import baking, cast, checks, kept, layers, rig, sounds, speaking, units
from ..scene.undo import step
from .flagged import Flagged
from .flags import Flag, Given
from .running import run, warn

FLAGS = (
    Flag("sound", "s", "text", "a sound file to speak: WAV, MP3, FLAC, OGG, M4A and others, at any sample rate"),
    Flag("audio", "a", "text", "a sound on the timeline to speak, by its node; may be repeated", multi=True),
    Flag("clip", "c", "text", "a capture to play: Live Link Face CSV, Audio2Face JSON, a clip in glTF or USD"),
    Flag("start", "st", "time", "the frame at which -sound or -clip begins; the current frame without"),
    Flag("take", "t", "text", "the take's name; the sound's without. A take of this name is replaced"),
    Flag("layer", "l", "text", "the animation layer to write to; one of its own, named for the take, without"),
    Flag("override", "ovr", "bool", "the take replaces what lies below while it lasts, instead of adding to it"),
    Flag("addSound", "ads", "bool", "puts -sound on the timeline; true without"),
    Flag("speaker", "sp", "text", "a .speaker file; the character's own without, “none” for the average", query=True),
    Flag("styleStrength", "ss", "number", "how much of the speaker: 0 is the average, 1 this one, up to 2 exaggerates"),
    Flag("strength", "str", "number", "how far everything moves, 0 to 2"),
    Flag("liveliness", "liv", "number", "brows, head and gaze, 0 to 2; at 0 only the mouth moves"),
    Flag("smoothing", "smo", "number", "smoother motion in which the lips still close, 0 to 1"),
    Flag("gain", "g", "text", "by channel or group: JawOpen=1.2, brows=1.3; may be repeated", multi=True),
    Flag("seed", "sd", "whole", "the same seed gives the same blinks, glances and nods; 7 without"),
    Flag("head", "hd", "bool", "whether the head moves"),
    Flag("eyes", "ey", "bool", "whether there are blinks and gaze"),
    Flag("jawTurn", "jt", "number", "a factor on how far the jaw joint turns, 0 to 3"),
    Flag("headTurn", "ht", "number", "a factor on how far the head joint turns, 0 to 3"),
    Flag("eyeTurn", "et", "number", "a factor on how far the eye joints turn, 0 to 3"),
    Flag("rigMap", "rm", "text", "keeps a rig map file with the character; an empty name forgets it", query=True),
    Flag("regenerate", "rg", "text", "makes a take again as it was made; may be repeated, “all” for all", multi=True),
    Flag("remove", "rmv", "text", "takes a take off; your keys stay; may be repeated", multi=True),
    Flag("bake", "bk", "switch", "bakes takes and hand edits down to ordinary keys, without layers"),
    Flag("device", "dev", "text", "auto, cpu or cuda; auto without"),
    Flag("takes", "tk", "switch", "the takes of the character, by name", query=True),
    Flag("settings", "set", "switch", "what the takes were made with: JSON", query=True),
    Flag("report", "rp", "switch", "what will move and by which channel, and what not and why: text", query=True),
    Flag("problems", "pb", "switch", "what keeps the face from moving, each with its remedy", query=True),
    Flag("character", "ch", "switch", "the character's name, and the node that keeps its settings", query=True),
)

_OPTIONS = {
    "speaker": "speaker",
    "styleStrength": "style_strength",
    "strength": "strength",
    "liveliness": "liveliness",
    "smoothing": "smoothing",
    "seed": "seed",
    "head": "head",
    "eyes": "eyes",
    "jawTurn": "jaw",
    "headTurn": "head_turn",
    "eyeTurn": "eye_turn",
}


class Animate(Flagged):
    """Lines, captures and what becomes of their takes."""

    name = "metafaceAnimate"
    flags = FLAGS

    def answer_to(self, given: Given) -> Any:
        """What is asked for, or what was changed."""
        return query(given) if given.query else act(given)


def act(given: Given) -> list[str]:
    """What the flags ask for, as one step of undo; gives the layers, takes or characters that were changed."""
    with step(Animate.name):
        return list(_acted(given))


def _acted(given: Given) -> Iterator[str]:
    figure, acted = cast.figure_of(given.objects), False
    if "rigMap" in given.values:
        rig.load(figure, given.get("rigMap"))
        acted = True
    for name in given.get("remove", []):
        layers.remove(cast.fresh(figure), name)
        acted = True
        yield name
    for line in _lines(figure, given):
        spoken = run(speaking.plan(line, given.get("device", "auto")))
        warn(spoken.warnings)
        acted = True
        yield spoken.layer
    if given.get("bake"):
        count, (first, last) = baking.bake(cast.fresh(figure))
        om.MGlobal.displayInfo(f"MetaFace: {count} curves from frame {first:g} to {last:g}")
        acted = True
        yield figure.name
    if not acted:
        raise Trouble("Say what is spoken: -sound FILE, -audio NODE or -clip FILE; or choose a sound on the time slider")


def query(given: Given) -> Any:
    """One answer for one flag."""
    if len(given.asked) != 1:
        raise Trouble("Query one flag at a time: -takes, -settings, -report, -problems, -rigMap, -speaker or -character")
    figure, asked = cast.figure_of(given.objects), given.asked[0]
    if asked == "takes":
        return [take.name for _, take in layers.takes(figure)]
    if asked == "settings":
        return json.dumps({take.name: take.options for _, take in layers.takes(figure)}, ensure_ascii=False)
    if asked == "speaker":
        return str(kept.of_character(figure.root).get("speaker", ""))
    if asked == "character":
        return [figure.name, figure.root]
    character = figure.character()
    rig_map = rig.rig_map(figure, character)
    if asked == "rigMap":
        return str(rig_map.to_json())
    report = rig_map.report(character)
    if asked == "problems":
        return checks.problems(figure, report)
    return f"{figure.name}: {wording.summary(report)}\n{report}"


def options_of(given: Given, base: Options) -> Options:
    """The options that the flags change."""
    changes = {field: given.get(flag) for flag, field in _OPTIONS.items() if flag in given.values}
    if changes.get("speaker") == "none":
        changes["speaker"] = ""
    if "gain" in given.values:
        changes["gains"] = ",".join(given.get("gain"))
    return replace(base, **changes).checked()


def _lines(figure: Any, given: Given) -> list[speaking.Line]:
    named = [flag for flag in ("sound", "audio", "clip", "regenerate") if flag in given.values]
    if len(named) > 1:
        raise Trouble(f"-{named[0]} and -{named[1]} together: one of them at a time")
    if named == ["regenerate"]:
        return _again(figure, given)
    if not named and ({"remove", "bake", "rigMap"} & set(given.values)):
        return []
    options = options_of(given, Options(speaker=kept.of_character(figure.root).get("speaker", "")))
    more: dict[str, Any] = {"layer": given.get("layer", ""), "override": bool(given.get("override", False))}
    start = given.get("start", units.now())
    name = given.get("take", "")
    if named == ["clip"]:
        return [speaking.of_clip(figure, given.get("clip"), start, options, name=name, **more)]
    if named == ["sound"]:
        add = bool(given.get("addSound", True))
        return [speaking.of_file(figure, given.get("sound"), start, options, name=name, add_sound=add, **more)]
    nodes = given.get("audio", [node for node in [sounds.active()] if node])
    if name and len(nodes) > 1:
        raise Trouble("-take names one line, and -audio names several: their takes are named for their sounds")
    return [speaking.of_audio(figure, node, options, name=name, **more) for node in nodes]


def _again(figure: Any, given: Given) -> list[speaking.Line]:
    names = given.get("regenerate")
    if names == ["all"]:
        names = [take.name for _, take in layers.takes(figure)]
    lines = [speaking.again(figure, name) for name in names]
    return [speaking.with_options(line, options_of(given, line.options)) for line in lines]
