"""Tests that MetaFace's USD layer composes over a character as UsdSkel, and therefore maya-usd, reads it.

The character is authored as Maya exports one: in centimetres, a SkelRoot with the rig and the geometry below it,
joints, blendShapes, and a walk that the skeleton already plays. METAFACE_PROGRAM names the program.
"""

import csv
import os
import pathlib
import subprocess

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdSkel

HERE = pathlib.Path(__file__).resolve().parent
LINE = HERE.parents[1] / "samples/speech/line.wav"
PROGRAM = os.environ["METAFACE_PROGRAM"]
CHARACTER_RATE = 24.0
POINTS = [(-5, 158, 8), (5, 158, 8), (5, 162, 8), (-5, 162, 8)]
SHAPES = {
    "jawOpen": ([(0, -2, 0), (0, -2, 0)], [0, 1]),
    "mouthSmileLeft": ([(1, 1, 0)], [1]),
    "eyeBlinkLeft": ([(0, -1, 0)], [2]),
    "knob": ([(0, 0, 3)], [3]),
}


def author(path):
    """Writes the character."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageMetersPerUnit(stage, UsdGeom.LinearUnits.centimeters)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    stage.SetTimeCodesPerSecond(CHARACTER_RATE)
    stage.SetDefaultPrim(UsdSkel.Root.Define(stage, "/Hero").GetPrim())
    for group in ("Rig", "Geo"):
        UsdGeom.Xform.Define(stage, f"/Hero/{group}")
    skeleton = UsdSkel.Skeleton.Define(stage, "/Hero/Rig/Skel")
    transforms = [Gf.Matrix4d(1), Gf.Matrix4d(1).SetTranslate((0, 160, 0))]
    skeleton.CreateJointsAttr(["root", "root/head"])
    skeleton.CreateRestTransformsAttr(transforms)
    skeleton.CreateBindTransformsAttr(transforms)
    walk = UsdSkel.Animation.Define(stage, "/Hero/Rig/Walk")
    walk.CreateJointsAttr(["root"])
    walk.CreateScalesAttr([Gf.Vec3h(1)])
    walk.CreateRotationsAttr([Gf.Quatf(1)])
    steps = walk.CreateTranslationsAttr()
    steps.Set([(0, 0, 0)], 0)
    steps.Set([(0, 0, 100)], 48)
    UsdSkel.BindingAPI.Apply(skeleton.GetPrim()).CreateAnimationSourceRel().SetTargets([walk.GetPath()])
    mesh = UsdGeom.Mesh.Define(stage, "/Hero/Geo/face")
    mesh.CreatePointsAttr(POINTS)
    mesh.CreateFaceVertexCountsAttr([4])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    mesh.CreateSubdivisionSchemeAttr("none")
    binding = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    binding.CreateJointIndicesPrimvar(False, 1).Set([1] * 4)
    binding.CreateJointWeightsPrimvar(False, 1).Set([1.0] * 4)
    targets = []
    for name, (offsets, indices) in SHAPES.items():
        shape = UsdSkel.BlendShape.Define(stage, f"/Hero/Geo/face/{name}")
        shape.CreateOffsetsAttr(offsets)
        shape.CreatePointIndicesAttr(indices)
        targets.append(shape.GetPath())
    binding.CreateBlendShapesAttr(list(SHAPES))
    binding.CreateBlendShapeTargetsRel().SetTargets(targets)
    stage.Save()


@pytest.fixture(scope="module", params=["usda", "usdc"])
def animated(request, tmp_path_factory):
    """The layer over the character, and the same clip as curves from the CSV."""
    folder = tmp_path_factory.mktemp("usd")
    author(folder / "hero.usda")
    before = (folder / "hero.usda").read_bytes()
    layer = folder / f"line.{request.param}"
    command = [PROGRAM, "animate", "--quiet", str(LINE), "--fps", "30", "--character", str(folder / "hero.usda")]
    subprocess.run([*command, "-o", str(layer)], check=True)
    subprocess.run([PROGRAM, "animate", "--quiet", str(LINE), "--fps", "30", "-o", str(folder / "line.csv")], check=True)
    assert (folder / "hero.usda").read_bytes() == before, "the character's file is unchanged"
    with (folder / "line.csv").open() as file:
        rows = list(csv.DictReader(file))
    return layer, {name: np.array([float(row[name]) for row in rows]) for name in ("JawOpen", "MouthSmileLeft", "EyeBlinkLeft")}


def query(stage, root="/Hero"):
    """The skeleton's query and the face's skinning query."""
    cache, skel_root = UsdSkel.Cache(), UsdSkel.Root(stage.GetPrimAtPath(root))
    assert skel_root
    cache.Populate(skel_root, Usd.PrimDefaultPredicate)
    (binding,) = cache.ComputeSkelBindings(skel_root, Usd.PrimDefaultPredicate)
    (target,) = binding.GetSkinningTargets()
    return cache.GetSkelQuery(binding.GetSkeleton()), target


def test_the_layer_has_the_characters_stage_metadata(animated):
    layer = Sdf.Layer.FindOrOpen(str(animated[0]))
    stage = Usd.Stage.Open(str(animated[0]))
    assert layer.subLayerPaths == ["./hero.usda"]
    assert stage.GetDefaultPrim().GetPath() == "/Hero"
    assert UsdGeom.GetStageMetersPerUnit(stage) == 0.01 and UsdGeom.GetStageUpAxis(stage) == "Y"
    # USD retimes a sublayer of another rate, so the layer uses the character's rate for its time codes.
    assert stage.GetTimeCodesPerSecond() == CHARACTER_RATE
    assert stage.GetEndTimeCode() - stage.GetStartTimeCode() == pytest.approx((len(animated[1]["JawOpen"]) - 1) / 30 * CHARACTER_RATE, abs=1)


def test_the_animation_is_bound_to_the_skeleton_and_drives_the_meshes_shapes(animated):
    path, clip = animated
    stage = Usd.Stage.Open(str(path))
    skeleton, target = query(stage)
    animation = skeleton.GetAnimQuery()
    assert animation and target.HasBlendShapes()
    sources = UsdSkel.BindingAPI(skeleton.GetPrim()).GetAnimationSourceRel().GetTargets()
    assert sources == [animation.GetPrim().GetPath()] and stage.GetPrimAtPath(sources[0]).IsA(UsdSkel.Animation)
    order = list(animation.GetBlendShapeOrder())
    assert set(order) <= set(SHAPES) and len(set(order)) == len(order)
    mapper = target.GetBlendShapeMapper()
    for frame in range(0, len(clip["JawOpen"]), 7):
        weights = animation.ComputeBlendShapeWeights(frame / 30 * CHARACTER_RATE)
        on_mesh = dict(zip(target.GetBlendShapeOrder(), mapper.Remap(weights)))
        for shape, channel in (("jawOpen", "JawOpen"), ("mouthSmileLeft", "MouthSmileLeft"), ("eyeBlinkLeft", "EyeBlinkLeft")):
            assert on_mesh[shape] == pytest.approx(clip[channel][frame], abs=1e-5)
        assert on_mesh.get("knob", 0.0) == 0.0


def test_skinning_moves_the_points_by_the_weighted_shapes(animated):
    path, clip = animated
    stage = Usd.Stage.Open(str(path))
    flat = Usd.Stage.Open(stage.Flatten())
    frame = int(np.argmax(clip["JawOpen"]))
    time = frame / 30 * CHARACTER_RATE
    skeleton, _ = query(stage)
    root, head = skeleton.ComputeSkinningTransforms(time)
    assert UsdSkel.BakeSkinning(UsdSkel.Root(flat.GetPrimAtPath("/Hero")), Gf.Interval(time, time))
    baked = UsdGeom.Mesh(flat.GetPrimAtPath("/Hero/Geo/face")).GetPointsAttr().Get(time)
    expected = np.array(POINTS, float)
    for shape, channel in (("jawOpen", "JawOpen"), ("mouthSmileLeft", "MouthSmileLeft"), ("eyeBlinkLeft", "EyeBlinkLeft")):
        offsets, indices = SHAPES[shape]
        expected[indices] += np.array(offsets, float) * clip[channel][frame]
    expected = [head.Transform(Gf.Vec3d(*point)) for point in expected.tolist()]
    assert np.allclose(baked, expected, atol=1e-3)
    assert clip["JawOpen"][frame] > 0.1


def test_the_walk_still_plays(animated):
    stage = Usd.Stage.Open(str(animated[0]))
    skeleton, _ = query(stage)
    root, _ = skeleton.ComputeJointSkelTransforms(24)
    assert root.ExtractTranslation()[2] == pytest.approx(50, abs=0.5)


@pytest.mark.parametrize("rate", [24, 30])
@pytest.mark.parametrize("composition", ["reference", "sublayer"])
def test_a_shot_uses_the_layer_by_reference_or_as_a_sublayer(animated, tmp_path, composition, rate):
    path, clip = animated
    shot = Usd.Stage.CreateNew(str(tmp_path / "shot.usda"))
    shot.SetTimeCodesPerSecond(rate)
    root = "/Hero"
    if composition == "reference":
        root = "/Shot/Anna"
        shot.DefinePrim(root).GetReferences().AddReference(str(path))
    else:
        shot.GetRootLayer().subLayerPaths.append(str(path))
    skeleton, _ = query(shot, root)
    animation = skeleton.GetAnimQuery()
    index = list(animation.GetBlendShapeOrder()).index("jawOpen")
    for frame in (0, 30, 90, 150):
        # USD retimes layers of another rate.
        weights = animation.ComputeBlendShapeWeights(frame / 30 * rate)
        assert weights[index] == pytest.approx(clip["JawOpen"][frame], abs=1e-5)


def test_without_the_layer_the_character_is_unchanged(animated):
    stage = Usd.Stage.Open(str(animated[0].parent / "hero.usda"))
    skeleton, _ = query(stage)
    assert skeleton.GetAnimQuery().GetPrim().GetPath() == "/Hero/Rig/Walk"
