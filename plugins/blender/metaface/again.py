"""Takes made again: their lines are found anew from what is stored on their actions."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import bpy

from . import figure, files, layers, lines, reach, sounds, speaking
from .jobs import Plan, Steps, steps
from .lines import Line
from .trouble import Trouble


def plan(context: bpy.types.Context, found: figure.Figure, takes: list[layers.Take], *, use_panel: bool) -> Plan:
    """Makes these takes again, with their own settings or with the panel's."""
    spoken = [_line_of(context, found, take, use_panel) for take in takes if take.info.get("kind") != "clip"]
    read = [take for take in takes if take.info.get("kind") == "clip"]
    root = found.root.name
    if not spoken:
        return Plan("MetaFace", lambda _progress: None, lambda where, _none: _read_again(where, root, read))
    main = reach.watched(speaking.plan(context, spoken), spoken)
    if not read:
        return main

    def finish(where: bpy.types.Context, result: Any) -> Steps:
        told = yield from steps(main.finish(where, result))
        return told + "\n" + _read_again(where, root, read)

    return Plan(main.label, main.work, finish)


def to_panel(root: bpy.types.Object, info: dict[str, Any]) -> None:
    """A take's settings, in the panel again."""
    if info.get("kind") == "clip":
        raise Trouble("This take was read from a file: it has no settings of its own")
    settings = root.metaface
    for name in lines.OPTIONS:
        if name in info:
            setattr(settings, name, type(getattr(settings, name))(info[name]))
    settings.use_smoothing = "smoothing" in info
    if settings.use_smoothing:
        settings.smoothing = float(info["smoothing"])
    settings.speaker = str(info.get("speaker", ""))
    settings.style_strength = float(info.get("style_strength", 1.0))


def _line_of(context: bpy.types.Context, found: figure.Figure, take: layers.Take, use_panel: bool) -> Line:
    """What the take says, or why it cannot be said again: no hindrance to the others."""
    try:
        return _line(context, found, take, use_panel)
    except Trouble as error:
        return Line(take.line, take.label, found.root.name, take.sound, None, trouble=str(error))


def _line(context: bpy.types.Context, found: figure.Figure, take: layers.Take, use_panel: bool) -> Line:
    info = take.info
    line = _placed_line(context, found, take, use_panel)
    if use_panel:
        return line
    options: dict[str, Any] = {name: info[name] for name in lines.OPTIONS if name in info}
    options["smoothing"] = info.get("smoothing")
    return dataclasses.replace(
        line,
        options=options,
        speaker=_path(info.get("speaker"), "The speaker"),
        style_strength=float(info.get("style_strength", 1.0)),
    )


def _placed_line(context: bpy.types.Context, found: figure.Figure, take: layers.Take, use_panel: bool) -> Line:
    """The take's sound where it lies now: its strip, or its file."""
    for strip in sounds.strips(lines.sequencer(context)):
        if strip.key == take.line:
            if use_panel:
                return lines.from_strip(strip, found, _of_channel(context, strip.channel))
            return lines.from_strip(strip, found, _path(take.info.get("speaker"), "The speaker"))
    path = _path(take.info.get("sound"), "The sound")
    if not os.path.isfile(path):
        raise Trouble(
            f"The sound of the take “{take.label}” is gone: neither its strip nor {path} is there. "
            "Put the sound back, or remove the take"
        )
    if "frame" not in take.info:
        raise Trouble(
            f"The sound strip of the take “{take.label}” is gone from the sequencer. "
            "Put it back with Undo, or generate the line from its file"
        )
    return lines.from_path(found, path, int(take.info["frame"]), take.line)


def _of_channel(context: bpy.types.Context, channel: int) -> str:
    """The speaker that the table of channels has for a channel, where it is in use; else the character's is meant."""
    settings = context.scene.metaface
    if settings.source != "ALL":
        return ""
    return next((row.speaker for row in settings.channels if row.channel == channel and row.use), "")


def _read_again(context: bpy.types.Context, root: str, takes: list[layers.Take]) -> str:
    """Captures, read from their files again."""
    found = speaking.figure_named(root)
    told = []
    for take in takes:
        path = _path(take.info["clip"], "The file of curves")
        told.append(files.take_in(context, found, path, float(take.info["frame"]), take.line))
    return "\n".join(told)


def _path(stored: Any, what: str) -> str:
    return lines.absolute(str(stored), what) if stored else ""
