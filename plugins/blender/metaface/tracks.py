"""The NLA tracks that hold the takes of one data-block, and room on them.

Blender evaluates the strips of a track in the order of their list, which `strips.new` sorts by time:
a strip that passes its neighbours is therefore made anew, with all its settings. And it pushes the
neighbours of a strip away that grows, even if the strip is moved next: they are put back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bpy.types import ID, Action, NlaStrip, NlaTrack

from . import version
from .placement import overlap
from .rest import TRACK as REST

NAME = "MetaFace"
"""The track of the takes; further ones, for lines that overlap, are numbered."""

LINE = "metaface_line"
"""The custom property of an action that says which line it is."""

_OURS = re.compile(rf"{NAME}( \d+)?")
_KEPT = ("blend_in", "blend_out", "use_auto_blend", "influence", "use_animated_influence", "repeat", "scale")
_KEPT_FLAGS = ("mute", "use_reverse", "extrapolation", "blend_type")

Span = tuple[float, float]


def strips(owner: ID) -> Iterator[tuple[NlaTrack, NlaStrip]]:
    """Every strip of a take on the data-block, whatever track it is on, bottom up."""
    data = owner.animation_data
    for track in data.nla_tracks if data is not None else ():
        for strip in track.strips:
            if strip.action is not None and LINE in strip.action:
                yield track, strip


def foreign(owner: ID) -> list[NlaTrack]:
    """The tracks that have nothing of ours on them."""
    data = owner.animation_data
    return [t for t in data.nla_tracks if t.name != REST and not is_ours(t)] if data is not None else []


def is_ours(track: NlaTrack) -> bool:
    """Whether takes are put on the track."""
    if _OURS.fullmatch(track.name):
        return True
    return any(strip.action is not None and LINE in strip.action for strip in track.strips)


def room(owners: list[ID], span: Span) -> int:
    """The number of the lowest track of takes on which all these data-blocks have room for a span of frames."""
    number = 0
    while not all(_has_room(owner, number, span) for owner in owners):
        number += 1
    return number


def place(owner: ID, number: int, name: str, action: Action, slot, span: Span) -> NlaStrip:
    """A new strip on a track of takes, for which there must be [`room`]."""
    tracks = _takes(owner)
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
    lay(tracks[number], strip, span, version.frame_range(action, slot))
    return strip


def lay(track: NlaTrack, strip: NlaStrip, span: Span, action_span: Span) -> None:
    """Has the strip play these frames of its action there; the others of its track stay where they are."""
    others = _others(track, strip)
    # The new end first where it is the later one: an action may never end before it begins.
    if action_span[1] > strip.action_frame_start:
        strip.action_frame_end = action_span[1]
        strip.action_frame_start = action_span[0]
    else:
        strip.action_frame_start, strip.action_frame_end = action_span
    _put_back(others)
    strip.frame_start_raw, strip.frame_end_raw = span


def move(owner: ID, track: NlaTrack, strip: NlaStrip, span: Span, action_span: Span) -> NlaStrip:
    """Lays the strip elsewhere, on its own track if there is room, else on another; settings are kept."""
    index = list(track.strips).index(strip)
    free_from = track.strips[index - 1].frame_end if index > 0 else -math.inf
    free_to = track.strips[index + 1].frame_start if index + 1 < len(track.strips) else math.inf
    if free_from - 1e-3 <= span[0] and span[1] <= free_to + 1e-3:
        lay(track, strip, span, action_span)
        return strip
    settings = {name: getattr(strip, name) for name in _KEPT + _KEPT_FLAGS}
    action, slot, name = strip.action, version.slot_of(strip), strip.name
    track.strips.remove(strip)
    number = room([owner], span)
    moved = place(owner, number, name, action, slot, span)
    track = _takes(owner)[number]
    others = _others(track, moved)
    for setting, value in settings.items():
        setattr(moved, setting, value)
    _put_back(others)
    lay(track, moved, span, action_span)
    return moved


def drop_empty(owner: ID) -> None:
    """Takes away our tracks that hold nothing."""
    data = owner.animation_data
    for track in [t for t in data.nla_tracks if (is_ours(t) or t.name == REST) and not t.strips]:
        data.nla_tracks.remove(track)


def _others(track: NlaTrack, strip: NlaStrip) -> list[tuple[NlaStrip, float, float]]:
    """The other strips of a track, and where they are."""
    return [(other, other.frame_start, other.frame_end) for other in track.strips if other != strip]


def _put_back(strips: list[tuple[NlaStrip, float, float]]) -> None:
    for strip, start, end in strips:
        if strip.frame_start != start or strip.frame_end != end:
            strip.frame_start_raw, strip.frame_end_raw = start, end


def _takes(owner: ID) -> list[NlaTrack]:
    data = owner.animation_data
    return [t for t in data.nla_tracks if is_ours(t) and not t.lock] if data is not None else []


def _has_room(owner: ID, number: int, span: Span) -> bool:
    tracks = _takes(owner)
    if number >= len(tracks):
        return True
    # A strip begins its life on a whole frame, and is moved to its place from there.
    claimed = (math.floor(span[0]), max(span[1], math.floor(span[0]) + span[1] - span[0]))
    return not any(overlap((s.frame_start, s.frame_end), claimed) for s in tracks[number].strips)
