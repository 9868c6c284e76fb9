"""What a character does, sampled: for learning from it, and for export.

Computed from F-curves and NLA strips where they say all (see `stack`); otherwise the scene is
evaluated frame by frame, drivers and constraints included, and its current frame put back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import bpy
import numpy as np
from mathutils import Euler, Matrix

from . import core, joints, quaternions, rest, space, stack
from .figure import Figure, key_of, targets
from .joints import Joint
from .placement import scene_rate
from .trouble import Trouble

if TYPE_CHECKING:
    import metaface

_FACE = {"head", "jaw", "mandible", "eye", "eyeball", "neck"}
"""Words in the names of joints that a face speaks with."""


def record(
    figure: Figure,
    frame_start: float,
    frame_end: float,
    rate: Fraction | float | None = None,
    only: Iterable[int] | None = None,
    progress: Callable[[float], None] | None = None,
) -> metaface.Performance:
    """The character from one scene frame to another (both included), sampled at `rate` (default: the scene's).

    Shapes of all meshes; of the joints `only` these (indices), or else those whose names say head, neck,
    jaw or eye. Muted shapes count as 0.
    """
    scene = scene_of(figure)
    fps = scene_rate(scene.render.fps, scene.render.fps_base)
    rate = fps if rate is None else Fraction(rate).limit_denominator(100_000)
    step = float(fps / rate)
    count = math.floor((frame_end - frame_start) / step + 1e-6) + 1
    if count < 1:
        raise Trouble("The frame range is empty: its end lies before its beginning")
    frames = frame_start + step * np.arange(count)
    wanted = sorted(set(only)) if only is not None else of_the_face(figure)
    values = computed(figure, frames, wanted)
    if values is None:
        values = evaluated(figure, frames, wanted, scene, progress)
    weights, turns = values
    return core.metaface().Performance(
        rate,
        {index: weight.astype(np.float32) for index, weight in enumerate(weights)},
        {joint: quaternions.to_xyzw(turn).astype(np.float32) for joint, turn in turns.items()},
    )


def scene_of(figure: Figure) -> bpy.types.Scene:
    """The current scene, if the character is in it, else the first one that it is in."""
    scenes = figure.root.users_scene
    if not scenes:
        raise Trouble(f"{figure.name} is in no scene")
    return bpy.context.scene if bpy.context.scene in scenes else scenes[0]


def of_the_face(figure: Figure) -> list[int]:
    """The joints that a face speaks with, by their names."""
    return [index for index, joint in enumerate(figure.joints) if not _FACE.isdisjoint(space.words(joint.name))]


def computed(
    figure: Figure, frames: np.ndarray, wanted: list[int]
) -> tuple[list[np.ndarray], dict[int, np.ndarray]] | None:
    """Weights per mesh (frames, targets) and rotations per joint (frames, 4: w x y z); None if Blender must tell."""
    weights = []
    for mesh in figure.meshes:
        animation = stack.Stack(key_of(mesh))
        shown = np.zeros((len(frames), len(targets(mesh))))
        for index, block in enumerate(targets(mesh)):
            values = animation.show(rest.value_path(block.name), [block.value], [0.0], frames)
            if values is None:
                return None
            if not block.mute:
                shown[:, index] = np.clip(values[:, 0], block.slider_min, block.slider_max)
        weights.append(shown)
    stacks: dict[bpy.types.Object, stack.Stack] = {}
    turns = {}
    resting = joints.in_metaface(figure) if wanted else []
    for index in wanted:
        joint = figure.joints[index]
        if not _stands_alone(joint, figure):
            return None
        animation = stacks.setdefault(joint.owner, stack.Stack(joint.owner))
        basis = _basis(joint, animation, frames)
        if basis is None:
            return None
        at_rest = quaternions.from_xyzw(resting[index].rotation)
        below = quaternions.product(at_rest, quaternions.inverse(np.array(joint.unkeyed)))
        turns[index] = quaternions.unit(quaternions.product(below, basis))
    return weights, turns


def evaluated(
    figure: Figure,
    frames: np.ndarray,
    wanted: list[int],
    scene: bpy.types.Scene,
    progress: Callable[[float], None] | None = None,
) -> tuple[list[np.ndarray], dict[int, np.ndarray]]:
    """As [`computed`], by having Blender evaluate the scene at every frame."""
    weights = [np.zeros((len(frames), len(targets(mesh)))) for mesh in figure.meshes]
    turns = {index: np.zeros((len(frames), 4)) for index in wanted}
    turn = Matrix(figure.space.tolist())
    before = (scene.frame_current, scene.frame_subframe)
    try:
        for row, frame in enumerate(frames.tolist()):
            scene.frame_set(math.floor(frame), subframe=frame - math.floor(frame))
            for mesh, shown in zip(figure.meshes, weights):
                shown[row] = [0.0 if block.mute else block.value for block in targets(mesh)]
            for index in wanted:
                turns[index][row] = _seen(figure, figure.joints[index], turn)
            if progress is not None:
                progress((row + 1) / len(frames))
    finally:
        scene.frame_set(before[0], subframe=before[1])
    return weights, turns


def _stands_alone(joint: Joint, figure: Figure) -> bool:
    """Whether nothing but its own rotation turns the joint against its parent joint."""
    if any(not constraint.mute for constraint in joint.turned.constraints):
        return False
    if not joint.bone:
        return True
    parent = figure.armature.data.bones[joint.bone].parent
    if parent is None or joint.parent is None:
        return parent is None
    # Held bones are no joints: one between the two would turn this one.
    return figure.joints[joint.parent].bone == parent.name


def _basis(joint: Joint, animation: stack.Stack, frames: np.ndarray) -> np.ndarray | None:
    """The joint's own rotation over time, (frames, 4: w x y z)."""
    name, _ = rest.rotation_property(joint.turned)
    if name == "rotation_axis_angle":
        return None
    now, default = list(getattr(joint.turned, name)), list(rest.DEFAULTS[name])
    shown = animation.show(joint.path + name, now, default, frames)
    if shown is None or name == "rotation_quaternion":
        return None if shown is None else quaternions.unit(shown)
    order = joint.turned.rotation_mode
    return np.array([tuple(Euler(angles, order).to_quaternion()) for angles in shown.tolist()])


def _seen(figure: Figure, joint: Joint, turn: Matrix) -> tuple[float, ...]:
    """The joint's rotation against its parent joint, as the scene shows it at this frame."""
    own = _matrix(figure, joint)
    if joint.parent is None:
        seen = turn.to_4x4() @ own
    else:
        seen = _matrix(figure, figure.joints[joint.parent]).inverted_safe() @ own
    return tuple(seen.to_quaternion())


def _matrix(figure: Figure, joint: Joint) -> Matrix:
    """The joint in the figure's base space."""
    if joint.bone:
        return joint.turned.matrix
    if joint.owner == figure.base:
        # It has no base but itself: what it turns away from is its own rotation at rest.
        turned = joint.unkeyed.inverted() @ joint.owner.matrix_basis.to_quaternion()
        return turned.to_matrix().to_4x4()
    return figure.base.matrix_world.inverted_safe() @ joint.owner.matrix_world
