"""Baking down: what is seen becomes one ordinary action, with a key on every frame.

Takes, hand edits and what lay below them are merged into the active action; our tracks go. Keys of
the animator on anything that no take moves stay as they are.
"""

from __future__ import annotations

import math

import numpy as np
from bpy.types import ID, Action, Key

from . import keys, layers, overrides, quaternions, recording, rest, stack, tops, tracks, version
from .figure import Figure
from .keys import Curve
from .trouble import Trouble


def bake_down(figure: Figure, frame_range: tuple[int, int] | None = None) -> list[Action]:
    """Merges a character's takes and hand edits; returns the actions that hold the result.

    `frame_range` (both ends included) is widened to hold every take, for nothing shall be lost.
    """
    found = layers.takes(figure)
    if not found:
        raise Trouble(f"{figure.name} has no line to bake: generate one first")
    owners = [owner for owner in layers.owners(figure) if next(tracks.strips(owner), None) is not None]
    for owner in owners:
        overrides.must_be_editable(owner)
        _must_replace(owner)
    ends = [frame for take in found for frame in (take.frame_start, take.frame_end)] + list(frame_range or ())
    for owner in owners:
        ends += _hand_keys(owner)
    first, last = math.floor(min(ends)), math.ceil(max(ends))
    frames = np.arange(first, last + 1, dtype=np.float64)
    shown = _shown(figure, owners, frames)
    for owner in owners:
        _bake(figure.name, owner, frames, shown[owner])
    actions = [owner.animation_data.action for owner in owners]
    return list(dict.fromkeys(actions))


def _moved(owner: ID) -> dict[str, int]:
    """The properties that takes move, and how many numbers each has."""
    found: dict[str, int] = {}
    for _, strip in tracks.strips(owner):
        for curve in version.played(strip):
            found[curve.data_path] = max(found.get(curve.data_path, 0), curve.array_index + 1)
    return found


def _hand_keys(owner: ID) -> list[float]:
    """The frames of the first and the last key of each curve of the layer above on what takes move."""
    moved = _moved(owner)
    curves = [curve for curve in version.played(owner.animation_data) if curve.data_path in moved]
    return [frame for curve in curves for frame in curve.range() if len(curve.keyframe_points)]


def _must_replace(owner: ID) -> None:
    """An action that the animator has combine with tracks of their own cannot replace them and look the same."""
    data = owner.animation_data
    ours = tops.is_hand_edits(data.action) or tops.REPLACED in owner
    if tracks.foreign(owner) and data.action is not None and not ours:
        raise Trouble(
            f"The action {data.action.name} combines with other NLA tracks of {owner.name}: push it down in the NLA "
            "editor, then bake again"
        )


def _shown(figure: Figure, owners: list[ID], frames: np.ndarray) -> dict[ID, dict[str, np.ndarray]]:
    """What every moved property shows: (frames, numbers) by data-block and path."""
    computed = {owner: _computed(owner, frames) for owner in owners}
    if all(values is not None for by_path in computed.values() for values in by_path.values()):
        return computed
    shown = {owner: {p: np.zeros((len(frames), n)) for p, n in _moved(owner).items()} for owner in owners}
    scene = recording.scene_of(figure)
    before = (scene.frame_current, scene.frame_subframe)
    try:
        for row, frame in enumerate(frames.tolist()):
            scene.frame_set(int(frame))
            for owner, by_path in shown.items():
                for path, values in by_path.items():
                    values[row] = owner.path_resolve(path)
    finally:
        scene.frame_set(before[0], subframe=before[1])
    return shown


def _computed(owner: ID, frames: np.ndarray) -> dict[str, np.ndarray | None]:
    animation = stack.Stack(owner)
    shown = {}
    for path, numbers in _moved(owner).items():
        default = list(rest.DEFAULTS.get(path.rpartition(".")[2], (0.0,)))
        values = animation.show(path, default[:numbers], default[:numbers], frames)
        if values is not None and isinstance(owner, Key):
            block = owner.path_resolve(path.rpartition(".")[0])
            values = np.clip(values, block.slider_min, block.slider_max)
        shown[path] = values
    return shown


def _bake(name: str, owner: ID, frames: np.ndarray, shown: dict[str, np.ndarray]) -> None:
    data = owner.animation_data
    curves = []
    for path, values in shown.items():
        if path.endswith("rotation_quaternion"):
            values = quaternions.unbroken(quaternions.unit(values))
        for index in range(values.shape[1]):
            curves.append(Curve(path, index, *_needed(frames, values[:, index]), "MetaFace"))
    if data.action is None:
        tops.ensure(name, owner)
    action = data.action
    keys.fill(version.bag(action, version.slot_of(data), make=True), curves, keep_others=True)
    layers.drop_takes(owner)
    rest.drop(owner)
    tracks.drop_empty(owner)
    data.action_blend_type = "REPLACE"
    if tops.is_hand_edits(action):
        action.name = f"{name} baked"
        del action[tops.HAND_EDITS]
    owner.pop(tops.REPLACED, None)


def _needed(frames: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The keys without those between two of the same value."""
    same = np.zeros(len(values), bool)
    same[1:-1] = (np.abs(np.diff(values[:-1])) < 1e-7) & (np.abs(np.diff(values[1:])) < 1e-7)
    return frames[~same], values[~same]
