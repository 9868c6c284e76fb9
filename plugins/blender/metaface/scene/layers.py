"""Takes: generated motion in NLA tracks, with the animator's layer above.

Every data-block that a line animates (each mesh's shape keys, the armature) gets

- a strip in the NLA track "MetaFace" (or "MetaFace 2" if lines overlap), with blend type Combine and
  without extrapolation, so that the face rests between two lines. Regenerating rewrites its action;
- above it, as the active action, the animator's layer, which MetaFace does not write to. An existing
  action becomes this layer, set to Combine: its result is unchanged where there is no take, and its keys
  add to a take (shapes) or rotate further (rotations). Otherwise the layer is a new empty action,
  "<character> hand edits". Keying over the displayed value works: Blender keys the difference.

An existing action that replaces other NLA tracks below it is first pushed down to a separate track, which
leaves its result unchanged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import bpy
from bpy.types import ID, Action

from ..host.errors import UserError
from ..host.motion import Limits
from ..host.placement import Placement
from . import characters, fcurves, hand_edits, motion, rest, tracks, version
from .characters import Figure
from .fcurves import Curve
from .shapes import key_of

if TYPE_CHECKING:
    import metaface

_TAKE_DATA = "metaface_take"
"""The custom property of a take's actions: the settings that generated it, as JSON."""


@dataclass
class Take:
    """A generated or imported line of a character. Frames are the scene's and include the fades at both ends.

    `info` is the argument of `write`. `fps` is the scene's frame rate at that time. `kept` names the actions
    in which `write` kept keys that were edited inside the take. `shown`: at least one strip is not muted.
    """

    line: str
    sound: str
    frame_start: float
    frame_end: float
    actions: list[Action]
    info: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    sound_start: float = 0.0
    fps: float = 0.0
    kept: list[str] = field(default_factory=list)
    shown: bool = False

    @property
    def edited(self) -> bool:
        """Whether keys inside the take were edited; regenerating replaces them."""
        return any(hand_edits.is_edited(action) for action in self.actions)


def write(
    figure: Figure,
    line: str,
    performance: metaface.Performance,
    placement: Placement,
    info: dict[str, Any],
    limits: Limits | None = None,
) -> Take:
    """Writes a take. A take of the same line is regenerated: its strips stay where the animator put them, and
    move only by the distance that its sound has moved. Keys edited inside it are copied, see `Take.kept`.

    `info` is stored unchanged as JSON, to regenerate the line later; `info["sound"]` and `info["label"]` name it.
    `limits`: per joint index a factor and a largest angle in radians.
    """
    characters.override_meshes([figure.meshes[track.mesh] for track in performance.meshes])
    curves = motion.curves(figure, performance, placement, limits)
    if not curves:
        raise UserError(
            f"{figure.name} would not move: the rig map drives no shape or bone of it, or no part of the sound "
            "is audible. Check the list of driven shapes, and where the sound strip begins and ends"
        )
    for owner in curves:
        characters.require_editable(owner)
    label = str(info.get("label") or line)
    take_data = {"start_frame": placement.start_frame, "fps": float(placement.rate), "info": info}
    for owner in curves:
        data = owner.animation_data or owner.animation_data_create()
        if data.use_tweak_mode:
            data.use_tweak_mode = False
    rest.store_unkeyed(figure.name, curves)
    known = {
        owner: [(track, strip) for track, strip in tracks.strips(owner) if strip.action[tracks.LINE] == line]
        for owner in owners(figure)
    }
    _make_single_user(known)
    for owner in [owner for owner, found in known.items() if found and owner not in curves]:
        _drop(owner, known.pop(owner))
    # Collect actions, not strips: a strip that moves may be recreated.
    actions = list(dict.fromkeys(strip.action for found in known.values() for _, strip in found))
    copies = [hand_edits.keep_copy(action) for action in actions if hand_edits.is_edited(action)]
    added = {owner: owner_curves for owner, owner_curves in curves.items() if not known.get(owner)}
    for owner, owner_curves in curves.items():
        if owner not in added:
            _regenerate(owner, known[owner], owner_curves, take_data)
    _add(figure, added, actions, line, label, take_data)
    for owner in curves:
        hand_edits.ensure(figure.name, owner)
    take = next(take for take in takes(figure) if take.line == line)
    take.kept = [copy.name for copy in copies]
    return take


def takes(figure: Figure) -> list[Take]:
    """The takes of a character, sorted by their first frame."""
    found: dict[str, Take] = {}
    for owner in owners(figure):
        for track, strip in tracks.strips(owner):
            action = strip.action
            take = found.get(action[tracks.LINE])
            if take is None:
                take_data = _read_take_data(action)
                info = take_data.get("info", {})
                take = Take(action[tracks.LINE], str(info.get("sound", "")), strip.frame_start, strip.frame_end, [])
                take.info, take.label = info, strip.name
                take.sound_start = float(take_data.get("start_frame", strip.frame_start))
                take.fps = float(take_data.get("fps", 0.0))
                found[take.line] = take
            take.frame_start = min(take.frame_start, strip.frame_start)
            take.frame_end = max(take.frame_end, strip.frame_end)
            take.shown = take.shown or not (track.mute or strip.mute)
            if action not in take.actions:
                take.actions.append(action)
    return sorted(found.values(), key=lambda take: (take.frame_start, take.line))


def has_takes(figure: Figure) -> bool:
    """Whether the character has a take. Faster than listing the takes, since panels check with every redraw."""
    likely = [key_of(mesh) for mesh in figure.meshes]
    if figure.armature is not None:
        likely.append(figure.armature)
    if any(_has_take(owner) for owner in likely):
        return True
    # Child objects of the character may have takes too, but Blender searches the whole file for them.
    if not any(tracks.LINE in action for action in bpy.data.actions):
        return False
    return any(_has_take(owner) for owner in owners(figure))


def remove(figure: Figure, line: str) -> None:
    """Removes a take. The last one also removes everything that MetaFace added, but no key of the animator."""
    for owner in owners(figure):
        found = [(t, s) for t, s in tracks.strips(owner) if s.action[tracks.LINE] == line]
        if found:
            characters.require_editable(owner)
            _drop(owner, found)
    clean(figure)


def end_hand_edits(figure: Figure, frames: float) -> int:
    """Ends hand edits that affect every line, `frames` before and after their keys; returns their number."""
    return sum(hand_edits.end(owner, frames) for owner in owners(figure))


def clean(figure: Figure) -> None:
    """Removes empty tracks; if no take is left, also the rest track and an empty layer for hand edits."""
    for owner in owners(figure):
        if owner.animation_data is None:
            continue
        tracks.drop_empty(owner)
        if not _has_take(owner):
            rest.drop(owner)
            hand_edits.drop_if_empty(owner)


def owners(figure: Figure) -> list[ID]:
    """The data-blocks of a character that takes may animate."""
    found = [key_of(mesh) for mesh in figure.meshes]
    if figure.armature is not None:
        found.append(figure.armature)
    found += [part for part in [figure.base, *figure.base.children_recursive] if part not in found]
    return found


def _has_take(owner: ID) -> bool:
    return next(tracks.strips(owner), None) is not None


def _read_take_data(action: Action) -> dict[str, Any]:
    try:
        return json.loads(action.get(_TAKE_DATA, "{}"))
    except ValueError:
        return {}


def _make_single_user(known: dict[ID, list]) -> None:
    """Copies actions that another character uses too: a duplicated character shares them until it is regenerated."""
    uses: dict[Action, int] = {}
    for found in known.values():
        for _, strip in found:
            uses[strip.action] = uses.get(strip.action, 0) + 1
    for action, count in uses.items():
        if action.users - action.use_fake_user > count or not action.is_editable:
            copy = action.copy()
            for owner, found in known.items():
                for _, strip in found:
                    if strip.action == action:
                        slot = version.slot_of(strip)
                        version.play(strip, copy, version.same_slot(copy, slot))


def _regenerate(owner: ID, found: list, curves: list[Curve], take_data: dict[str, Any]) -> None:
    """Rewrites the keys of the strips' actions; moves each strip by the distance that its sound has moved."""
    previous = {strip.action: (_read_take_data(strip.action), version.frame_range(strip.action, version.slot_of(strip)))
                for _, strip in found}  # fmt: skip
    moved = {(curve.data_path, curve.array_index) for _, strip in found for curve in version.played(strip)}
    for action, slot in {(strip.action, version.slot_of(strip)) for _, strip in found}:
        fcurves.fill(version.bag(action, slot, make=True), curves)
        action.update_tag()
    rest.restore_unkeyed(owner, moved)
    for track, strip in found:
        old_data, old_span = previous[strip.action]
        span = version.frame_range(strip.action, version.slot_of(strip))
        ratio = take_data["fps"] / old_data.get("fps", take_data["fps"])
        user_shift = strip.frame_start - old_data.get("start_frame", 0.0) - strip.action_frame_start
        cut = (strip.action_frame_start - old_span[0]) * ratio
        cut_end = (old_span[1] - strip.action_frame_end) * ratio
        playing = (span[0] + cut, max(span[1] - cut_end, span[0] + cut + 1.0))
        start = take_data["start_frame"] + playing[0] + user_shift * ratio
        length = (playing[1] - playing[0]) * strip.scale * strip.repeat
        tracks.move(owner, track, strip, (start, start + length), playing)


def _add(
    figure: Figure,
    added: dict[ID, list[Curve]],
    actions: list[Action],
    line: str,
    label: str,
    take_data: dict[str, Any],
) -> None:
    """Adds strips to the data-blocks that do not have the line yet, and stores the take's data on all actions."""
    targets: list[tuple[ID, Action, Any]] = []
    for owner, curves in added.items():
        action = actions[0] if version.SLOTTED and actions else bpy.data.actions.new(
            f"{figure.name} {label}" if version.SLOTTED else f"{figure.name} {label} {owner.name}"
        )  # fmt: skip
        action[tracks.LINE] = line
        actions.append(action)
        slot = version.new_slot(action, owner)
        fcurves.fill(version.bag(action, slot, make=True), curves)
        targets.append((owner, action, slot))
    spans = [version.frame_range(action, slot) for _, action, slot in targets]
    if spans:
        start = take_data["start_frame"]
        line_span = (start + min(s[0] for s in spans), start + max(s[1] for s in spans))
        number = tracks.free_number(list(added), line_span)
        for (owner, action, slot), span in zip(targets, spans):
            tracks.add_strip(owner, number, label, action, slot, (start + span[0], start + span[1]))
    for action in actions:
        action[_TAKE_DATA] = json.dumps(take_data)
        hand_edits.store_checksum(action)


def drop_takes(owner: ID) -> None:
    """Removes every take from one data-block."""
    _drop(owner, list(tracks.strips(owner)))


def _drop(owner: ID, found: list) -> None:
    moved = {(curve.data_path, curve.array_index) for _, strip in found for curve in version.played(strip)}
    for track, strip in found:
        action = strip.action
        track.strips.remove(strip)
        if action.users - action.use_fake_user <= 0:
            bpy.data.actions.remove(action)
    rest.restore_unkeyed(owner, moved)
