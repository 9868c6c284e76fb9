"""The only module that imports the `metaface` package, which is bundled in the folder `python`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import UserError

_animators: dict[str, Any] = {}
_speakers: dict[tuple[str, int, int], Any] = {}
_lock = threading.Lock()


def metaface() -> ModuleType:
    """The package.

    Raises `UserError` if it cannot be imported.
    """
    try:
        import metaface as package
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise UserError(
            f"MetaFace's library cannot be loaded ({error}). This Maya runs Python {version} on {sys.platform}: "
            "install the module built for it; Maya 2025 and 2026 run Python 3.11"
        ) from error
    return package


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
            f"Speaker file not found: {path}. Choose another, or none for the average speaker"
        ) from error
    key = (path, stat.st_mtime_ns, stat.st_size)
    with _lock:
        if key not in _speakers:
            _speakers[key] = metaface().Speaker.open(path)
        return _speakers[key]


def clear_cache() -> None:
    """Releases the models; called when the plug-in is unloaded."""
    with _lock:
        _animators.clear()
        _speakers.clear()
