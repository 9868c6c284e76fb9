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


_MAYAS_WORD = {"win32": "win64", "darwin": "mac"}


def _use_what_the_module_carries() -> None:
    """The package where the module file did not name it (mayapy reads those late), and NumPy where Maya has none.

    What is there already, such as a studio's own, goes first.
    """
    carried = Path(__file__).resolve().parents[2] / "python"
    tag = f"{_MAYAS_WORD.get(sys.platform, sys.platform)}-cp{sys.version_info.major}{sys.version_info.minor}"
    for package, folder in (("metaface", carried / tag), ("numpy", carried / "numpy" / tag)):
        if find_spec(package) is None and folder.is_dir():
            sys.path.append(str(folder))


_use_what_the_module_carries()
