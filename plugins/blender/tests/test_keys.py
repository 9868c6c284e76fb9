"""Keys of F-curves are read and written as arrays."""

import time

import bpy
import numpy as np
from acting import mesh_of, move
from conftest import extension

fcurves = extension("scene.fcurves")
version = extension("scene.version")


def write(action: bpy.types.Action, owner: bpy.types.ID, curves: list) -> list:
    """Writes the curves of a data-block; returns its F-curves."""
    bag = version.bag(action, version.slot_for(action, owner), make=True)
    fcurves.fill(bag, curves)
    return list(bag.fcurves)


def test_keys_are_read_as_they_were_written(scene):
    mesh = mesh_of("m", [(0, 0, 0)])
    move(mesh, "open", lambda v: (0, 0, 1))
    action = bpy.data.actions.new("a")
    frames, values = np.array([0.5, 1.25, 7.0]), np.array([0.0, 0.75, 0.5])
    wanted = fcurves.Curve('key_blocks["open"].value', 0, frames, values)
    (curve,) = write(action, mesh.data.shape_keys, [wanted])
    read = fcurves.read(curve)
    np.testing.assert_allclose(read[0], frames)
    np.testing.assert_allclose(read[1], values)
    assert {point.interpolation for point in curve.keyframe_points} == {"LINEAR"}
    np.testing.assert_allclose(fcurves.sample(curve, np.array([1.25, 4.125])), [0.75, 0.625], atol=1e-6)


def test_writing_again_replaces_keys_and_removes_other_curves(scene):
    mesh = mesh_of("m", [(0, 0, 0)])
    key = mesh.data.shape_keys
    action = bpy.data.actions.new("a")
    some = np.arange(5.0)
    write(action, key, [fcurves.Curve("a", 0, some, some), fcurves.Curve("b", 0, some, some)])
    found = write(action, key, [fcurves.Curve("b", 0, some[:2], some[:2]), fcurves.Curve("c", 0, some, some)])
    assert {(c.data_path, len(c.keyframe_points)) for c in found} == {("b", 2), ("c", 5)}


def test_a_minute_of_52_shapes_at_60_frames_is_written_in_less_than_0_3_seconds(scene):
    mesh = mesh_of("m", [(0, 0, 0)])
    frames = np.arange(3600) * 0.4
    curves = [fcurves.Curve(f'key_blocks["s{i}"].value', 0, frames, np.sin(frames + i)) for i in range(52)]
    # The best of three CPU times, because other programs run too.
    tries = []
    for _ in range(3):
        action = bpy.data.actions.new("a")
        start = time.process_time()
        write(action, mesh.data.shape_keys, curves)
        tries.append(time.process_time() - start)
    seconds = min(tries)
    print(f"\n{bpy.app.version_string}: 187200 keys in {seconds:.3f} s")
    assert seconds < 0.3
