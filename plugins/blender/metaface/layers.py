"""Takes: generated motion below, the animator's own above it.

Every data-block that a line moves (each mesh's shape keys, the armature) gets

- a strip in the NLA track "MetaFace" (or "MetaFace 2" where lines overlap), of blend type Combine and
  with nothing held outside it: between two lines the face rests. Its action is regenerated;
- above it, as the active action, the animator's layer. It is never written to. If the data-block had
  an action it stays where it is and becomes that layer, set to Combine: alone it shows what it
  showed, and with a take below it its keys add to the take (shapes) or turn further (rotations).
  Otherwise it is a new empty action, "<character> hand edits". Keying over the displayed value works
  there: Blender keys the difference.

Only where an action replaces what lies in other NLA tracks below it, it is pushed down onto a
track of its own first, with what it shows unchanged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import bpy
from bpy.types import ID, Action

from . import endings, inplace, keys, motion, overrides, rest, tops, tracks, version
from .figure import Figure, key_of
from .keys import Curve
from .placement import Placed
from .trouble import Trouble

if TYPE_CHECKING:
    import metaface

_ABOUT = "metaface_take"
"""The custom property of a take's actions: JSON of what made it."""


@dataclass
class Take:
    """A line on a character. Frames are the scene's, fades at both ends included.

    `info` is what `write` got. `fps` is the scene's rate that it was written for. `kept` names the actions
    in which `write` kept keys that had been changed inside the take. `shown`: not every strip of it is muted.
    """

    line: str
    sound: str
    frame_start: float
    frame_end: float
    actions: list[Action]
    info: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    placed_start: float = 0.0
    fps: float = 0.0
    kept: list[str] = field(default_factory=list)
    shown: bool = False

    @property
    def edited(self) -> bool:
        """Whether keys were changed inside the take, which regenerating would replace."""
        return any(inplace.is_edited(action) for action in self.actions)


def write(
    figure: Figure,
    line: str,
    performance: metaface.Performance,
    placed: Placed,
    info: dict[str, Any],
    limits: motion.Limits | None = None,
) -> Take:
    """Writes a line. One of the same id is regenerated: its strips stay where the animator put them, and
    move only as far as its sound has moved. Keys changed inside it are kept as a copy, see `Take.kept`.

    `info` is kept as it is (JSON), for repeating the line later; `info["sound"]` and `info["label"]` name it.
    `limits`: per joint index a factor and a largest angle in radians.
    """
    overrides.open_meshes([figure.meshes[track.mesh] for track in performance.meshes])
    curves = motion.curves(figure, performance, placed, limits)
    if not curves:
        raise Trouble(
            f"Nothing of {figure.name} would move: no shape or bone of it is driven, or nothing of the sound "
            "is heard. Look at the list of driven shapes, and at where the sound strip begins and ends"
        )
    for owner in curves:
        overrides.must_be_editable(owner)
    label = str(info.get("label") or line)
    about = {"start_frame": placed.start_frame, "fps": float(placed.rate), "info": info}
    for owner in curves:
        data = owner.animation_data or owner.animation_data_create()
        if data.use_tweak_mode:
            data.use_tweak_mode = False
    rest.keep(figure.name, curves)
    known = {owner: list(tracks.strips(owner)) for owner in owners(figure)}
    known = {owner: [(t, s) for t, s in found if s.action[tracks.LINE] == line] for owner, found in known.items()}
    _own_actions(known)
    for owner in [owner for owner, found in known.items() if found and owner not in curves]:
        _drop(owner, known.pop(owner))
    # Actions, for a strip that moves is made anew.
    actions = list(dict.fromkeys(strip.action for found in known.values() for _, strip in found))
    copies = [inplace.keep_copy(action, tracks.LINE) for action in actions if inplace.is_edited(action)]
    fresh = {owner: made for owner, made in curves.items() if not known.get(owner)}
    for owner, made in curves.items():
        if owner not in fresh:
            _regenerate(owner, known[owner], made, about)
    _add(figure, fresh, actions, line, label, about)
    for owner in curves:
        tops.ensure(figure.name, owner)
    take = next(take for take in takes(figure) if take.line == line)
    take.kept = [copy.name for copy in copies]
    return take


def takes(figure: Figure) -> list[Take]:
    """The lines on a character, by their frames."""
    found: dict[str, Take] = {}
    for owner in owners(figure):
        for track, strip in tracks.strips(owner):
            action = strip.action
            take = found.get(action[tracks.LINE])
            if take is None:
                about = _about(action)
                info = about.get("info", {})
                take = Take(action[tracks.LINE], str(info.get("sound", "")), strip.frame_start, strip.frame_end, [])
                take.info, take.label = info, strip.name
                take.placed_start = float(about.get("start_frame", strip.frame_start))
                take.fps = float(about.get("fps", 0.0))
                found[take.line] = take
            take.frame_start = min(take.frame_start, strip.frame_start)
            take.frame_end = max(take.frame_end, strip.frame_end)
            take.shown = take.shown or not (track.mute or strip.mute)
            if action not in take.actions:
                take.actions.append(action)
    return sorted(found.values(), key=lambda take: (take.frame_start, take.line))


def remove(figure: Figure, line: str) -> None:
    """Takes a line away; with the last one goes all that we added, but not what the animator keyed."""
    for owner in owners(figure):
        found = [(t, s) for t, s in tracks.strips(owner) if s.action[tracks.LINE] == line]
        if found:
            overrides.must_be_editable(owner)
            _drop(owner, found)
    clean(figure)


def end_hand_edits(figure: Figure, frames: float) -> int:
    """Has hand edits that would be seen in every line end some frames before and after their keys; how many."""
    return sum(endings.end(owner, frames) for owner in owners(figure))


def clean(figure: Figure) -> None:
    """Takes away empty tracks, and where no take is left also the rest track and an empty top layer."""
    for owner in owners(figure):
        if owner.animation_data is None:
            continue
        tracks.drop_empty(owner)
        if next(tracks.strips(owner), None) is None:
            rest.drop(owner)
            tops.drop_if_empty(owner)


def bake_down(figure: Figure, frame_range: tuple[int, int] | None = None) -> list[Action]:
    """What is seen, as one ordinary action: see `baking`."""
    from . import baking

    return baking.bake_down(figure, frame_range)


def owners(figure: Figure) -> list[ID]:
    """The data-blocks of a character that takes may move."""
    found = [key_of(mesh) for mesh in figure.meshes]
    if figure.armature is not None:
        found.append(figure.armature)
    found += [part for part in [figure.base, *figure.base.children_recursive] if part not in found]
    return found


def _about(action: Action) -> dict[str, Any]:
    try:
        return json.loads(action.get(_ABOUT, "{}"))
    except ValueError:
        return {}


def _own_actions(known: dict[ID, list]) -> None:
    """A copy of the character plays the same actions as its original until one of them is regenerated."""
    uses: dict[Action, int] = {}
    for found in known.values():
        for _, strip in found:
            uses[strip.action] = uses.get(strip.action, 0) + 1
    for action, count in uses.items():
        if action.users - action.use_fake_user > count or not action.is_editable:
            own = action.copy()
            for owner, found in known.items():
                for _, strip in found:
                    if strip.action == action:
                        slot = version.slot_of(strip)
                        version.play(strip, own, version.same_slot(own, slot))


def _regenerate(owner: ID, found: list, curves: list[Curve], about: dict[str, Any]) -> None:
    """New keys in the actions of the strips; each strip follows as far as its sound has moved."""
    before = {strip.action: (_about(strip.action), version.frame_range(strip.action, version.slot_of(strip)))
              for _, strip in found}  # fmt: skip
    moved = {(curve.data_path, curve.array_index) for _, strip in found for curve in version.played(strip)}
    for action, slot in {(strip.action, version.slot_of(strip)) for _, strip in found}:
        keys.fill(version.bag(action, slot, make=True), curves)
        action.update_tag()
    rest.settle(owner, moved)
    for track, strip in found:
        was, old_span = before[strip.action]
        span = version.frame_range(strip.action, version.slot_of(strip))
        ratio = about["fps"] / was.get("fps", about["fps"])
        own_shift = strip.frame_start - was.get("start_frame", 0.0) - strip.action_frame_start
        cut = (strip.action_frame_start - old_span[0]) * ratio
        cut_end = (old_span[1] - strip.action_frame_end) * ratio
        playing = (span[0] + cut, max(span[1] - cut_end, span[0] + cut + 1.0))
        start = about["start_frame"] + playing[0] + own_shift * ratio
        length = (playing[1] - playing[0]) * strip.scale * strip.repeat
        tracks.move(owner, track, strip, (start, start + length), playing)


def _add(
    figure: Figure, fresh: dict[ID, list[Curve]], actions: list[Action], line: str, label: str, about: dict[str, Any]
) -> None:
    """Strips for the data-blocks that do not have the line yet, and the note of what made it on all actions."""
    placed: list[tuple[ID, Action, Any]] = []
    for owner, curves in fresh.items():
        action = actions[0] if version.SLOTTED and actions else bpy.data.actions.new(
            f"{figure.name} {label}" if version.SLOTTED else f"{figure.name} {label} {owner.name}"
        )  # fmt: skip
        action[tracks.LINE] = line
        actions.append(action)
        slot = version.new_slot(action, owner)
        keys.fill(version.bag(action, slot, make=True), curves)
        placed.append((owner, action, slot))
    spans = [version.frame_range(action, slot) for _, action, slot in placed]
    if spans:
        start = about["start_frame"]
        whole = (start + min(s[0] for s in spans), start + max(s[1] for s in spans))
        number = tracks.room(list(fresh), whole)
        for (owner, action, slot), span in zip(placed, spans):
            tracks.place(owner, number, label, action, slot, (start + span[0], start + span[1]))
    for action in actions:
        action[_ABOUT] = json.dumps(about)
        inplace.seal(action)


def drop_takes(owner: ID) -> None:
    """Takes every line off one data-block."""
    _drop(owner, list(tracks.strips(owner)))


def _drop(owner: ID, found: list) -> None:
    moved = {(curve.data_path, curve.array_index) for _, strip in found for curve in version.played(strip)}
    for track, strip in found:
        action = strip.action
        track.strips.remove(strip)
        if action.users - action.use_fake_user <= 0:
            bpy.data.actions.remove(action)
    rest.settle(owner, moved)
