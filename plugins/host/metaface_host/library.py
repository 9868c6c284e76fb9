"""The only module that imports the `metaface` package, which each plugin contains as wheels."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

from . import program
from .errors import UserError

_animators: dict[str, Any] = {}
_speakers: dict[str, tuple[tuple[int, int], Any]] = {}
_lock = threading.Lock()


def metaface() -> ModuleType:
    """The package; raises `UserError` if it cannot be imported."""
    try:
        import metaface as package
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise UserError(
            f"The metaface library cannot be loaded ({error}). This {program.name} runs Python {version} on "
            f"{sys.platform}: {program.install}"
        ) from error
    return package


def available() -> bool:
    """Whether the package can be imported."""
    try:
        metaface()
    except UserError:
        return False
    return True


def animator(device: str = "auto") -> Any:
    """The base model on a device, cached."""
    with _lock:
        if device not in _animators:
            _animators[device] = metaface().Animator(device)
        return _animators[device]


def speaker(path: str) -> Any:
    """A speaker file, cached until the file changes."""
    try:
        stat = Path(path).stat()
    except OSError as error:
        raise UserError(
            f"Speaker file not found: {path}. Choose another, or clear the field to use the average speaker"
        ) from error
    version = (stat.st_mtime_ns, stat.st_size)
    with _lock:
        if path not in _speakers or _speakers[path][0] != version:
            _speakers[path] = version, metaface().Speaker.open(path)
        return _speakers[path][1]


def clear_cache() -> None:
    """Releases the models; called when the plugin is unloaded, and when the device changes."""
    with _lock:
        _animators.clear()
        _speakers.clear()
