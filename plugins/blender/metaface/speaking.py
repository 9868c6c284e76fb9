"""Animates lines: gathers them on the main thread, animates them in a thread, writes them on the main thread."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import bpy

from . import core, figure, layers, paths, placing, preferences, rig, selection, sounds
from .errors import Cancelled, UserError, error_message, is_cancelled
from .jobs import Plan, ProgressCallback, Steps, split_progress
from .lines import DialogueLine


@dataclass
class CharacterData:
    """A character's data for the thread, without Blender's objects."""

    name: str
    character: Any
    rig_map: Any
    limits: dict[int, tuple[float, float]]


@dataclass
class AnimatedLine:
    """A line with its performance."""

    line: DialogueLine
    performance: Any
    seconds: float
    metadata: dict[str, str]


@dataclass
class Outcome:
    """The result of the thread: animated lines, failed lines with their errors, and warnings."""

    animated: list[AnimatedLine] = field(default_factory=list)
    failed: list[tuple[DialogueLine, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan(context: bpy.types.Context, chosen: list[DialogueLine]) -> Plan:
    """The plan that animates these lines."""
    scene = context.scene
    rate = selection.rate_of(scene)
    device = preferences.device(context)
    characters, failed = _load_characters(chosen)
    _require_any(len(chosen) - len(failed), failed)
    label = f"MetaFace: {chosen[0].label}" if len(chosen) == 1 else f"MetaFace: {len(chosen)} lines"
    return Plan(
        label,
        lambda progress: _animate_lines(chosen, failed, characters, rate, device, progress),
        lambda where, outcome: _write(where, outcome, characters),
    )


def figure_named(name: str) -> figure.Figure:
    """The character with this root object."""
    root = bpy.data.objects.get(name)
    found = figure.find([root]) if root is not None else None
    if found is None:
        raise UserError(f"The character “{name}” was removed or renamed in the meantime: start again")
    return found


def _load_characters(chosen: list[DialogueLine]) -> tuple[dict[str, CharacterData], list[tuple[DialogueLine, str]]]:
    """The characters by root name, and the lines that cannot be animated, with their errors."""
    characters: dict[str, CharacterData] = {}
    errors: dict[str, str] = {}
    for name in dict.fromkeys(line.root for line in chosen if not line.error):
        try:
            characters[name] = _load_character(name)
        except Exception as error:
            errors[name] = error_message(error)
    return characters, [(line, message) for line in chosen if (message := line.error or errors.get(line.root))]


def _require_any(remaining: int, failed: list[tuple[DialogueLine, str]]) -> None:
    """Raises `UserError` if all lines have failed."""
    if remaining > 0 or not failed:
        return
    if len(failed) == 1:
        raise UserError(failed[0][1])
    raise UserError("\n".join([f"All {len(failed)} lines failed.", *_failures(failed)]))


def _failures(failed: list[tuple[DialogueLine, str]]) -> list[str]:
    return [f"{line.label}: {message}" for line, message in failed]


def _load_character(name: str) -> CharacterData:
    found = figure_named(name)
    character = figure.character(found)
    rig_map = rig.rig_map(found, character)
    report = rig_map.report(character)
    rig.require_usable(found, report)
    return CharacterData(found.name, character, rig_map, rig.limits(found, report, list(character.joints)))


def _animate_lines(
    chosen: list[DialogueLine],
    failed: list[tuple[DialogueLine, str]],
    characters: dict[str, CharacterData],
    rate: Any,
    device: str,
    progress: ProgressCallback,
) -> Outcome:
    """Runs in the thread. A line that fails does not stop the others."""
    outcome = Outcome(failed=list(failed))
    base = core.animator(device)
    usable = [line for line in chosen if all(line is not other for other, _ in failed)]
    for line, line_progress in zip(usable, split_progress(progress, len(usable)), strict=True):
        if not line_progress(0.0):
            raise Cancelled("Stopped. Nothing was changed")
        try:
            outcome.animated.append(_animate(line, characters[line.root], base, rate, line_progress, outcome.warnings))
        except Exception as error:
            if is_cancelled(error) or len(chosen) == 1:
                raise
            outcome.failed.append((line, error_message(error)))
    return outcome


def _animate(
    line: DialogueLine,
    character: CharacterData,
    base: Any,
    rate: Any,
    progress: ProgressCallback,
    warnings: list[str],
) -> AnimatedLine:
    animator = base.with_speaker(core.speaker(line.speaker), line.style_strength) if line.speaker else base
    sound = core.metaface().Sound.open(line.sound)
    clip = animator.animate(sound, name=line.label, fps=rate, progress=progress, **line.options)
    warnings.extend(f"{line.label}: {text}" for text in dict.fromkeys([*sound.warnings, *clip.warnings]))
    return AnimatedLine(line, character.rig_map.drive(character.character, clip), sound.duration, dict(clip.metadata))


def _write(context: bpy.types.Context, outcome: Outcome, characters: dict[str, CharacterData]) -> Steps:
    """Runs on the main thread, one step per line. A line that cannot be written does not stop the others."""
    scene = selection.sequencer_scene(context)
    figures: dict[str, figure.Figure] = {}
    strips = {strip.key: strip for strip in sounds.strips(scene)}
    pending, outcome.animated = outcome.animated, []
    for done, animated in enumerate(pending, start=1):
        root = animated.line.root
        try:
            if root not in figures:
                figures[root] = figure_named(root)
            _write_line(context, scene, figures[root], animated, strips, characters[root].limits, outcome.warnings)
            outcome.animated.append(animated)
        except Exception as error:
            if len(pending) + len(outcome.failed) == 1:
                raise
            outcome.failed.append((animated.line, error_message(error)))
        yield done / len(pending)
    _require_any(len(outcome.animated), outcome.failed)
    return _summary(outcome, characters)


def _write_line(
    context: bpy.types.Context,
    scene: bpy.types.Scene,
    found: figure.Figure,
    animated: AnimatedLine,
    strips: dict[str, sounds.SoundStrip],
    limits: dict[int, tuple[float, float]],
    warnings: list[str],
) -> None:
    line = animated.line
    key, placement, replaced = line.key, line.placement, set()
    if key in strips:
        if strips[key].retimed:
            warnings.append(
                f"{line.label}: the strip is retimed, but the motion follows the original speed of the sound file"
            )
        key = sounds.store_key(scene, strips[key])
    elif placement is None:
        key, placement, replaced = placing.resolve(context, found, line, animated.seconds, warnings)
    info = _info(animated)
    if key.startswith("file:"):
        info["frame"] = line.at_frame
    placing.remove_replaced(found, key, line.sound, placement, replaced)
    layers.write(found, key, animated.performance, placement, info, limits=limits)
    found.root.metaface.take_line = key


def _info(animated: AnimatedLine) -> dict[str, Any]:
    """The settings of a take, stored on its action so that the take can be regenerated."""
    line = animated.line
    info: dict[str, Any] = {"kind": "sound", "label": line.label}
    info |= {"sound": paths.portable(line.sound), "speaker": paths.portable(line.speaker)}
    info |= {name: value for name, value in line.options.items() if value is not None}
    info["style_strength"] = line.style_strength
    for name in ("generator", "base_model", "speaker_hash"):
        if name in animated.metadata:
            info[name] = animated.metadata[name]
    return info


def _summary(outcome: Outcome, characters: dict[str, CharacterData]) -> str:
    names = ", ".join(dict.fromkeys(characters[animated.line.root].name for animated in outcome.animated))
    if len(outcome.animated) == 1:
        summary = f"{names}: animated “{os.path.basename(outcome.animated[0].line.label)}”"
    else:
        summary = f"{len(outcome.animated)} lines animated: {names}" if outcome.animated else ""
    failures = _failures(outcome.failed)
    if failures:
        failures.insert(0, f"{len(failures)} of {len(failures) + len(outcome.animated)} lines failed.")
    return "\n".join([summary, *failures, *outcome.warnings])
