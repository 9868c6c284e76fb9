"""Samples a character's motion, for learning and for export.

The motion is computed from F-curves and NLA strips if they determine it (see `fcurves`). Otherwise Blender
evaluates the scene frame by frame, with drivers and constraints; the current frame is restored afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import bpy
import numpy as np
from mathutils import Euler, Matrix

from ..host import library, rotations
from ..host.errors import UserError
from . import fcurves, orientation, rest, skeleton, sounds
from .characters import Figure
from .fcurves import w_last
from .shapes import key_of, targets
from .skeleton import Joint

if TYPE_CHECKING:
    import metaface

_FACE_WORDS = {"head", "jaw", "mandible", "eye", "eyeball", "neck"}
"""Words in the names of joints that move in speech."""


def record(
    figure: Figure,
    frame_start: float,
    frame_end: float,
    rate: Fraction | float | None = None,
    only: Iterable[int] | None = None,
    progress: Callable[[float], None] | None = None,
) -> metaface.Performance:
    """The character's motion from one scene frame to another (both included), sampled at `rate`.

    `rate` defaults to the scene's. Includes the shapes of all meshes and the joints `only` (indices), by
    default those with head, neck, jaw or eye in their names. Muted shapes are 0.
    """
    scene = scene_of(figure)
    fps = sounds.rate_of(scene)
    rate = fps if rate is None else Fraction(rate).limit_denominator(100_000)
    step = float(fps / rate)
    count = math.floor((frame_end - frame_start) / step + 1e-6) + 1
    if count < 1:
        raise UserError("The frame range is empty: its end is before its start. Set a later end frame")
    frames = frame_start + step * np.arange(count)
    indices = sorted(set(only)) if only is not None else face_joints(figure)
    values = computed(figure, frames, indices)
    if values is None:
        values = evaluated(figure, frames, indices, scene, progress)
    weights, turns = values
    return library.metaface().Performance(
        rate,
        {index: weight.astype(np.float32) for index, weight in enumerate(weights)},
        {joint: turn.astype(np.float32) for joint, turn in turns.items()},
    )


def scene_of(figure: Figure) -> bpy.types.Scene:
    """The current scene if the character is in it, otherwise the character's first scene."""
    scenes = figure.root.users_scene
    if not scenes:
        raise UserError(f"{figure.name} is not in a scene: link it to one first")
    return bpy.context.scene if bpy.context.scene in scenes else scenes[0]


def face_joints(figure: Figure) -> list[int]:
    """Indices of the joints that move in speech, found by name."""
    names = [orientation.words(joint.name) for joint in figure.joints]
    return [index for index, words in enumerate(names) if not _FACE_WORDS.isdisjoint(words)]


def computed(
    figure: Figure, frames: np.ndarray, indices: list[int]
) -> tuple[list[np.ndarray], dict[int, np.ndarray]] | None:
    """Weights per mesh (frames, targets) and rotations per joint (frames, 4: x y z w).

    `None` if F-curves and NLA strips do not determine them.
    """
    weights = []
    for mesh in figure.meshes:
        animation = fcurves.Stack(key_of(mesh))
        shown = np.zeros((len(frames), len(targets(mesh))))
        for index, block in enumerate(targets(mesh)):
            values = animation.sample(rest.value_path(block.name), [block.value], [0.0], frames)
            if values is None:
                return None
            if not block.mute:
                shown[:, index] = np.clip(values[:, 0], block.slider_min, block.slider_max)
        weights.append(shown)
    stacks: dict[bpy.types.Object, fcurves.Stack] = {}
    turns = {}
    transforms = skeleton.rest_transforms(figure) if indices else []
    for index in indices:
        joint = figure.joints[index]
        if not _is_unconstrained(joint, figure):
            return None
        animation = stacks.setdefault(joint.owner, fcurves.Stack(joint.owner))
        basis = _basis(joint, animation, frames)
        if basis is None:
            return None
        unkeyed = w_last(np.array(joint.unkeyed))
        below = rotations.product(transforms[index].rotation, rotations.inverse(unkeyed))
        turns[index] = rotations.unit(rotations.product(below, basis))
    return weights, turns


def evaluated(
    figure: Figure,
    frames: np.ndarray,
    indices: list[int],
    scene: bpy.types.Scene,
    progress: Callable[[float], None] | None = None,
) -> tuple[list[np.ndarray], dict[int, np.ndarray]]:
    """As [`computed`], but Blender evaluates the scene at every frame."""
    weights = [np.zeros((len(frames), len(targets(mesh)))) for mesh in figure.meshes]
    turns = {index: np.zeros((len(frames), 4)) for index in indices}
    turn = Matrix(figure.space.tolist())
    before = (scene.frame_current, scene.frame_subframe)
    try:
        for row, frame in enumerate(frames.tolist()):
            scene.frame_set(math.floor(frame), subframe=frame - math.floor(frame))
            for mesh, shown in zip(figure.meshes, weights):
                shown[row] = [0.0 if block.mute else block.value for block in targets(mesh)]
            for index in indices:
                turns[index][row] = _evaluated_rotation(figure, figure.joints[index], turn)
            if progress is not None:
                progress((row + 1) / len(frames))
    finally:
        scene.frame_set(before[0], subframe=before[1])
    return weights, turns


def _is_unconstrained(joint: Joint, figure: Figure) -> bool:
    """Whether the joint's rotation property alone determines its rotation relative to its parent joint."""
    if any(not constraint.mute for constraint in joint.turned.constraints):
        return False
    if not joint.bone:
        return True
    parent = figure.armature.data.bones[joint.bone].parent
    if parent is None or joint.parent is None:
        return parent is None
    # Constrained bones are not joints: one between the two would rotate this one.
    return figure.joints[joint.parent].bone == parent.name


def _basis(joint: Joint, animation: fcurves.Stack, frames: np.ndarray) -> np.ndarray | None:
    """The joint's rotation property over time, (frames, 4: x y z w); `None` if it cannot be computed."""
    name, _ = rest.rotation_property(joint.turned)
    if name == "rotation_axis_angle":
        return None
    now, default = list(getattr(joint.turned, name)), list(rest.DEFAULTS[name])
    shown = animation.sample(joint.path + name, now, default, frames)
    if shown is None or name == "rotation_quaternion":
        return None if shown is None else rotations.unit(w_last(shown))
    order = joint.turned.rotation_mode
    return w_last(np.array([tuple(Euler(angles, order).to_quaternion()) for angles in shown.tolist()]))


def _evaluated_rotation(figure: Figure, joint: Joint, turn: Matrix) -> np.ndarray:
    """The joint's rotation (x y z w) relative to its parent joint at the scene's current frame."""
    matrix = _matrix(figure, joint)
    if joint.parent is None:
        relative = turn.to_4x4() @ matrix
    else:
        relative = _matrix(figure, figure.joints[joint.parent]).inverted_safe() @ matrix
    return w_last(np.array(relative.to_quaternion()))


def _matrix(figure: Figure, joint: Joint) -> Matrix:
    """The joint in the figure's base space."""
    if joint.bone:
        return joint.turned.matrix
    if joint.owner == figure.base:
        # The base object has no other reference: its rotation is relative to its rest rotation.
        turned = joint.unkeyed.inverted() @ joint.owner.matrix_basis.to_quaternion()
        return turned.to_matrix().to_4x4()
    return figure.base.matrix_world.inverted_safe() @ joint.owner.matrix_world
