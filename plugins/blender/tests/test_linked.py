"""Takes in other files: saved, copied, linked and overridden characters."""

import bpy
import numpy as np
import pytest
from acting import at, find_all, hand_rigged, imported, performance, SAMPLE_HEAD, shown
from conftest import extension

characters = extension("scene.characters")
layers = extension("scene.layers")

INFO = {"sound": "line.wav", "label": "line", "seed": 7}


def test_saving_and_reloading_keeps_takes(scene, tmp_path):
    found = imported(SAMPLE_HEAD)
    motion = performance(found)
    layers.write(found, "a", motion, at(10), INFO)
    path = str(tmp_path / "Szene mit Äpfeln.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    found = find_all(bpy.context.scene)[0]
    (take,) = layers.takes(found)
    assert take.info == INFO
    np.testing.assert_allclose(shown(found.meshes[1], 20), motion.meshes[1].weights[10], atol=1e-5)
    count = len(bpy.data.actions)
    layers.write(found, "a", performance(found, seed=3), at(10), take.info)
    assert len(bpy.data.actions) == count and len(layers.takes(found)) == 1


def test_a_copy_of_a_character_has_a_separate_take(scene):
    found = hand_rigged()
    first = performance(found, seed=1, turned=("CTRL_Head",))
    layers.write(found, "a", first, at(10), INFO)
    copies = {}
    for part in [found.armature, *found.meshes]:
        copies[part] = part.copy()
        copies[part].data = part.data.copy()
        scene.collection.objects.link(copies[part])
    for part in found.meshes:
        copies[part].parent = copies[found.armature]
        copies[part].modifiers[0].object = copies[found.armature]
    twin = characters.find([copies[found.armature]])
    assert [take.line for take in layers.takes(twin)] == ["a"]
    second = performance(twin, seed=2, turned=("CTRL_Head",))
    layers.write(twin, "a", second, at(10), INFO)
    for of, motion in ((found, first), (twin, second)):
        for track in motion.meshes:
            np.testing.assert_allclose(shown(of.meshes[track.mesh], 20), track.weights[10], atol=1e-5)


def test_writing_to_a_linked_character_is_an_error(scene, tmp_path):
    found = hand_rigged()
    names = [found.armature.name] + [mesh.name for mesh in found.meshes]
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, to):
        to.objects = names
    for linked in to.objects:
        bpy.context.scene.collection.objects.link(linked)
    found = characters.find([to.objects[0]])
    motion = performance(found, turned=("CTRL_Head",))
    with pytest.raises(extension("host.errors").UserError, match="library override"):
        layers.write(found, "a", motion, at(10), INFO)
    assert len(bpy.data.actions) == 0


def test_a_library_override_of_a_character_is_animated(scene, tmp_path):
    found = hand_rigged()
    collection = bpy.data.collections.new("Olga")
    for part in [found.armature, *found.meshes]:
        scene.collection.objects.unlink(part)
        collection.objects.link(part)
    path = str(tmp_path / "library.blend")
    bpy.data.libraries.write(path, {collection}, fake_user=True)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, to):
        to.collections = ["Olga"]
    scene, view = bpy.context.scene, bpy.context.view_layer
    override = to.collections[0].override_hierarchy_create(scene, view, do_fully_editable=True)
    assert override is not None
    found = find_all(scene)[0]
    motion = performance(found, turned=("CTRL_Head",))
    layers.write(found, "a", motion, at(10), INFO)
    for track in motion.meshes:
        np.testing.assert_allclose(shown(found.meshes[track.mesh], 20), track.weights[10], atol=1e-5)
    layers.write(found, "a", motion, at(10), INFO)
    saved = str(tmp_path / "shot.blend")
    bpy.ops.wm.save_as_mainfile(filepath=saved)
    bpy.ops.wm.open_mainfile(filepath=saved)
    found = find_all(bpy.context.scene)[0]
    assert len(layers.takes(found)) == 1
    for track in motion.meshes:
        np.testing.assert_allclose(shown(found.meshes[track.mesh], 20), track.weights[10], atol=1e-5)
