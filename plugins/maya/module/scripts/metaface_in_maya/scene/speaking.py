"""A line becomes a take: gathered from the scene, animated, written in one step of undo."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from maya import cmds

from ..core import keys as core_keys
from ..core import library
from ..core.figures import Figure
from ..core.jobs import Plan, Progress
from ..core.options import Options
from ..core.placement import Placed
from ..core.takes import Take
from ..core.trouble import Trouble
from . import cast, checks, layers, rig, sounds, units
from .undo import step


@dataclass(frozen=True)
class Line:
    """What is to be said, by whom, and where on the timeline. `kind`: sound, or clip (a capture to be played)."""

    figure: Figure
    name: str
    kind: str
    source: str
    placed: Placed | None
    start: float
    options: Options = field(default_factory=Options)
    audio: str = ""
    layer: str = ""
    override: bool = False
    add_sound: bool = False
    rig_map: str = ""


@dataclass(frozen=True)
class Spoken:
    """What was written, and what its user should know."""

    take: Take
    layer: str
    warnings: tuple[str, ...]


def of_file(figure: Figure, path: str, start: float, options: Options, **more: Any) -> Line:
    """A sound file, from a frame on."""
    _must_be_there(path, "sound")
    placed = sounds.file_at(path, start)
    return Line(figure, more.pop("name", "") or Path(path).stem, "sound", path, placed, start, options, **more)


def of_audio(figure: Figure, node: str, options: Options, **more: Any) -> Line:
    """A sound that lies on the timeline."""
    audio = sounds.of(node)
    _must_be_there(audio.file, "sound")
    name = more.pop("name", "") or audio.node
    return Line(figure, name, "sound", audio.file, audio.placed, audio.placed.start, options, audio=node, **more)


def of_clip(figure: Figure, path: str, start: float, options: Options, **more: Any) -> Line:
    """A capture: Live Link Face CSV, Audio2Face JSON, or a clip in glTF or USD."""
    _must_be_there(path, "clip")
    return Line(figure, more.pop("name", "") or Path(path).stem, "clip", path, None, start, options, **more)


def again(figure: Figure, name: str) -> Line:
    """A take as it was made; it follows its sound on the timeline, if it has one."""
    layer, take = layers.take_named(figure, name)
    options = Options.from_json(take.options)
    more: dict[str, Any] = {"name": take.name, "layer": layer, "override": take.override}
    if take.audio and cmds.objExists(take.audio):
        return of_audio(figure, take.audio, options, **more)
    start = layers.today(layer, take).start
    if take.kind == "clip":
        return of_clip(figure, take.source, start, options, **more)
    return of_file(figure, take.source, start, options, **more)


def plan(line: Line, device: str = "auto") -> Plan:
    """The plan that makes the line; everything that the thread needs is gathered here."""
    stuck = checks.can_animate(line.figure)
    if stuck:
        raise Trouble(stuck)
    line.options.checked()
    rate = units.rate()
    character = line.figure.character()
    chosen = rig.rig_map(line.figure, character, line.rig_map)
    report = chosen.report(character)
    rig.usable(line.figure, report)
    limits = rig.limits(line.figure, report, line.options)

    def work(progress: Progress) -> tuple[Any, Any, Placed]:
        clip = _clip(line, rate, device, progress)
        placed = line.placed or Placed.whole(line.start, max(len(clip) - 1, 0) / float(clip.rate), rate)
        return clip, chosen.drive(character, clip), placed

    def finish(made: tuple[Any, Any, Placed]) -> Spoken:
        clip, performance, placed = made
        return _write(line, clip, performance, placed, limits)

    return Plan(f"MetaFace: {line.name}", work, finish)


def _clip(line: Line, rate: Any, device: str, progress: Progress) -> Any:
    package = library.metaface()
    if line.kind == "clip":
        return package.Clip.open(line.source, fps=rate)
    animator = library.animator(device)
    if line.options.speaker:
        animator = animator.speaking_as(library.speaker(line.options.speaker), line.options.style_strength)
    return animator.animate(line.source, name=line.name, fps=rate, progress=progress, **line.options.for_animator())


def _write(line: Line, clip: Any, performance: Any, placed: Placed, limits: core_keys.Limits) -> Spoken:
    """On Maya's thread. The character is looked at anew: it may have changed meanwhile."""
    figure = cast.fresh(line.figure)
    if [(m.name, len(m.targets)) for m in figure.meshes] != [(m.name, len(m.targets)) for m in line.figure.meshes]:
        raise Trouble(f"“{figure.name}” was changed while MetaFace worked: start again")
    keys = core_keys.of_performance(figure, performance, placed, override=line.override, limits=limits)
    warnings = list(dict.fromkeys(clip.warnings))
    with step(f"MetaFace {line.name}"):
        audio = line.audio
        if line.add_sound and line.kind == "sound" and not audio:
            before = next((take.audio for _, take in layers.takes(figure) if take.name == line.name), "")
            try:
                audio = sounds.put(line.source, line.start, before)
            except RuntimeError:
                audio = ""
                warnings.append(f"This Maya takes no such sound on its timeline: convert it to WAV to hear it: {line.source}")
            if audio and Path(line.source).suffix.lower() not in sounds.HEARD:
                warnings.append(f"Maya plays WAV and AIFF on every system: it may stay silent on {line.source}")
        take = Take(
            name=line.name,
            root=figure.root,
            kind=line.kind,
            source=line.source,
            start=line.start,
            first=0.0,
            last=0.0,
            unit="",
            options=line.options.to_json(),
            audio=audio,
            override=line.override,
            made_by={n: clip.metadata[n] for n in ("generator", "base_model", "speaker_hash") if n in clip.metadata},
        )
        take = layers.write(figure, take, keys, line.layer)
    low, high = units.playback()
    if take.first < low - 0.5 - core_keys.FADE * float(placed.rate) or take.last > high + 0.5:
        warnings.append(
            f"The line lasts from frame {placed.first:.0f} to {placed.last:.0f}, and the playback range is "
            f"{low:.0f} to {high:.0f}: widen it to see all"
        )
    return Spoken(take, layers.take_named(figure, take.name)[0], tuple(warnings))


def with_options(line: Line, options: Options) -> Line:
    """The same line, said another way."""
    return replace(line, options=options)


def _must_be_there(path: str, what: str) -> None:
    if not path:
        raise Trouble(f"No {what} is chosen: choose a file")
    if not os.path.isfile(path):
        raise Trouble(f"The {what} file is not there: {path}. Look for it, or repath it in the scene")
