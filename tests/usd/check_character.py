"""Validates USD files with OpenUSD, the reference implementation.

    check_character.py FILE EXPECTED.json [FILE EXPECTED.json ...]

EXPECTED: {"rate": f, "times": [t...], "meshes": [{"points": [[[x,y,z]...] per time],
"weights": [[w per time] per target]}...]}; meshes in the order of the stage. Times and points may
be empty. Points are compared in world space, in millimetres. Prints the errors; the exit code is then 1.
"""

import json
import sys

from pxr import Gf, Usd, UsdGeom, UsdSkel, UsdValidation

TOLERANCE_MM = 0.01


def validation_errors(stage):
    registry = UsdValidation.ValidationRegistry()
    validators = registry.GetOrLoadAllValidators()
    for error in UsdValidation.ValidationContext(validators).Validate(stage):
        yield f"{error.GetName()}: {error.GetErrorAsString()}"


def blend_shape_errors(stage):
    for prim in stage.TraverseAll():
        if prim.IsA(UsdGeom.Mesh) and prim.HasAPI(UsdSkel.BindingAPI):
            binding = UsdSkel.BindingAPI(prim)
            names = binding.GetBlendShapesAttr().Get() or []
            targets = binding.GetBlendShapeTargetsRel().GetTargets()
            if len(names) != len(targets) or len(set(names)) != len(names):
                yield f"{prim.GetPath()}: {len(names)} blendShapes, {len(targets)} targets"
            count = len(UsdGeom.Mesh(prim).GetPointsAttr().Get())
            for target in targets:
                shape = UsdSkel.BlendShape.Get(stage, target)
                indices = shape.GetPointIndicesAttr().Get() or []
                is_valid, reason = UsdSkel.BlendShape.ValidatePointIndices(indices, count)
                if not is_valid:
                    yield f"{target}: {reason}"
                offsets = shape.GetOffsetsAttr().Get() or []
                normals = shape.GetNormalOffsetsAttr().Get() or offsets
                if indices and not len(offsets) == len(indices) == len(normals):
                    yield f"{target}: {len(indices)} indices, {len(offsets)} offsets, {len(normals)} normals"


def skinning_queries(stage):
    cache = UsdSkel.Cache()
    for prim in stage.Traverse():
        if prim.IsA(UsdSkel.Root):
            root = UsdSkel.Root(prim)
            cache.Populate(root, Usd.PrimDefaultPredicate)
            for binding in cache.ComputeSkelBindings(root, Usd.PrimDefaultPredicate):
                skeleton = cache.GetSkelQuery(binding.GetSkeleton())
                for target in binding.GetSkinningTargets():
                    yield target.GetPrim().GetPath(), skeleton, target


def weight_errors(stage, meshes, expected):
    queries = {path: (skeleton, target) for path, skeleton, target in skinning_queries(stage)}
    for prim, expected_mesh in zip(meshes, expected["meshes"]):
        if not expected_mesh.get("weights"):
            continue
        if prim.GetPath() not in queries:
            yield f"{prim.GetPath()}: not bound to a skeleton"
            continue
        skeleton, target = queries[prim.GetPath()]
        animation = skeleton.GetAnimQuery()
        names = UsdSkel.BindingAPI(prim).GetBlendShapesAttr().Get()
        for i, time in enumerate(expected["times"]):
            values = animation.ComputeBlendShapeWeights(time)
            values = dict(zip(animation.GetBlendShapeOrder(), values))
            for name, expected_weights in zip(names, expected_mesh["weights"]):
                if not abs(expected_weights[i] - values.get(name, 0.0)) < 1e-6:
                    yield f"{prim.GetPath()} {name} at {time}: {values.get(name)}, expected {expected_weights[i]}"


def point_errors(stage, meshes, expected):
    times = expected["times"] or [0.0]
    flat = Usd.Stage.Open(stage.Flatten())
    interval = Gf.Interval(times[0], times[-1])
    for prim in flat.Traverse():
        if prim.IsA(UsdSkel.Root) and not UsdSkel.BakeSkinning(UsdSkel.Root(prim), interval):
            yield f"{prim.GetPath()}: cannot be baked"
    metres = UsdGeom.GetStageMetersPerUnit(stage)
    z_up = UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.z
    for prim, expected_mesh in zip(meshes, expected["meshes"]):
        baked = UsdGeom.Mesh.Get(flat, prim.GetPath())
        for time, expected_points in zip(times, expected_mesh["points"]):
            world = baked.ComputeLocalToWorldTransform(time)
            points = [world.Transform(Gf.Vec3d(p)) * metres for p in baked.GetPointsAttr().Get(time)]
            if z_up:
                points = [Gf.Vec3d(p[0], p[2], -p[1]) for p in points]
            if len(points) > len(expected_points):
                yield f"{prim.GetPath()}: {len(points)} points, expected {len(expected_points)}"
            # A loaded mesh may have split vertices after the original ones.
            errors = ((Gf.Vec3d(*e) - p).GetLength() for p, e in zip(points, expected_points))
            largest_mm = max(errors, default=0.0) * 1000.0
            if not largest_mm < TOLERANCE_MM:
                yield f"{prim.GetPath()} at {time}: off by {largest_mm:.4f} mm"


def timing_errors(stage, expected):
    if stage.GetTimeCodesPerSecond() != expected.get("rate", stage.GetTimeCodesPerSecond()):
        yield f"{stage.GetTimeCodesPerSecond()} time codes per second, expected {expected['rate']}"
    times = expected["times"]
    if times and (stage.GetStartTimeCode(), stage.GetEndTimeCode()) != (times[0], times[-1]):
        yield f"runs from {stage.GetStartTimeCode()} to {stage.GetEndTimeCode()}"
    if not stage.GetDefaultPrim():
        yield "no default prim"


def errors_of(path, expected_path):
    with open(expected_path, encoding="utf-8") as file:
        expected = json.load(file)
    stage = Usd.Stage.Open(path)
    meshes = [p for p in stage.Traverse() if p.IsA(UsdGeom.Mesh)]
    if len(meshes) != len(expected["meshes"]):
        yield f"{len(meshes)} meshes, expected {len(expected['meshes'])}"
    yield from validation_errors(stage)
    yield from blend_shape_errors(stage)
    yield from timing_errors(stage, expected)
    yield from weight_errors(stage, meshes, expected)
    yield from point_errors(stage, meshes, expected)


def main(arguments):
    count = 0
    for path, expected in zip(arguments[::2], arguments[1::2]):
        for line in errors_of(path, expected):
            print(f"{path}: {line}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
