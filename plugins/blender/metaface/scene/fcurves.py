"""F-curves: their keys as arrays, and the values of properties that F-curves and NLA strips animate.

Times are frames of the scene (fractions allowed), values are in the property's unit
(shape keys 0 to 1, quaternions w x y z, Euler angles in radians).

Computing values is hundreds of times faster than evaluating the scene frame by frame. The result is `None` for
animation that is not computed here (drivers, solo tracks, retimed strips, animated influence); the scene has to be
evaluated then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bpy.types import ID, AnimData, FCurve, NlaStrip

from ..host import rotations
from . import version

_LINEAR = 1
"""Blender's number of the linear interpolation from one key to the next."""


@dataclass(frozen=True)
class Curve:
    """The keys of an F-curve: ascending `frames`, with one of `values` each."""

    data_path: str
    index: int
    frames: np.ndarray
    values: np.ndarray
    group: str = ""


def fill(holder, curves: Sequence[Curve], *, keep_others: bool = False) -> None:
    """Writes `curves` to a holder from [`version.bag`], and removes its other F-curves unless `keep_others`.

    Keys are interpolated linearly.
    """
    known = {(curve.data_path, curve.array_index): curve for curve in holder.fcurves}
    wanted = {(curve.data_path, curve.index) for curve in curves}
    for key, curve in known.items():
        if key not in wanted and not keep_others:
            holder.fcurves.remove(curve)
    for curve in curves:
        target = known.get((curve.data_path, curve.index))
        _set_keys(target or version.add_curve(holder, curve.data_path, curve.index, curve.group), curve)


def read(curve: FCurve) -> tuple[np.ndarray, np.ndarray]:
    """The keys of an F-curve: frames and values, float32."""
    points = np.empty(2 * len(curve.keyframe_points), np.float32)
    curve.keyframe_points.foreach_get("co", points)
    return points[0::2], points[1::2]


def sample(curve: FCurve, frames: np.ndarray) -> np.ndarray:
    """The value of the F-curve at each frame, with its modifiers."""
    count = len(curve.keyframe_points)
    if count > 1 and curve.extrapolation == "CONSTANT" and not curve.modifiers:
        kinds = np.empty(count, np.int32)
        curve.keyframe_points.foreach_get("interpolation", kinds)
        if (kinds == _LINEAR).all():
            times, values = read(curve)
            return np.interp(frames, times.astype(np.float64), values)
    return np.array([curve.evaluate(frame) for frame in frames.tolist()])


def w_first(turns: np.ndarray) -> np.ndarray:
    """Quaternions x y z w, the order of the metaface package, as Blender's w x y z."""
    return np.roll(turns, 1, axis=-1)


def w_last(turns: np.ndarray) -> np.ndarray:
    """Blender's quaternions w x y z as x y z w, the order of the metaface package."""
    return np.roll(turns, -1, axis=-1)


class Stack:
    """The animation of one data-block."""

    def __init__(self, owner: ID) -> None:
        data = owner.animation_data
        self._driven = {driver.data_path for driver in data.drivers} if data is not None else set()
        self._action_curves: dict[tuple[str, int], FCurve] = {}
        self._strips: list[list[_Strip]] = []
        self._computable = True
        if data is None:
            return
        layered = data.use_nla and len(data.nla_tracks) > 0
        self._computable = not data.use_tweak_mode and not (layered and any(t.is_solo for t in data.nla_tracks))
        if not layered:
            self._action_curves = _by_property(version.played(data))
            return
        self._strips = [[_Strip(s) for s in t.strips if not s.mute] for t in data.nla_tracks if not t.mute]
        if data.action is not None:
            self._strips.append([_Strip(data)])

    def sample(self, path: str, now: list[float], default: list[float], frames: np.ndarray) -> np.ndarray | None:
        """The property over time, (frames, components): `now` if it is not animated, `None` if it must be evaluated."""
        if path in self._driven or not self._computable:
            return None
        components = len(now)
        if not self._strips:
            curves = [self._action_curves.get((path, index)) for index in range(components)]
            return np.column_stack(
                [sample(c, frames) if c is not None else np.full(len(frames), v) for c, v in zip(curves, now)]
            )
        shown = np.tile(np.array(default, np.float64), (len(frames), 1))
        animated = False
        for track in self._strips:
            relevant = [strip for strip in track if strip.animates(path, components)]
            animated = animated or bool(relevant)
            for strip, active in _active_frames(track, frames):
                if strip not in relevant or not active.any():
                    continue
                layer = strip.layer(path, components, frames, active)
                blended = _blend(shown, layer) if layer is not None else None
                if blended is None:
                    return None
                shown = np.where(active[:, None], blended, shown)
        return shown if animated else np.tile(np.array(now, np.float64), (len(frames), 1))


@dataclass(frozen=True)
class _Layer:
    """The values of one strip or action for the property (n, components), and their influence (n,)."""

    values: np.ndarray
    influence: np.ndarray
    blend: str


class _Strip:
    """A strip, or the active action, which Blender evaluates as a layer above the strips."""

    def __init__(self, player: NlaStrip | AnimData) -> None:
        self.curves = _by_property(version.played(player)) if player.action is not None else {}
        if isinstance(player, AnimData):
            span = version.frame_range(player.action, version.slot_of(player))
            self.span, self.start, self.scale = span, span[0], 1.0
            self.blend, self.extrapolation = player.action_blend_type, player.action_extrapolation
            self.influence, self.ramps, self.simple = player.action_influence, (0.0, 0.0), True
            self.clamped = False
            return
        self.span = (player.frame_start, player.frame_end)
        self.start, self.scale = player.action_frame_start, player.scale
        self.blend, self.extrapolation = player.blend_type, player.extrapolation
        # Blender uses a strip's `influence` only if it is animated.
        self.influence, self.ramps = 1.0, (player.blend_in, player.blend_out)
        self.clamped = True
        length = (player.action_frame_end - player.action_frame_start) * player.scale
        self.simple = (
            player.type == "CLIP"
            and player.repeat == 1.0
            and self.span[1] - self.span[0] < length + 1e-2  # a longer strip repeats
            and not player.use_reverse
            and not player.use_animated_influence
            and not player.use_animated_time
            and not player.modifiers
        )

    def animates(self, path: str, components: int) -> bool:
        return any((path, index) in self.curves for index in range(components))

    def layer(self, path: str, components: int, frames: np.ndarray, active: np.ndarray) -> _Layer | None:
        """The strip's layer in the `active` frames; `None` if it must be evaluated."""
        outside = (frames < self.span[0]) | (frames > self.span[1])
        if not self.simple or (any(self.ramps) and (active & outside).any()):
            return None
        times = np.clip(frames, *self.span) if self.clamped else frames
        times = self.start + (times - self.span[0]) / self.scale
        found = [self.curves.get((path, index)) for index in range(components)]
        if components > 1 and None in found:
            return None
        values = np.column_stack([sample(curve, times) for curve in found])
        influence = np.full(len(frames), self.influence)
        if self.ramps[0] > 0.0:
            influence = influence * np.clip((frames - self.span[0]) / self.ramps[0], 0.0, 1.0)
        if self.ramps[1] > 0.0:
            influence = influence * np.clip((self.span[1] - frames) / self.ramps[1], 0.0, 1.0)
        return _Layer(values, influence, self.blend)


def _set_keys(target: FCurve, curve: Curve) -> None:
    count = len(curve.frames)
    points = target.keyframe_points
    if len(points) != count:
        if len(points):
            points.clear()
        points.add(count)
    co = np.empty((count, 2), np.float32)
    co[:, 0] = curve.frames
    co[:, 1] = curve.values
    points.foreach_set("co", co.ravel())
    points.foreach_set("interpolation", np.full(count, _LINEAR, np.int32))
    target.update()


def _active_frames(track: list[_Strip], frames: np.ndarray):
    """For each strip of a track, a mask of the frames in which it plays or is extrapolated."""
    for index, strip in enumerate(track):
        begin, end = strip.span
        active = (frames >= begin) & (frames <= end)
        if not strip.clamped:
            yield strip, (active if strip.extrapolation == "NOTHING" else np.ones_like(active))
            continue
        if index > 0:
            # On the common frame of two adjacent strips, the earlier one plays.
            active &= frames > track[index - 1].span[1]
        if strip.extrapolation in {"HOLD", "HOLD_FORWARD"}:
            following = track[index + 1].span[0] if index + 1 < len(track) else np.inf
            active = active | ((frames > end) & (frames < following))
        if strip.extrapolation == "HOLD" and index == 0:
            active = active | (frames < begin)
        yield strip, active


def _blend(lower: np.ndarray, layer: _Layer) -> np.ndarray | None:
    share, values = layer.influence[:, None], layer.values
    if lower.shape[1] == 4 and layer.blend == "COMBINE":
        if (layer.influence < 1.0).any():
            return None
        turns = rotations.product(w_last(lower), rotations.unit(w_last(values)))
        return w_first(turns)
    if layer.blend == "REPLACE":
        return lower + (values - lower) * share
    if layer.blend in {"ADD", "COMBINE"}:
        return lower + values * share
    if layer.blend == "SUBTRACT":
        return lower - values * share
    if layer.blend == "MULTIPLY":
        return lower * (1.0 - share) + lower * values * share
    return None


def _by_property(curves) -> dict[tuple[str, int], FCurve]:
    return {(curve.data_path, curve.array_index): curve for curve in curves if not curve.mute}
