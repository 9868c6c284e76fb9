"""The NLA tracks with the takes of one data-block.

Blender evaluates the strips of a track in list order, which only `strips.new` sorts by time: a strip that
moves past its neighbours is therefore recreated with all its settings. Blender also pushes away the neighbours
of a strip that grows, even if the strip is moved next: their positions are restored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bpy.types import ID, Action, NlaStrip, NlaTrack

from ..host.placement import overlap
from . import version
from .rest import TRACK as REST

NAME = "MetaFace"
"""The name of the takes' track; further tracks, for lines that overlap, are numbered."""

LINE = "metaface_line"
"""The custom property of a take's action: the key of its line."""

_OURS = re.compile(rf"{NAME}( \d+)?")
_KEPT = ("blend_in", "blend_out", "use_auto_blend", "influence", "use_animated_influence", "repeat", "scale")
_KEPT_FLAGS = ("mute", "use_reverse", "extrapolation", "blend_type")

Span = tuple[float, float]


def strips(owner: ID) -> Iterator[tuple[NlaTrack, NlaStrip]]:
    """All strips of takes on the data-block, on any track, from the lowest track up."""
    data = owner.animation_data
    for track in data.nla_tracks if data is not None else ():
        for strip in track.strips:
            if strip.action is not None and LINE in strip.action:
                yield track, strip


def other_tracks(owner: ID) -> list[NlaTrack]:
    """The tracks that are not MetaFace's."""
    data = owner.animation_data
    return [t for t in data.nla_tracks if t.name != REST and not is_ours(t)] if data is not None else []


def is_ours(track: NlaTrack) -> bool:
    """Whether the track is for takes, or has one."""
    if _OURS.fullmatch(track.name):
        return True
    return any(strip.action is not None and LINE in strip.action for strip in track.strips)


def free_number(owners: list[ID], span: Span) -> int:
    """The number of the lowest take track that is free for a span of frames on all these data-blocks."""
    number = 0
    while not all(_is_free(owner, number, span) for owner in owners):
        number += 1
    return number


def add_strip(owner: ID, number: int, name: str, action: Action, slot, span: Span) -> NlaStrip:
    """Adds a strip to the take track `number`, which must be free there, see [`free_number`]."""
    tracks = _take_tracks(owner)
    while len(tracks) <= number:
        all_tracks = owner.animation_data.nla_tracks
        track = all_tracks.new(prev=tracks[-1]) if tracks else all_tracks.new()
        track.name = NAME if not tracks else f"{NAME} {len(tracks) + 1}"
        tracks.append(track)
    strip = tracks[number].strips.new(name, math.floor(span[0]), action)
    version.play(strip, action, slot)
    strip.name = name
    strip.use_auto_blend = False
    strip.blend_in = strip.blend_out = 0.0
    strip.extrapolation, strip.blend_type = "NOTHING", "COMBINE"
    set_range(tracks[number], strip, span, version.frame_range(action, slot))
    return strip


def set_range(track: NlaTrack, strip: NlaStrip, span: Span, action_span: Span) -> None:
    """Sets the strip's frames and the frames of its action; the other strips of the track keep their positions."""
    others = _others(track, strip)
    # Set a later end first: the end of the action's range must never precede its start.
    if action_span[1] > strip.action_frame_start:
        strip.action_frame_end = action_span[1]
        strip.action_frame_start = action_span[0]
    else:
        strip.action_frame_start, strip.action_frame_end = action_span
    _restore(others)
    strip.frame_start_raw, strip.frame_end_raw = span


def move(owner: ID, track: NlaTrack, strip: NlaStrip, span: Span, action_span: Span) -> NlaStrip:
    """Moves the strip, to another track if its own is not free there; keeps its settings."""
    index = list(track.strips).index(strip)
    free_from = track.strips[index - 1].frame_end if index > 0 else -math.inf
    free_to = track.strips[index + 1].frame_start if index + 1 < len(track.strips) else math.inf
    if free_from - 1e-3 <= span[0] and span[1] <= free_to + 1e-3:
        set_range(track, strip, span, action_span)
        return strip
    settings = {name: getattr(strip, name) for name in _KEPT + _KEPT_FLAGS}
    action, slot, name = strip.action, version.slot_of(strip), strip.name
    track.strips.remove(strip)
    number = free_number([owner], span)
    moved = add_strip(owner, number, name, action, slot, span)
    track = _take_tracks(owner)[number]
    others = _others(track, moved)
    for setting, value in settings.items():
        setattr(moved, setting, value)
    _restore(others)
    set_range(track, moved, span, action_span)
    return moved


def drop_empty(owner: ID) -> None:
    """Removes MetaFace's tracks that have no strips."""
    data = owner.animation_data
    for track in [t for t in data.nla_tracks if (is_ours(t) or t.name == REST) and not t.strips]:
        data.nla_tracks.remove(track)


def _others(track: NlaTrack, strip: NlaStrip) -> list[tuple[NlaStrip, float, float]]:
    """The other strips of a track, with their first and last frames."""
    return [(other, other.frame_start, other.frame_end) for other in track.strips if other != strip]


def _restore(strips: list[tuple[NlaStrip, float, float]]) -> None:
    for strip, start, end in strips:
        if strip.frame_start != start or strip.frame_end != end:
            strip.frame_start_raw, strip.frame_end_raw = start, end


def _take_tracks(owner: ID) -> list[NlaTrack]:
    data = owner.animation_data
    return [t for t in data.nla_tracks if is_ours(t) and not t.lock] if data is not None else []


def _is_free(owner: ID, number: int, span: Span) -> bool:
    tracks = _take_tracks(owner)
    if number >= len(tracks):
        return True
    # A new strip starts on a whole frame and is moved from there.
    claimed = (math.floor(span[0]), max(span[1], math.floor(span[0]) + span[1] - span[0]))
    return not any(overlap((s.frame_start, s.frame_end), claimed) for s in tracks[number].strips)
