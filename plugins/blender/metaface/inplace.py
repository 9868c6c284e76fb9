"""Keys that the animator changed inside a take, instead of above it.

A regeneration would replace them. They are told by a sum over all keys, which a take carries; what was
changed is kept as an action of its own, so that nothing is lost without a word.
"""

from __future__ import annotations

import numpy as np
from bpy.types import Action

from . import keys, version

_SUM = "metaface_sum"


def seal(action: Action) -> None:
    """Notes the keys of a take as they were generated."""
    action[_SUM] = _sum(action)


def is_edited(action: Action) -> bool:
    """Whether keys of the take were changed since."""
    return _SUM in action and abs(action[_SUM] - _sum(action)) > 1e-6 * max(1.0, abs(action[_SUM]))


def keep_copy(action: Action, mark: str) -> Action:
    """A copy of an edited take that stays in the file; `mark` is the property that makes a take of an action."""
    copy = action.copy()
    copy.name = f"{action.name} (edited)"
    copy.use_fake_user = True
    for name in (mark, _SUM):
        copy.pop(name, None)
    return copy


def _sum(action: Action) -> float:
    """A number that changes when keys are moved, added or taken away."""
    total = 0.0
    for number, bag in enumerate(version.bags(action)):
        for curve in bag.fcurves:
            frames, values = keys.read(curve)
            weights = np.arange(1.0, len(frames) + 1.0)
            total += (number + 1.0) * (len(frames) + float(weights @ values) + 0.01 * float(weights @ frames))
    return total
