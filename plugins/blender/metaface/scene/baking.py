"""Baking down: merges the visible animation into one ordinary action, with a key on every frame.

Takes, hand edits and the animation below them are merged into the active action, and MetaFace's tracks
are removed. The animator's keys on properties that no take animates stay unchanged.
"""

from __future__ import annotations

import math

import numpy as np
from bpy.types import ID, Action, Key

from ..host import rotations
from ..host.errors import UserError
from . import characters, fcurves, hand_edits, layers, recording, rest, tracks, version
from .characters import Figure
from .fcurves import Curve


def bake_down(figure: Figure, frame_range: tuple[int, int] | None = None) -> list[Action]:
    """Merges a character's takes and hand edits; returns the actions with the result.

    `frame_range` (both ends included) is extended to every take and hand edit, so that no key is lost.
    """
    found = layers.takes(figure)
    if not found:
        raise UserError(f"{figure.name} has no take to bake: generate one first")
    owners = [owner for owner in layers.owners(figure) if next(tracks.strips(owner), None) is not None]
    for owner in owners:
        characters.require_editable(owner)
        _require_replaceable(owner)
    ends = [frame for take in found for frame in (take.frame_start, take.frame_end)] + list(frame_range or ())
    for owner in owners:
        ends += _hand_edit_frames(owner)
    first, last = math.floor(min(ends)), math.ceil(max(ends))
    frames = np.arange(first, last + 1, dtype=np.float64)
    sampled = _sampled(figure, owners, frames)
    for owner in owners:
        _bake(figure.name, owner, frames, sampled[owner])
    actions = [owner.animation_data.action for owner in owners]
    return list(dict.fromkeys(actions))


def _take_properties(owner: ID) -> dict[str, int]:
    """The data paths that takes animate, with the number of components of each."""
    found: dict[str, int] = {}
    for _, strip in tracks.strips(owner):
        for curve in version.played(strip):
            found[curve.data_path] = max(found.get(curve.data_path, 0), curve.array_index + 1)
    return found


def _hand_edit_frames(owner: ID) -> list[float]:
    """The frames of the first and the last key of each hand-edit curve on a property that takes animate."""
    animated = _take_properties(owner)
    curves = [curve for curve in version.played(owner.animation_data) if curve.data_path in animated]
    return [frame for curve in curves for frame in curve.range() if len(curve.keyframe_points)]


def _require_replaceable(owner: ID) -> None:
    """Raises if the active action combines with the animator's NLA tracks: replacing them would change the result."""
    data = owner.animation_data
    ours = hand_edits.is_hand_edits(data.action) or hand_edits.REPLACED in owner
    if tracks.other_tracks(owner) and data.action is not None and not ours:
        raise UserError(
            f"The action {data.action.name} combines with other NLA tracks of {owner.name}: push it down in the NLA "
            "editor, then bake again"
        )


def _sampled(figure: Figure, owners: list[ID], frames: np.ndarray) -> dict[ID, dict[str, np.ndarray]]:
    """The value of every property that takes animate: (frames, components) by data-block and data path."""
    computed = {owner: _computed(owner, frames) for owner in owners}
    if all(values is not None for by_path in computed.values() for values in by_path.values()):
        return computed
    sampled = {owner: {p: np.zeros((len(frames), n)) for p, n in _take_properties(owner).items()} for owner in owners}
    scene = recording.scene_of(figure)
    before = (scene.frame_current, scene.frame_subframe)
    try:
        for row, frame in enumerate(frames.tolist()):
            scene.frame_set(int(frame))
            for owner, by_path in sampled.items():
                for path, values in by_path.items():
                    values[row] = owner.path_resolve(path)
    finally:
        scene.frame_set(before[0], subframe=before[1])
    return sampled


def _computed(owner: ID, frames: np.ndarray) -> dict[str, np.ndarray | None]:
    animation = fcurves.Stack(owner)
    computed = {}
    for path, components in _take_properties(owner).items():
        default = list(rest.DEFAULTS.get(path.rpartition(".")[2], (0.0,)))
        values = animation.sample(path, default[:components], default[:components], frames)
        if values is not None and isinstance(owner, Key):
            block = owner.path_resolve(path.rpartition(".")[0])
            values = np.clip(values, block.slider_min, block.slider_max)
        computed[path] = values
    return computed


def _bake(name: str, owner: ID, frames: np.ndarray, sampled: dict[str, np.ndarray]) -> None:
    data = owner.animation_data
    curves = []
    for path, values in sampled.items():
        if path.endswith("rotation_quaternion"):
            turns = rotations.unit(fcurves.w_last(values))
            values = fcurves.w_first(rotations.without_sign_flips(turns))
        for index in range(values.shape[1]):
            curves.append(Curve(path, index, *_without_repeats(frames, values[:, index]), "MetaFace"))
    if data.action is None:
        hand_edits.ensure(name, owner)
    action = data.action
    fcurves.fill(version.bag(action, version.slot_of(data), make=True), curves, keep_others=True)
    layers.drop_takes(owner)
    rest.drop(owner)
    tracks.drop_empty(owner)
    data.action_blend_type = "REPLACE"
    if hand_edits.is_hand_edits(action):
        action.name = f"{name} baked"
        del action[hand_edits.HAND_EDITS]
    owner.pop(hand_edits.REPLACED, None)


def _without_repeats(frames: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys without those that have the same value as both neighbours."""
    same = np.zeros(len(values), bool)
    same[1:-1] = (np.abs(np.diff(values[:-1])) < 1e-7) & (np.abs(np.diff(values[1:])) < 1e-7)
    return frames[~same], values[~same]
