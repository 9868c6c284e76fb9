"""Drives a rig without a glTF or USD file: custom morph targets and joints, by name.

    python custom_rig.py line.wav keys.json

Describes the rig, discovers a rig map by name, adds a target that was not found, writes the keys.
"""

import json
import sys
from pathlib import Path

import metaface


def rig() -> metaface.Character:
    """A puppet with a jaw joint, a smile with an unusual name and two eyelids."""
    joints = [
        metaface.Joint("root"),
        metaface.Joint("head", 0, translation=(0.0, 1.6, 0.0)),
        metaface.Joint("jaw", 1, translation=(0.0, -0.04, 0.06)),
    ]
    face = metaface.Mesh("face", ["eyeBlinkLeft", "eyeBlinkRight", "ctl_happy"])
    return metaface.Character("puppet", [face], joints)


def with_smile(rig_map: metaface.RigMap) -> metaface.RigMap:
    """Adds a target with an unknown name: the mean of both smiles, at most 0.8."""
    edited = json.loads(rig_map.to_json())
    edited["targets"].append(
        {
            "target": "ctl_happy",
            "channels": {"MouthSmileLeft": 0.5, "MouthSmileRight": 0.5},
            "range": [0.0, 0.8],
        }
    )
    return metaface.RigMap.from_json(json.dumps(edited))


def main(sound: str, keys: str) -> None:
    puppet = rig()
    found = metaface.RigMap.discover(puppet)
    print(found.report(puppet))

    rig_map = with_smile(found)
    clip = metaface.animate(sound, fps="24000/1001", gains="MouthSmile*=1.5")
    performance = rig_map.drive(puppet, clip)
    curves: dict[str, list[float]] = {}
    for mesh in performance.meshes:
        for target, weights in zip(puppet.targets(mesh.mesh), mesh.weights.T, strict=True):
            curves[f"{mesh.name}.{target}"] = weights.tolist()
    for joint in performance.joints:
        for axis, values in zip("xyzw", joint.rotations.T, strict=True):
            curves[f"{joint.name}.rotation.{axis}"] = values.tolist()
    Path(keys).write_text(json.dumps({"fps": str(performance.rate), "curves": curves}))
    print(f"{performance.frame_count} frames at {performance.rate} fps: {', '.join(curves)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
