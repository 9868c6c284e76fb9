"""Detects keys that the animator edited inside a take instead of in the layer above.

Regenerating replaces such keys. A checksum of all keys, stored on the take's action, detects the edit; the
edited take is then kept as a separate action, so that no work is lost silently.
"""

from __future__ import annotations

import numpy as np
from bpy.types import Action

from . import keys, version

_CHECKSUM = "metaface_sum"


def store_checksum(action: Action) -> None:
    """Stores the checksum of a take's generated keys."""
    action[_CHECKSUM] = _checksum(action)


def is_edited(action: Action) -> bool:
    """Whether keys of the take were edited since it was generated."""
    return _CHECKSUM in action and abs(action[_CHECKSUM] - _checksum(action)) > 1e-6 * max(1.0, abs(action[_CHECKSUM]))


def keep_copy(action: Action, take_property: str) -> Action:
    """Copies an edited take to an action that stays in the file. `take_property` marks an action as a take."""
    copy = action.copy()
    copy.name = f"{action.name} (edited)"
    copy.use_fake_user = True
    for name in (take_property, _CHECKSUM):
        copy.pop(name, None)
    return copy


def _checksum(action: Action) -> float:
    """A number that changes when keys are moved, added or removed."""
    total = 0.0
    for number, bag in enumerate(version.bags(action)):
        for curve in bag.fcurves:
            frames, values = keys.read(curve)
            weights = np.arange(1.0, len(frames) + 1.0)
            total += (number + 1.0) * (len(frames) + float(weights @ values) + 0.01 * float(weights @ frames))
    return total
