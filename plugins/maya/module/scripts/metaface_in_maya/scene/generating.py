"""Turns a sound or a capture into a take: reads the scene, animates, and writes in one step of undo."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from maya import cmds

from ..core import keys as core_keys
from ..core.figures import Figure
from ..core.takes import Take
from ..host import library, speaking
from ..host.errors import UserError
from ..host.jobs import Plan, ProgressCallback
from ..host.motion import Limits
from ..host.options import Options
from ..host.placement import Placement
from . import characters, checks, layers, rig, sounds, units
from .undo import undo_step


@dataclass(frozen=True)
class TakeRequest:
    """A take to make: the character, the source and its position on the timeline.

    `kind` is that of the stored take: "sound", or "clip" for a capture. `placement` is `None` for a capture, whose
    length is not known before it is read. `audio_node` is the sound's node on the timeline, if there is one.
    """

    figure: Figure
    name: str
    kind: str
    source: str
    placement: Placement | None
    start: float
    options: Options = field(default_factory=Options)
    audio_node: str = ""
    layer: str = ""
    override: bool = False
    add_sound: bool = False


@dataclass(frozen=True)
class WrittenTake:
    """A take that was written, its layer, and warnings for the user."""

    take: Take
    layer: str
    warnings: tuple[str, ...]


def of_file(figure: Figure, path: str, start: float, options: Options, **more: Any) -> TakeRequest:
    """A take of a sound file that starts at a frame."""
    _require_file(path, "sound")
    name = more.pop("name", "") or Path(path).stem
    return TakeRequest(figure, name, "sound", path, sounds.file_at(path, start), start, options, **more)


def of_audio(figure: Figure, node: str, options: Options, **more: Any) -> TakeRequest:
    """A take of a sound on the timeline."""
    audio = sounds.audio_of(node)
    _require_file(audio.file, "sound")
    name = more.pop("name", "") or audio.node
    start = audio.placement.start_frame
    return TakeRequest(figure, name, "sound", audio.file, audio.placement, start, options, audio_node=node, **more)


def of_clip(figure: Figure, path: str, start: float, options: Options, **more: Any) -> TakeRequest:
    """A take of a capture: Live Link Face CSV, Audio2Face JSON, or a clip in glTF or USD."""
    _require_file(path, "clip")
    return TakeRequest(figure, more.pop("name", "") or Path(path).stem, "clip", path, None, start, options, **more)


def regenerated(figure: Figure, name: str) -> TakeRequest:
    """A take with its stored settings, at the current position of its sound on the timeline if it has one."""
    layer, take = layers.take_named(figure, name)
    options = Options.from_json(take.options)
    more: dict[str, Any] = {"name": take.name, "layer": layer, "override": take.override}
    if take.audio and cmds.objExists(take.audio):
        return of_audio(figure, take.audio, options, **more)
    start = layers.at_current_rate(layer, take).start
    if take.kind == "clip":
        return of_clip(figure, take.source, start, options, **more)
    return of_file(figure, take.source, start, options, **more)


def plan(request: TakeRequest, device: str = "auto") -> Plan:
    """The plan that makes the take. Reads everything that the thread needs from the scene."""
    obstacle = checks.can_animate(request.figure)
    if obstacle:
        raise UserError(obstacle)
    request.options.checked()
    rate = units.rate()
    character = request.figure.character()
    rig_map = rig.rig_map(request.figure, character)
    report = rig_map.report(character)
    rig.require_usable(request.figure, report)
    limits = rig.limits(request.figure, report, request.options)

    def work(progress: ProgressCallback) -> _Animated:
        if request.kind == "clip":
            clip = library.metaface().Clip.open(request.source, fps=rate)
            warnings = clip.warnings
        else:
            speech = speaking.animate(request.source, request.name, rate, request.options, progress, device)
            clip, warnings = speech.clip, speech.warnings
        seconds = max(len(clip) - 1, 0) / float(clip.rate)
        placement = request.placement or Placement.untrimmed(request.start, seconds, rate)
        made_by = speaking.made_by(clip.metadata)
        return _Animated(rig_map.drive(character, clip), placement, made_by, list(dict.fromkeys(warnings)))

    return Plan(f"MetaFace: {request.name}", work, lambda animated: _write(request, animated, limits))


@dataclass(frozen=True)
class _Animated:
    """The animation of a request. `made_by` is stored with the take."""

    performance: Any
    placement: Placement
    made_by: dict[str, str]
    warnings: list[str]


def _write(request: TakeRequest, animated: _Animated, limits: Limits) -> WrittenTake:
    """Writes the take, on Maya's thread. Reads the character again, since it may have changed."""
    figure = characters.fresh(request.figure)
    if _target_counts(figure) != _target_counts(request.figure):
        raise UserError(f"“{figure.name}” was changed while MetaFace was animating it: generate again")
    placement, warnings = animated.placement, list(animated.warnings)
    keys = core_keys.of_performance(
        figure, animated.performance, placement, override=request.override, limits=limits
    )
    with undo_step(f"MetaFace {request.name}"):
        audio_node = request.audio_node
        if request.add_sound and request.kind == "sound" and not audio_node:
            placed_node = next((take.audio for _, take in layers.takes(figure) if take.name == request.name), "")
            try:
                audio_node = sounds.place(request.source, request.start, placed_node)
            except RuntimeError:
                audio_node = ""
                warnings.append(f"Maya cannot put the sound on the timeline: convert it to WAV: {request.source}")
            if audio_node and Path(request.source).suffix.lower() not in sounds.PLAYABLE:
                warnings.append(
                    "Maya may not play the sound: convert it to WAV or AIFF, which play on every system: "
                    f"{request.source}"
                )
        take = Take(
            name=request.name,
            root=figure.root,
            kind=request.kind,
            source=request.source,
            start=request.start,
            first=0.0,
            last=0.0,
            unit="",
            options=request.options.to_json(),
            audio=audio_node,
            override=request.override,
            made_by=animated.made_by,
        )
        written = layers.write(figure, take, keys, request.layer)
    low, high = units.playback()
    # Without the fades before and after the take.
    first, last = placement.first_visible, placement.last_visible
    if first < low - 0.5 or last > high + 0.5:
        warnings.append(
            f"The take lasts from frame {first:.0f} to {last:.0f}, but the playback range is {low:.0f} to "
            f"{high:.0f}: extend the range to see all of it"
        )
    return WrittenTake(written, layers.take_named(figure, written.name)[0], tuple(warnings))


def _target_counts(figure: Figure) -> list[tuple[str, int]]:
    return [(mesh.name, len(mesh.targets)) for mesh in figure.meshes]


def with_options(request: TakeRequest, options: Options) -> TakeRequest:
    """The same request with other options."""
    return replace(request, options=options)


def _require_file(path: str, kind: str) -> None:
    if not path:
        raise UserError(f"No {kind} is chosen: choose a file")
    if not os.path.isfile(path):
        raise UserError(f"The {kind} file was not found: {path}. Restore it, or change its path in the scene")
