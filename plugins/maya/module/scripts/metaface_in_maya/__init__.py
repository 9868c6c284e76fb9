"""MetaFace in Maya.

core      knows no Maya: rates, rotations, what a character is, performances as keys, tables of lines
scene     reads and writes the scene, through maya.cmds and the API
commands  metafaceAnimate and metafaceAdapt
window    the panel, in Qt

Arrows run one way: window -> commands -> scene -> core.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

VERSION = "0.1.0"


def _use_numpy_of_the_module() -> None:
    """Where Maya has no NumPy, the one that came with the module; the studio's own goes first."""
    if find_spec("numpy") is None:
        carried = Path(__file__).resolve().parents[2] / "python" / "numpy"
        sys.path += [str(folder) for folder in sorted(carried.glob("*")) if folder.name.startswith(sys.platform)]


_use_numpy_of_the_module()
