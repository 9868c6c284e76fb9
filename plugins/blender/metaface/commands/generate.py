"""Generate: animates the sounds that are chosen in the panel; and the table of the sequencer's channels."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import bpy

from ..host import speaking
from ..host.errors import STOPPED, Stopped, message_of, name_list
from ..host.jobs import Plan, ProgressCallback, Steps, split_progress
from ..host.motion import FADE, Limits
from ..scene import characters, layers, lines, rig, settings, sounds
from ..scene.characters import Figure
from ..scene.lines import DialogueLine
from .operator import BackgroundOperator, ImmediateOperator, editable_character, is_idle

_NAMED = 3  # number of takes that a warning names; it counts the others
_SLACK = 1e-3  # frames


@dataclass
class _AnimatedLine:
    """A line with its performance, for the main thread."""

    line: DialogueLine
    performance: Any  # metaface.Performance
    speech: speaking.Speech


def plan(context: bpy.types.Context, chosen: list[DialogueLine]) -> Plan:
    """The plan that animates these lines."""
    rate = sounds.rate_of(context.scene)
    device = settings.device(context)
    work_on = speaking.Lines(len(chosen))
    rigs = _load_rigs(chosen)
    usable = []
    for line in chosen:
        error = line.error or rigs[line.root]
        if isinstance(error, str):
            work_on.failed.append((line.label, error))
        else:
            usable.append(line)
    work_on.require_any()

    def animate(line: DialogueLine, progress: ProgressCallback) -> _AnimatedLine:
        speech = speaking.animate(line.sound, line.label, rate, line.options, progress, device)
        return _AnimatedLine(line, rigs[line.root].drive(speech.clip), speech)

    def work(progress: ProgressCallback) -> list[_AnimatedLine]:
        animated = []
        for line, line_progress in zip(usable, split_progress(progress, len(usable)), strict=True):
            if not line_progress(0.0):
                raise Stopped(STOPPED)
            result = work_on.attempt(line.label, lambda line=line, p=line_progress: animate(line, p))
            if result is not None:
                work_on.warnings += [f"{line.label}: {text}" for text in result.speech.warnings]
                animated.append(result)
        return animated

    def finish(animated: list[_AnimatedLine]) -> Steps:
        figures: dict[str, Figure] = {}
        done = []

        def write(each: _AnimatedLine) -> tuple[str, str]:
            root = each.line.root
            if root not in figures:
                figures[root] = characters.require_named(root)
            _write(figures[root], each, rigs[root].limits, work_on.warnings)
            return rigs[root].name, os.path.basename(each.line.label)

        for number, each in enumerate(animated, start=1):
            written = work_on.attempt(each.line.label, lambda each=each: write(each))
            done += [written] if written else []
            yield number / len(animated)
        work_on.require_any()
        late = _range_warning(bpy.context.scene, chosen)
        return work_on.summary(done) + (f"\n{late}" if late else "")

    label = f"MetaFace: {chosen[0].label}" if len(chosen) == 1 else f"MetaFace: {len(chosen)} lines"
    return Plan(label, work, finish)


def _load_rigs(chosen: list[DialogueLine]) -> dict[str, rig.Rig | str]:
    """The characters by the name of their root object, or the error of one that cannot be animated."""
    found: dict[str, rig.Rig | str] = {}
    for root in dict.fromkeys(line.root for line in chosen if not line.error):
        try:
            found[root] = rig.load(characters.require_named(root))
        except Exception as error:
            found[root] = message_of(error)
    return found


def _write(found: Figure, animated: _AnimatedLine, limits: Limits, warnings: list[str]) -> None:
    """Writes the take of a line."""
    line = animated.line
    key, placement = lines.place(line, found, animated.speech.seconds, warnings)
    # The settings that regenerate the take.
    info: dict[str, Any] = {"kind": "sound", "label": line.label}
    info |= {"sound": settings.portable_path(line.sound), "speaker": settings.portable_path(line.options.speaker)}
    info |= line.options.values
    info |= speaking.made_by(animated.speech.clip.metadata)
    if key.startswith("file:"):
        info["frame"] = line.at_frame
    layers.write(found, key, animated.performance, placement, info, limits=limits)
    found.root.metaface.take_line = key


def _range_warning(scene: bpy.types.Scene, chosen: list[DialogueLine]) -> str:
    """A warning about lines that end after the scene, where they are not rendered."""
    fade = FADE * float(sounds.rate_of(scene)) + _SLACK
    ends = [(line.label, _end(line, fade)) for line in chosen if not line.error]
    late = [(label, end) for label, end in ends if end > scene.frame_end + fade]
    if not late:
        return ""
    named = name_list([f"“{label}”" for label, _ in late], _NAMED)
    last = max(end for _, end in late)
    return f"The scene ends at frame {scene.frame_end}, before the end of {named}: set End to {last:.0f} to show it"


def _end(line: DialogueLine, fade: float) -> float:
    """The last frame of a generated line, without its fade."""
    if line.placement is not None:
        return line.placement.last_visible
    found = characters.find([bpy.data.objects.get(line.root)])
    if found is None:
        return 0.0
    by_key = {take.line: take for take in layers.takes(found)}
    # A file that was added to the sequencer has its strip's key now, and its take is the chosen one.
    take = by_key.get(line.key) or by_key.get(found.root.metaface.take_line)
    return take.frame_end - fade if take is not None else 0.0


class METAFACE_OT_generate(BackgroundOperator, bpy.types.Operator):
    """Animate the character to the sound. Generating a line again replaces its take; your hand edits stay"""

    bl_idname = "metaface.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a sound and a character."""
        source = context.scene.metaface.source
        if source == "ALL":
            return is_idle(cls)
        if editable_character(cls, context) is None:
            return False
        if source == "FILE" and not context.scene.metaface.sound_file:
            cls.poll_message_set("Choose a sound file first")
            return False
        if source == "STRIP" and sounds.active(context) is None:
            cls.poll_message_set("Click a sound strip in the Video Sequencer first")
            return False
        return True

    def plan(self, context: bpy.types.Context) -> Plan:
        """The plan for the panel's lines."""
        return plan(context, lines.collect(context))


class METAFACE_OT_read_channels(ImmediateOperator, bpy.types.Operator):
    """List every channel of the sequencer that has sound, and keep earlier assignments"""

    bl_idname = "metaface.read_channels"
    bl_label = "Read Channels"
    bl_options = {"REGISTER", "UNDO"}

    def run(self, context: bpy.types.Context) -> str:
        """Adds missing rows, removes rows without sound and character, and sorts the rows."""
        table = context.scene.metaface.channels
        used = {strip.channel for strip in sounds.strips(sounds.sequencer_scene(context))}
        for index in reversed(range(len(table))):
            if table[index].channel not in used and table[index].character is None:
                table.remove(index)
        known = {row.channel for row in table}
        found = characters.selected(context)
        for channel in sorted(used - known):
            row = table.add()
            row.channel = channel
            if found is not None and len(used) == 1:
                row.character = found.root
        for index, channel in enumerate(sorted(row.channel for row in table)):
            table.move([row.channel for row in table].index(channel), index)
        return "" if used else "\nThe sequencer has no sound: add sounds in the Video Sequencer first"


CLASSES = (METAFACE_OT_generate, METAFACE_OT_read_channels)
