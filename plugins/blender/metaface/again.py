"""Regenerates takes from the data stored on their actions."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import bpy

from . import figure, files, layers, lines, paths, reach, selection, sounds, speaking
from .errors import UserError
from .jobs import Plan, Steps, as_steps
from .lines import DialogueLine
from .settings import OPTIONS


def plan(context: bpy.types.Context, found: figure.Figure, takes: list[layers.Take], *, use_panel: bool) -> Plan:
    """The plan that regenerates these takes, with their stored settings or with the panel's."""
    chosen = [_line_or_error(context, found, take, use_panel) for take in takes if take.info.get("kind") != "clip"]
    clip_takes = [take for take in takes if take.info.get("kind") == "clip"]
    root = found.root.name
    if not chosen:
        return Plan("MetaFace", lambda _progress: None, lambda where, _none: _import_again(where, root, clip_takes))
    main = reach.with_range_warning(speaking.plan(context, chosen), chosen)
    if not clip_takes:
        return main

    def finish(where: bpy.types.Context, result: Any) -> Steps:
        message = yield from as_steps(main.finish(where, result))
        return message + "\n" + _import_again(where, root, clip_takes)

    return Plan(main.label, main.work, finish)


def to_panel(root: bpy.types.Object, info: dict[str, Any]) -> None:
    """Copies a take's settings to the panel."""
    if info.get("kind") == "clip":
        raise UserError("This take was imported from a file and has no settings. Choose a generated take")
    settings = root.metaface
    for option in OPTIONS:
        value = info.get(option.name, option.default)
        setattr(settings, option.name, type(option.default)(value))
    settings.speaker = str(info.get("speaker", ""))


def _line_or_error(
    context: bpy.types.Context, found: figure.Figure, take: layers.Take, use_panel: bool
) -> DialogueLine:
    """The take's line, or a line with an error, so that one missing sound does not stop the other takes."""
    try:
        return _line(context, found, take, use_panel)
    except UserError as error:
        return DialogueLine(take.line, take.label, found.root.name, take.sound, None, error=str(error))


def _line(context: bpy.types.Context, found: figure.Figure, take: layers.Take, use_panel: bool) -> DialogueLine:
    info = take.info
    line = _line_at_its_sound(context, found, take, use_panel)
    if use_panel:
        return line
    options = {option.name: info[option.name] for option in OPTIONS if option.is_animation and option.name in info}
    return dataclasses.replace(
        line,
        options=options,
        speaker=_absolute(info.get("speaker"), "The speaker"),
        style_strength=float(info.get("style_strength", 1.0)),
    )


def _line_at_its_sound(
    context: bpy.types.Context, found: figure.Figure, take: layers.Take, use_panel: bool
) -> DialogueLine:
    """The take's line at the current place of its sound: at its strip, or at the frame of its file."""
    for strip in sounds.strips(selection.sequencer_scene(context)):
        if strip.key == take.line:
            if use_panel:
                return lines.from_strip(strip, found, _channel_speaker(context, strip.channel))
            return lines.from_strip(strip, found, _absolute(take.info.get("speaker"), "The speaker"))
    path = _absolute(take.info.get("sound"), "The sound")
    if not os.path.isfile(path):
        raise UserError(
            f"The sound of the take “{take.label}” is missing: neither its strip nor {path} exists. "
            "Restore the sound, or remove the take"
        )
    if "frame" not in take.info:
        raise UserError(
            f"The sound strip of the take “{take.label}” was removed from the sequencer. "
            "Restore it with Undo, or generate the line from its file"
        )
    return lines.from_path(found, path, int(take.info["frame"]), take.line)


def _channel_speaker(context: bpy.types.Context, channel: int) -> str:
    """The speaker file that the channel table assigns to a channel; empty for the character's speaker."""
    settings = context.scene.metaface
    if settings.source != "ALL":
        return ""
    return next((row.speaker for row in settings.channels if row.channel == channel and row.use), "")


def _import_again(context: bpy.types.Context, root: str, takes: list[layers.Take]) -> str:
    """Imports captures from their files again."""
    found = speaking.figure_named(root)
    messages = []
    for take in takes:
        path = _absolute(take.info["clip"], "The animation file")
        messages.append(files.import_clip(context, found, path, float(take.info["frame"]), take.line))
    return "\n".join(messages)


def _absolute(stored: Any, subject: str) -> str:
    return paths.absolute(str(stored), subject) if stored else ""
