"""MetaFace: sound in, facial animation out.

    import metaface

    metaface.animate("line.wav", speaker="anna.speaker").save("line.usdc")

Animator is a base model on a device, Clip an animation, Speaker a person's way of moving. Character
and RigMap play a clip. Stream animates sound as it arrives.

Errors: wrong types raise TypeError. Other errors raise Error: `kind` is for programs, the message
names the file and the remedy.

Threads: all classes except Stream are immutable, and threads may share their objects. Work releases
the GIL, and Ctrl-C stops it.

Units: seconds, metres, radians; blendshapes 0 to 1; quaternions x y z w.
"""

from metaface import _metaface
from metaface._errors import Cancelled, Error
from metaface._metaface import (
    BLENDSHAPE_COUNT,
    CHANNELS,
    Animator,
    Character,
    Clip,
    DrivenJoint,
    DrivenTarget,
    Joint,
    JointTrack,
    Mesh,
    MeshTrack,
    Performance,
    Report,
    RigMap,
    Sound,
    Speaker,
    Stream,
    UndrivenChannel,
    UndrivenTarget,
    __version__,
    doctor,
)
from metaface._shortcuts import animate, learn
from metaface._types import FrameRateLike, Path, Progress

__all__ = [
    "BLENDSHAPE_COUNT",
    "CHANNELS",
    "Animator",
    "Cancelled",
    "Character",
    "Clip",
    "DrivenJoint",
    "DrivenTarget",
    "Error",
    "FrameRateLike",
    "Joint",
    "JointTrack",
    "Mesh",
    "MeshTrack",
    "Path",
    "Performance",
    "Progress",
    "Report",
    "RigMap",
    "Sound",
    "Speaker",
    "Stream",
    "UndrivenChannel",
    "UndrivenTarget",
    "__version__",
    "animate",
    "doctor",
    "learn",
]

for _public in vars(_metaface).values():
    if isinstance(_public, type):
        _public.__module__ = "metaface"
