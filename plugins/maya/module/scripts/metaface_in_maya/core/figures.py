"""A character of the scene as plain data: what can be keyed, and its rest pose.

`Figure.character` converts it to MetaFace's space: metres, Y up, the face along +Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..host import rotations
from ..host.library import metaface


@dataclass(frozen=True)
class Target:
    """A blendShape target. `plug` is the attribute to key: the weight, or the control that drives the weight."""

    name: str
    plug: str
    rest: float = 0.0
    blocked: str = ""
    """Why it cannot be keyed, and the remedy; empty if it can be."""


@dataclass(frozen=True)
class Mesh:
    """A blendShape node. `joint` is the joint that moves its whole mesh.

    `carried` has a pair of target index and joint index where a target moves vertices that follow the joint.
    """

    name: str
    node: str
    targets: tuple[Target, ...]
    joint: int | None = None
    carried: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Joint:
    """A joint, or the control that drives a joint.

    Angles are radians, `translation` is in the scene's units, quaternions are x y z w. The rotation relative to the
    parent is the product of `group_rotation`, `orient`, the rotation by `angles`, and `axis`, as in Maya.
    """

    name: str
    node: str
    parent: int | None
    translation: tuple[float, float, float]
    angles: tuple[float, float, float] = (0.0, 0.0, 0.0)
    order: str = "xyz"
    orient: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    axis: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    group_rotation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    """The rotation of the groups between it and its parent joint; for a root, of all groups above it."""
    blocked: str = ""
    """Why it cannot be keyed, and the remedy; empty if it can be."""

    @property
    def rest_rotation(self) -> np.ndarray:
        """The rotation at rest relative to the parent joint, x y z w."""
        turn = rotations.product(rotations.of_angles(self.angles, self.order), self.axis)
        return rotations.product(self.group_rotation, rotations.product(self.orient, turn))

    def angles_of(self, turns: np.ndarray) -> np.ndarray:
        """Angles (n, 3) for rotations (n, 4) away from rest, given in the joint's axes at rest."""
        axis = np.asarray(self.axis)
        at_rest = rotations.of_angles(self.angles, self.order)
        turns_before_axis = rotations.product(rotations.product(axis, turns), rotations.inverse(axis))
        return rotations.to_angles(rotations.product(at_rest, turns_before_axis), self.order, np.array(self.angles))

    def rotation_of(self, angles: np.ndarray) -> np.ndarray:
        """Angles (n, 3) as rotations (n, 4) relative to the parent joint."""
        turn = rotations.product(rotations.of_angles(angles, self.order), self.axis)
        return rotations.product(self.group_rotation, rotations.product(self.orient, turn))


@dataclass(frozen=True)
class Figure:
    """A character of the scene. `root` is the node that stores its settings; `z_up` is whether the scene has Z up."""

    name: str
    root: str
    meshes: tuple[Mesh, ...]
    joints: tuple[Joint, ...] = ()
    metres_per_unit: float = 0.01
    z_up: bool = False

    @property
    def space(self) -> np.ndarray:
        """The rotation from the scene's axes to MetaFace's, x y z w."""
        return rotations.of_angles(np.array((-np.pi / 2.0, 0.0, 0.0))) if self.z_up else rotations.IDENTITY

    def rotations_at_rest(self) -> list[np.ndarray]:
        """The rotation at rest of every joint relative to its parent, in MetaFace's space."""
        return [
            joint.rest_rotation if joint.parent is not None else rotations.product(self.space, joint.rest_rotation)
            for joint in self.joints
        ]

    def character(self) -> Any:
        """The `metaface.Character`. Its meshes and joints have the same indices as here."""
        package = metaface()
        meshes = [
            package.Mesh(
                mesh.name,
                [target.name for target in mesh.targets],
                [target.rest for target in mesh.targets],
                joint=mesh.joint,
                carried=list(mesh.carried),
            )
            for mesh in self.meshes
        ]
        joints = []
        for joint, rotation in zip(self.joints, self.rotations_at_rest()):
            translation = np.array(joint.translation)
            if joint.parent is None:
                translation = rotations.rotated(self.space, translation)
            joints.append(
                package.Joint(
                    joint.name,
                    joint.parent,
                    translation=tuple(translation * self.metres_per_unit),
                    rotation=tuple(rotation),
                )
            )
        return package.Character(self.name, meshes, joints)
