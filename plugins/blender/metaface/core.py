"""Access to the `metaface` package, a wheel in the extension's zip. No other module imports the package."""

from __future__ import annotations

import sys
import threading
from types import ModuleType
from typing import Any

from .errors import UserError

_animators: dict[str, Any] = {}
_speakers: dict[tuple[str, int, int], Any] = {}
_lock = threading.Lock()


def metaface() -> ModuleType:
    """The package; raises `UserError` if it cannot be imported."""
    try:
        import metaface as package
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise UserError(
            f"The metaface library cannot be loaded ({error}). This Blender runs Python {version} on "
            f"{sys.platform}: install a MetaFace zip for this Python and system, then restart Blender"
        ) from error
    return package


def available() -> bool:
    """Whether the package can be imported."""
    try:
        metaface()
    except UserError:
        return False
    return True


def animator(device: str) -> Any:
    """The base model on a device, cached."""
    with _lock:
        cached = _animators.get(device)
        if cached is None:
            cached = _animators[device] = metaface().Animator(device)
        return cached


def speaker(path: str) -> Any:
    """A speaker file, cached until it changes."""
    from pathlib import Path

    file = Path(path)
    try:
        stat = file.stat()
    except OSError as error:
        raise UserError(
            f"Speaker file not found: {path}. Choose another, or clear the field to use the average speaker"
        ) from error
    key = (path, stat.st_mtime_ns, stat.st_size)
    with _lock:
        cached = _speakers.get(key)
    if cached is None:
        cached = metaface().Speaker.open(path)
        with _lock:
            for old in [old for old in _speakers if old[0] == path]:
                del _speakers[old]
            _speakers[key] = cached
    return cached


def clear_cache() -> None:
    """Clears the cached models. Called when the extension is disabled, and when the device changes."""
    with _lock:
        _animators.clear()
        _speakers.clear()
