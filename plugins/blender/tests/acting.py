"""Fixtures without sound: performances with known values, and rigged characters."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import bpy
import numpy as np
from conftest import REPOSITORY, extension
from mathutils import Matrix, Quaternion

characters = extension("scene.characters")
shapes = extension("scene.shapes")
skeleton = extension("scene.skeleton")
placement = extension("host.placement")

SAMPLE_HEAD = REPOSITORY / "samples" / "head" / "head.glb"


@dataclass
class MeshTrack:
    mesh: int
    name: str
    weights: np.ndarray
    undriven: list[int] = field(default_factory=list)


@dataclass
class JointTrack:
    joint: int
    name: str
    rotations: np.ndarray


@dataclass
class Performance:
    """The fields of `metaface.Performance`."""

    frame_count: int
    rate: Fraction
    meshes: list[MeshTrack]
    joints: list[JointTrack]


def find_all(scene: bpy.types.Scene) -> list:
    """Every character of a scene that has shape keys, sorted by name."""
    meshes = [part for part in scene.objects if part.type == "MESH" and part.data.shape_keys is not None]
    figures = [figure for figure in (characters.find([mesh]) for mesh in meshes) if figure is not None]
    by_keys = {frozenset(shapes.key_of(mesh).name for mesh in figure.meshes): figure for figure in figures}
    return sorted(by_keys.values(), key=lambda figure: figure.name)


def imported(path) -> object:
    """Imports a glTF file with one character into the current scene."""
    bpy.ops.import_scene.gltf(filepath=str(path))
    found = find_all(bpy.context.scene)
    assert len(found) == 1
    return found[0]


def performance(of, seconds=1.0, rate=24, seed=1, turned=("Head",), angle=0.2) -> Performance:
    """Random weights of all shapes, 0 to 0.8; the named joints nod by up to `angle` radians."""
    random = np.random.default_rng(seed)
    count = round(seconds * float(rate)) + 1
    meshes = []
    for index, mesh in enumerate(of.meshes):
        weights = random.random((count, len(shapes.targets(mesh)))).astype(np.float32) * 0.8
        meshes.append(MeshTrack(index, mesh.name, weights))
    tracks = []
    for index, joint in enumerate(of.joints):
        if joint.name in turned:
            angles = np.sin(np.linspace(0.3, 6.0, count)) * angle
            tracks.append(JointTrack(index, joint.name, nods(of, index, angles)))
    return Performance(count, Fraction(rate), meshes, tracks)


def nods(of, index, angles, axis=(1.0, 0.0, 0.0)) -> np.ndarray:
    """Local rotations x y z w, including rest, of a joint turned about an axis of the character's space."""
    placed = skeleton.rest_transforms(of)
    above, at = Quaternion(), placed[index].parent
    while at is not None:
        above = rotation(placed[at]) @ above
        at = placed[at].parent
    turned = []
    for angle in angles:
        q = above.inverted() @ Quaternion(axis, angle) @ above @ rotation(placed[index])
        turned.append((q.x, q.y, q.z, q.w))
    return np.array(turned, np.float32)


def rotation(placed) -> Quaternion:
    x, y, z, w = placed.rotation
    return Quaternion((w, x, y, z))


def at(start, seconds=1.0, rate=24) -> object:
    """The placement of an untrimmed sound of that length."""
    return placement.Placement.untrimmed(start, seconds, Fraction(rate))


def hand_rigged(matrix: Matrix | None = None, *, mode="QUATERNION") -> object:
    """A hand-rigged character: unusual names, several meshes, Z up, an armature with jaw, head and eyes.

    It looks along -Y of its local space; `matrix` places the armature in the scene.
    """
    scene = bpy.context.scene
    data = bpy.data.armatures.new("Rig_Olga")
    armature = bpy.data.objects.new("Rig_Olga", data)
    scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for name, parent, head, tail in (
        ("spine_01", None, (0, 0, 1.0), (0, 0, 1.4)),
        ("CTRL_Head", "spine_01", (0, 0, 1.5), (0, 0.02, 1.75)),
        ("Jaw_Lower", "CTRL_Head", (0, -0.01, 1.6), (0, -0.09, 1.55)),
        ("Eye.L", "CTRL_Head", (0.03, -0.07, 1.66), (0.03, -0.1, 1.66)),
        ("Eye.R", "CTRL_Head", (-0.03, -0.07, 1.66), (-0.03, -0.1, 1.66)),
    ):
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = head, tail
        bone.parent = data.edit_bones[parent] if parent else None
    bpy.ops.object.mode_set(mode="OBJECT")
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    grid = [(x, z) for x in range(-3, 4) for z in range(9)]
    face = mesh_of("olga_geo", [(x * 0.02, -0.09 + 0.01 * abs(x), 1.55 + z * 0.015) for x, z in grid])
    move(face, "Mouth Opn", lambda v: (0, 0, -0.02) if v.z < 1.6 else None)
    move(face, "EyeClose_L", lambda v: (0, 0, -0.01) if v.z > 1.65 and v.x > 0 else None)
    move(face, "EyeClose_R", lambda v: (0, 0, -0.01) if v.z > 1.65 and v.x < 0 else None)
    move(face, "Smirk (both)", lambda v: (0.005, 0, 0.005) if v.z < 1.6 else None)
    teeth = mesh_of("zaehne \"unten\"", [(x * 0.01, -0.08, 1.57) for x in range(-2, 3)])
    move(teeth, "Mouth Opn", lambda v: (0, 0, -0.02))
    for mesh, bone in ((face, "CTRL_Head"), (teeth, "Jaw_Lower")):
        mesh.parent = armature
        mesh.modifiers.new("Armature", "ARMATURE").object = armature
        mesh.vertex_groups.new(name=bone).add(range(len(mesh.data.vertices)), 1.0, "REPLACE")
    if matrix is not None:
        armature.matrix_world = matrix
    bpy.context.view_layer.update()
    return characters.find([face])


def mesh_of(name, vertices):
    """A mesh object of these points, with the base shape only."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], [])
    created = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(created)
    created.shape_key_add(name="Basis")
    return created


def move(mesh, name, offset):
    """A shape key that moves vertices by `offset` of their position; `None` leaves a vertex in place."""
    block = mesh.shape_key_add(name=name, from_mix=False)
    block.value = 0.0  # the default is 1 in Blender 5
    for point in block.points:
        by = offset(point.co)
        if by is not None:
            point.co = point.co + type(point.co)(by)
    return block


def shown(mesh, frame) -> np.ndarray:
    """The values of the mesh's shapes at a frame of the scene."""
    full_frame = int(np.floor(frame))
    bpy.context.scene.frame_set(full_frame, subframe=frame - full_frame)
    return np.array([block.value for block in shapes.targets(mesh)])
