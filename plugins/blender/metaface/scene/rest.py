"""A character's unkeyed values: the values of its properties without animation.

The unkeyed value of an animated property cannot be read; Blender starts from the property's default (0 for
shape keys, no rotation). The values before the first take are therefore stored in the F-curves of the lowest
NLA track, see `layers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import bpy
import numpy as np
from bpy.types import ID, AnimData, FCurve, NlaTrack, Object, PoseBone
from mathutils import Euler, Quaternion

from . import fcurves, version
from .fcurves import Curve

TRACK = "MetaFace rest"
"""The lowest track: values of a character at rest that differ from the properties' defaults."""


def animated(owner: ID, among: set[tuple[str, int]] | None = None) -> set[tuple[str, int]]:
    """The properties (data path, array index) that the data-block's action, drivers and NLA strips animate.

    `among` limits the result to these properties and ends the search when all are found: a character with a
    hundred lines has a hundred strips, most of which animate the same properties.
    """
    found: set[tuple[str, int]] = set()
    for curves in _curves_of(owner.animation_data):
        found.update((curve.data_path, curve.array_index) for curve in curves)
        if among is not None and among <= found:
            break
    return found if among is None else found & among


def _curves_of(data: AnimData | None) -> Iterator[Iterable[FCurve]]:
    """The curves of the action, the drivers, and each NLA strip."""
    if data is None:
        return
    yield version.played(data)
    yield data.drivers
    seen = set()
    for track in data.nla_tracks:
        for strip in track.strips:
            key = (strip.action, version.slot_of(strip))
            if strip.action is not None and key not in seen:
                seen.add(key)
                yield version.played(strip)


def stored(owner: ID) -> dict[tuple[str, int], float]:
    """The data-block's values in the lowest track."""
    data = owner.animation_data
    for track in data.nla_tracks if data is not None else ():
        if track.name == TRACK and track.strips:
            return {
                (curve.data_path, curve.array_index): curve.keyframe_points[0].co[1]
                for curve in version.played(track.strips[0])
                if len(curve.keyframe_points)
            }
    return {}


def value_path(shape: str) -> str:
    """The data path of a shape key's value."""
    return f'key_blocks["{bpy.utils.escape_identifier(shape)}"].value'


def rotation_property(turned: Object | PoseBone) -> tuple[str, int]:
    """The name of the rotation property in use, and its number of components."""
    if turned.rotation_mode == "QUATERNION":
        return "rotation_quaternion", 4
    if turned.rotation_mode == "AXIS_ANGLE":
        return "rotation_axis_angle", 4
    return "rotation_euler", 3


class Unkeyed:
    """The unkeyed values of one data-block. Reads the NLA stack once, since long stacks are slow to search."""

    def __init__(self, owner: ID) -> None:
        self.owner = owner
        self._stored, self._animated = stored(owner), animated(owner)

    def value(self, path: str, index: int, now: float, default: float) -> float:
        """The unkeyed value of a property whose current value is `now`."""
        key = (path, index)
        return self._stored.get(key, default if key in self._animated else now)

    def shapes(self) -> dict[str, float]:
        """The values of all shape keys by name, for a `Key`."""
        blocks = self.owner.key_blocks
        return {block.name: self.value(value_path(block.name), 0, block.value, 0.0) for block in blocks}

    def rotation_values(self, turned: Object | PoseBone) -> list[float]:
        """The components of the rotation property of the object, or of one of its bones."""
        name, count = rotation_property(turned)
        path = name if turned == self.owner else f"{turned.path_from_id()}.{name}"
        default, now = DEFAULTS[name], getattr(turned, name)
        return [self.value(path, axis, now[axis], default[axis]) for axis in range(count)]

    def rotation(self, turned: Object | PoseBone) -> Quaternion:
        """The rotation of the object, or of one of its bones."""
        values = self.rotation_values(turned)
        if turned.rotation_mode == "QUATERNION":
            return Quaternion(values).normalized()
        if turned.rotation_mode == "AXIS_ANGLE":
            return Quaternion(values[1:], values[0])
        return Euler(values, turned.rotation_mode).to_quaternion()


DEFAULTS = {
    "rotation_quaternion": (1.0, 0.0, 0.0, 0.0),
    "rotation_axis_angle": (0.0, 0.0, 1.0, 0.0),
    "rotation_euler": (0.0, 0.0, 0.0),
}
"""The values from which Blender starts if a rotation is animated."""


def store_unkeyed(name: str, curves: Mapping[ID, Iterable[Curve]]) -> None:
    """Stores the unkeyed values of these curves' properties that differ from Blender's defaults."""
    for owner, owner_curves in curves.items():
        differing = _differing(owner, {(curve.data_path, curve.index) for curve in owner_curves})
        if not differing:
            continue
        data = owner.animation_data
        track = next((track for track in data.nla_tracks if track.name == TRACK), None)
        strip = track.strips[0] if track is not None and track.strips else None
        if strip is None:
            action = bpy.data.actions.new(f"{name} rest {owner.name}")
            slot = version.new_slot(action, owner)
        else:
            action, slot = strip.action, version.slot_of(strip)
        constant = [
            Curve(path, index, np.array([0.0]), np.array([value])) for (path, index), value in differing.items()
        ]
        fcurves.fill(version.bag(action, slot, make=True), constant, keep_others=True)
        if strip is None:
            track = track or _lowest_track(data)
            track.name = TRACK
            strip = track.strips.new(TRACK, 0, action)
            version.play(strip, action, slot)
            strip.use_auto_blend = False
            strip.extrapolation, strip.blend_type = "HOLD", "COMBINE"


def restore_unkeyed(owner: ID, properties: Iterable[tuple[str, int]]) -> None:
    """Restores the unkeyed values of the given properties that are no longer animated."""
    values = stored(owner)
    properties = set(properties)
    still_animated = animated(owner, properties) - values.keys()
    for path, index in properties:
        if (path, index) not in still_animated:
            default = DEFAULTS.get(path.rpartition(".")[2], (0.0,))[index]
            _set_value(owner, path, index, values.get((path, index), default))


def drop(owner: ID) -> None:
    """Removes the lowest track and sets the properties to its values."""
    data = owner.animation_data
    for (path, index), value in stored(owner).items():
        _set_value(owner, path, index, value)
    for track in [track for track in data.nla_tracks if track.name == TRACK]:
        actions = {strip.action for strip in track.strips if strip.action is not None}
        data.nla_tracks.remove(track)
        for action in actions:
            if action.users - action.use_fake_user <= 0:
                bpy.data.actions.remove(action)


def _differing(owner: ID, properties: set[tuple[str, int]]) -> dict[tuple[str, int], float]:
    """The given properties that are not stored yet and whose unkeyed values differ from Blender's defaults.

    All components of a rotation are included, because Blender combines them together.
    """
    properties = properties - stored(owner).keys()
    found: dict[tuple[str, int], float] = {}
    by_path: dict[str, list[int]] = {}
    for path, index in properties - animated(owner, properties):
        by_path.setdefault(path, []).append(index)
    for path, indices in by_path.items():
        now = owner.path_resolve(path)
        name = path.rpartition(".")[2]
        if name in DEFAULTS:
            if any(abs(now[index] - DEFAULTS[name][index]) > 1e-6 for index in indices):
                found.update({(path, index): now[index] for index in indices})
        elif abs(now) > 1e-6:
            found[path, 0] = now
    return found


def _lowest_track(data: AnimData) -> NlaTrack:
    """A new track as low as possible: Blender adds tracks only above others, here above the animator's first."""
    return data.nla_tracks.new(prev=data.nla_tracks[0]) if data.nla_tracks else data.nla_tracks.new()


def _set_value(owner: ID, path: str, index: int, value: float) -> None:
    holder, _, name = path.rpartition(".")
    try:
        target = owner.path_resolve(holder) if holder else owner
    except ValueError:
        return
    if name in DEFAULTS:
        getattr(target, name)[index] = value
    else:
        setattr(target, name, value)
