"""Blender with the extension enabled in a scratch user folder.

The tests import the extension by the name that Blender gives it: `bl_ext.user_default.metaface`.
"""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parent.parent
REPOSITORY = PLUGIN.parent.parent
MODULE = "bl_ext.user_default.metaface"

# Set before the import of bpy, which reads it once.
SCRATCH = Path(tempfile.mkdtemp(prefix="metaface-blender-"))
os.environ["BLENDER_USER_RESOURCES"] = str(SCRATCH)
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
# Without this, `python -m pytest` in plugins/blender would import the extension's folder as the metaface package.
sys.path[:] = [folder for folder in sys.path if Path(folder or ".").resolve() != PLUGIN]
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy  # noqa: E402, I001
import addon_utils  # noqa: E402: a module of Blender, available after bpy is imported


def _enable() -> None:
    """Links the source into Blender's folder of extensions, and enables it."""
    folder = Path(bpy.utils.user_resource("EXTENSIONS", path="user_default"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metaface").symlink_to(PLUGIN / "metaface", target_is_directory=True)
    problems: list[Exception] = []
    addon_utils.enable(MODULE, default_set=True, handle_error=problems.append)
    if problems:
        raise problems[0]


_enable()


def extension(module: str = ""):
    """A module of the extension."""
    return importlib.import_module(f"{MODULE}.{module}" if module else MODULE)


def shared() -> Path | None:
    """The folder of recordings and characters outside the repository, or `None`."""
    variable = os.environ.get("METAFACE_SHARED")
    for folder in (Path(variable) if variable else None, REPOSITORY.parent / "shared"):
        if folder is not None and folder.is_dir():
            return folder
    return None


_status = 0


def pytest_sessionfinish(exitstatus: int) -> None:
    """Stores the exit status for [`pytest_unconfigure`]."""
    global _status
    _status = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Exits immediately: Blender as a module crashes (4.2) or hangs (4.5) when Python shuts down, if a property
    of any add-on has a callback."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status)


@pytest.fixture
def scene():
    """An empty scene at 24 frames per second."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=False)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 24, 1.0
    return scene


@pytest.fixture
def shared_folder() -> Path:
    """The folder of `shared`; skips the test if it is missing."""
    folder = shared()
    if folder is None:
        pytest.skip("no shared recordings: set METAFACE_SHARED, or put them in ../shared")
    return folder
