"""The one place that imports the `metaface` package, which the module carries in its folder python."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

from .trouble import Trouble

_animators: dict[str, Any] = {}
_speakers: dict[tuple[str, int, int], Any] = {}
_lock = threading.Lock()


def metaface() -> ModuleType:
    """The package, or words about why it is not there."""
    try:
        import metaface as package
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Trouble(
            f"MetaFace's own library cannot be loaded ({error}). This Maya runs Python {version} on {sys.platform}: "
            "install the module that was made for it; Maya 2025 and 2026 run Python 3.11"
        ) from error
    return package


def animator(device: str = "auto") -> Any:
    """The base model on a device; loaded once, and kept."""
    with _lock:
        if device not in _animators:
            _animators[device] = metaface().Animator(device)
        return _animators[device]


def speaker(path: str) -> Any:
    """A speaker's file, read again only when it has changed."""
    try:
        stat = Path(path).stat()
    except OSError as error:
        raise Trouble(
            f"The speaker file is not there: {path}. Choose another, or none for the average speaker"
        ) from error
    key = (path, stat.st_mtime_ns, stat.st_size)
    with _lock:
        if key not in _speakers:
            _speakers[key] = metaface().Speaker.open(path)
        return _speakers[key]


def forget() -> None:
    """Lets go of models: when the plug-in is unloaded."""
    with _lock:
        _animators.clear()
        _speakers.clear()
