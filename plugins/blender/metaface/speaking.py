"""Lines become motion: gathered on the main thread, animated in a thread, written in one go."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import bpy

from . import core, figure, layers, lines, placing, preferences, rig, sounds
from .jobs import Plan, Progress, Steps, shares
from .lines import Line
from .trouble import Stopped, Trouble, is_stop, plain


@dataclass
class Cast:
    """A character as the thread needs it: nothing of Blender's in it."""

    name: str
    character: Any
    rig_map: Any
    limits: dict[int, tuple[float, float]]


@dataclass
class Spoken:
    """A line, animated."""

    line: Line
    performance: Any
    seconds: float
    metadata: dict[str, str]


@dataclass
class Outcome:
    """What the thread made, and what it could not."""

    spoken: list[Spoken] = field(default_factory=list)
    failed: list[tuple[Line, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan(context: bpy.types.Context, chosen: list[Line]) -> Plan:
    """The plan that makes these lines."""
    scene = context.scene
    rate = lines.rate_of(scene)
    device = preferences.device(context)
    cast, failed = _casting(chosen)
    _must_go_on(len(chosen) - len(failed), failed)
    label = f"MetaFace: {chosen[0].label}" if len(chosen) == 1 else f"MetaFace: {len(chosen)} lines"
    return Plan(
        label,
        lambda progress: _speak(chosen, failed, cast, rate, device, progress),
        lambda where, outcome: _write(where, outcome, cast),
    )


def figure_named(name: str) -> figure.Figure:
    """The character with this root, as it stands now."""
    root = bpy.data.objects.get(name)
    found = figure.find([root]) if root is not None else None
    if found is None:
        raise Trouble(f"The character “{name}” is gone or was renamed meanwhile: start again")
    return found


def _casting(chosen: list[Line]) -> tuple[dict[str, Cast], list[tuple[Line, str]]]:
    """Who speaks, and the lines that cannot be spoken."""
    cast: dict[str, Cast] = {}
    wrong: dict[str, str] = {}
    for name in dict.fromkeys(line.root for line in chosen if not line.trouble):
        try:
            cast[name] = _cast(name)
        except Exception as error:
            wrong[name] = plain(error)
    return cast, [(line, why) for line in chosen if (why := line.trouble or wrong.get(line.root))]


def _must_go_on(left: int, failed: list[tuple[Line, str]]) -> None:
    """Stops where no line is left to be spoken."""
    if left > 0 or not failed:
        return
    if len(failed) == 1:
        raise Trouble(failed[0][1])
    raise Trouble("\n".join([f"None of {len(failed)} lines can be spoken.", *_wrong(failed)]))


def _wrong(failed: list[tuple[Line, str]]) -> list[str]:
    return [f"{line.label}: {why}" for line, why in failed]


def _cast(name: str) -> Cast:
    found = figure_named(name)
    character = figure.character(found)
    rig_map = rig.rig_map(found, character)
    report = rig_map.report(character)
    rig.usable(found, report)
    return Cast(found.name, character, rig_map, rig.limits(found, report, list(character.joints)))


def _speak(
    chosen: list[Line],
    failed: list[tuple[Line, str]],
    cast: dict[str, Cast],
    rate: Any,
    device: str,
    progress: Progress,
) -> Outcome:
    """In the thread. A line that fails does not stop the others."""
    outcome = Outcome(failed=list(failed))
    base = core.animator(device)
    able = [line for line in chosen if all(line is not other for other, _ in failed)]
    for line, part in zip(able, shares(progress, len(able)), strict=True):
        if not part(0.0):
            raise Stopped("Stopped. Nothing was changed")
        try:
            outcome.spoken.append(_animate(line, cast[line.root], base, rate, part, outcome.warnings))
        except Exception as error:
            if is_stop(error) or len(chosen) == 1:
                raise
            outcome.failed.append((line, plain(error)))
    return outcome


def _animate(line: Line, who: Cast, base: Any, rate: Any, progress: Progress, warnings: list[str]) -> Spoken:
    voice = base.speaking_as(core.speaker(line.speaker), line.style_strength) if line.speaker else base
    sound = core.metaface().Sound.open(line.sound)
    clip = voice.animate(sound, name=line.label, fps=rate, progress=progress, **line.options)
    warnings.extend(f"{line.label}: {text}" for text in dict.fromkeys([*sound.warnings, *clip.warnings]))
    return Spoken(line, who.rig_map.drive(who.character, clip), sound.duration, dict(clip.metadata))


def _write(context: bpy.types.Context, outcome: Outcome, cast: dict[str, Cast]) -> Steps:
    """On the main thread: line after line, each in one go. One that cannot be written does not stop the others."""
    scene = lines.sequencer(context)
    figures: dict[str, figure.Figure] = {}
    strips = {strip.key: strip for strip in sounds.strips(scene)}
    animated, outcome.spoken = outcome.spoken, []
    for done, spoken in enumerate(animated, start=1):
        root = spoken.line.root
        try:
            if root not in figures:
                figures[root] = figure_named(root)
            _write_line(context, scene, figures[root], spoken, strips, cast[root].limits, outcome.warnings)
            outcome.spoken.append(spoken)
        except Exception as error:
            if len(animated) + len(outcome.failed) == 1:
                raise
            outcome.failed.append((spoken.line, plain(error)))
        yield done / len(animated)
    _must_go_on(len(outcome.spoken), outcome.failed)
    return _told(outcome, cast)


def _write_line(
    context: bpy.types.Context,
    scene: bpy.types.Scene,
    found: figure.Figure,
    spoken: Spoken,
    strips: dict[str, sounds.SoundStrip],
    limits: dict[int, tuple[float, float]],
    warnings: list[str],
) -> None:
    line = spoken.line
    name, placed, before = line.line, line.placed, set()
    if name in strips:
        if strips[name].retimed:
            warnings.append(
                f"{line.label}: the strip is retimed, the motion is not: it follows the sound file's own speed"
            )
        name = sounds.keep(scene, strips[name])
    elif placed is None:
        name, placed, before = placing.place(context, found, line, spoken.seconds, warnings)
    info = _info(spoken)
    if name.startswith("file:"):
        info["frame"] = line.at_frame
    placing.replace(found, name, line.sound, placed, before)
    layers.write(found, name, spoken.performance, placed, info, limits=limits)
    found.root.metaface.take_line = name


def _info(spoken: Spoken) -> dict[str, Any]:
    """What made a take: kept on its action, so that it can be made again."""
    line = spoken.line
    info: dict[str, Any] = {"kind": "sound", "label": line.label}
    info |= {"sound": lines.portable(line.sound), "speaker": lines.portable(line.speaker)}
    info |= {name: value for name, value in line.options.items() if value is not None}
    info["style_strength"] = line.style_strength
    for name in ("generator", "base_model", "speaker_hash"):
        if name in spoken.metadata:
            info[name] = spoken.metadata[name]
    return info


def _told(outcome: Outcome, cast: dict[str, Cast]) -> str:
    names = ", ".join(dict.fromkeys(cast[spoken.line.root].name for spoken in outcome.spoken))
    if len(outcome.spoken) == 1:
        said = f"{names} speaks “{os.path.basename(outcome.spoken[0].line.label)}”"
    else:
        said = f"{len(outcome.spoken)} lines: {names}" if outcome.spoken else ""
    wrong = _wrong(outcome.failed)
    if wrong:
        wrong.insert(0, f"{len(wrong)} of {len(wrong) + len(outcome.spoken)} lines failed.")
    return "\n".join([said, *wrong, *outcome.warnings])
