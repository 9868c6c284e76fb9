"""Curves and skins."""

import numpy as np
from model.graph import Current


class MAnimCurveChange:
    """Changes of keys, which can be undone."""

    def __init__(self):
        self._changes = []

    def undoIt(self):
        """Restores the old keys."""
        for keys, curve, old, _ in reversed(self._changes):
            keys[curve] = old

    def redoIt(self):
        """Restores the new keys."""
        for keys, curve, _, new in self._changes:
            keys[curve] = new


class MFnAnimCurve:
    """A curve over time, with values in internal units: radians for angles."""

    kTangentLinear = 2
    kTangentGlobal = 0

    def __init__(self, node):
        if node not in Current.scene.keys:
            raise RuntimeError("(kInvalidParameter): Object is incompatible with this method")
        self._curve = node

    def addKeys(self, times, values, tangentIn=0, tangentOut=0, keepExistingKeys=False, change=None):
        """Adds keys, and records them in `change` instead of the undo queue."""
        if len(times) != len(values):
            raise ValueError("times and values differ in number")
        keys = Current.scene.keys
        old = keys[self._curve]
        new = dict(old) if keepExistingKeys else {}
        new.update(zip([time.ticks for time in times], values))
        keys[self._curve] = tuple(sorted(new.items()))
        if change is not None:
            change._changes.append((keys, self._curve, old, keys[self._curve]))


class MFnSkinCluster:
    """A skin's weights."""

    def __init__(self, node):
        self._skin = Current.scene.geometry[node]

    def getWeights(self, path, component):
        """The weights of all vertices, and the number of influences."""
        weights = np.asarray(self._skin["weights"])
        return weights.ravel().tolist(), weights.shape[1]
