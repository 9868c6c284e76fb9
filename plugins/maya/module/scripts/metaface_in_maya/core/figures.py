"""A character as the scene shows it, in plain data: what can be keyed, and how it rests.

The scene's own space becomes MetaFace's: metres, Y up, the face along +Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import rotations
from .library import metaface


@dataclass(frozen=True)
class Target:
    """A blendShape target. `plug` is what is keyed for it: its weight, or the control that the weight follows."""

    name: str
    plug: str
    rest: float = 0.0
    held: str = ""  # why it cannot be keyed, with the remedy


@dataclass(frozen=True)
class Mesh:
    """A blendShape node. `joint` carries its whole mesh; `carried` are pairs of a target and a joint."""

    name: str
    node: str
    targets: tuple[Target, ...]
    joint: int | None = None
    carried: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Joint:
    """Something that turns: a joint, or the control that a joint follows.

    Angles are radians; `translation` is in the scene's units; quaternions are x y z w. Its rotation against
    its parent is `orient`, then the turn by `angles`, then `axis`, as Maya has it.
    """

    name: str
    node: str
    parent: int | None
    translation: tuple[float, float, float]
    angles: tuple[float, float, float] = (0.0, 0.0, 0.0)
    order: str = "xyz"
    orient: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    axis: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    above: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    """What groups between it and its parent turn; for a root, everything above it."""
    held: str = ""

    @property
    def local(self) -> np.ndarray:
        """Its rotation at rest against the parent joint, x y z w."""
        own = rotations.product(self.orient, rotations.product(rotations.of_angles(self.angles, self.order), self.axis))
        return rotations.product(self.above, own)

    def angles_of(self, turns: np.ndarray) -> np.ndarray:
        """Its angles (n, 3) where it is turned by these (n, 4) away from rest, in its own axes at rest."""
        axis = np.asarray(self.axis)
        resting = rotations.of_angles(self.angles, self.order)
        within = rotations.product(rotations.product(axis, turns), rotations.inverse(axis))
        return rotations.to_angles(rotations.product(resting, within), self.order, np.array(self.angles))

    def rotation_of(self, angles: np.ndarray) -> np.ndarray:
        """The way back: angles (n, 3) as rotations (n, 4) against the parent joint."""
        own = rotations.product(rotations.of_angles(angles, self.order), self.axis)
        return rotations.product(self.above, rotations.product(self.orient, own))


@dataclass(frozen=True)
class Figure:
    """A character. `metres` per unit of the scene; `z_up` where the scene has it so."""

    name: str
    root: str
    meshes: tuple[Mesh, ...]
    joints: tuple[Joint, ...] = ()
    metres: float = 0.01
    z_up: bool = False

    @property
    def space(self) -> np.ndarray:
        """What turns the scene's axes into MetaFace's, x y z w."""
        return rotations.of_angles(np.array((-np.pi / 2.0, 0.0, 0.0))) if self.z_up else rotations.STILL

    def rotations_at_rest(self) -> list[np.ndarray]:
        """Of every joint against its parent, in MetaFace's space."""
        return [j.local if j.parent is not None else rotations.product(self.space, j.local) for j in self.joints]

    def character(self) -> Any:
        """The character as `metaface.Character`: mesh and joint `i` are ours of the same index."""
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
        for joint, turn in zip(self.joints, self.rotations_at_rest()):
            place = np.array(joint.translation)
            if joint.parent is None:
                place = rotations.rotated(self.space, place)
            joints.append(
                package.Joint(
                    joint.name, joint.parent, translation=tuple(place * self.metres), rotation=tuple(turn)
                )
            )
        return package.Character(self.name, meshes, joints)
