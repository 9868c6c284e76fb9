"""MetaFace in Maya.

host      what the plugins for all hosts share, from plugins/host
core      needs no Maya: its time units, characters as plain data, performances as keys, takes
scene     reads and writes the scene, through maya.cmds and the API
commands  metafaceAnimate and metafaceAdapt
window    the panel, in Qt

Dependencies point one way: window -> commands -> scene -> core -> host.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from .host import program

VERSION = "0.1.0"

program.name = "Maya"
program.console = "The Script Editor"
program.install = "install the module built for it; Maya 2025 and 2026 run Python 3.11"

_MAYA_PLATFORMS = {"win32": "win64", "darwin": "mac"}


def _add_bundled_packages() -> None:
    """Adds the bundled `metaface` package and NumPy to the import path, unless they can be imported already.

    The module file names the package's folder too, but mayapy reads module files later than this. Packages that are
    installed already, such as a studio's, take precedence.
    """
    bundled = Path(__file__).resolve().parents[2] / "python"
    tag = f"{_MAYA_PLATFORMS.get(sys.platform, sys.platform)}-cp{sys.version_info.major}{sys.version_info.minor}"
    for package, folder in (("metaface", bundled / tag), ("numpy", bundled / "numpy" / tag)):
        if find_spec(package) is None and folder.is_dir():
            sys.path.append(str(folder))


_add_bundled_packages()
