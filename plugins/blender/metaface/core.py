"""The one place that imports the `metaface` package, which comes as a wheel in the extension's zip."""

from __future__ import annotations

import sys
import threading
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
            f"MetaFace's own library cannot be loaded ({error}). This Blender runs Python {version} on "
            f"{sys.platform}: install a MetaFace zip that was made for it, then restart Blender"
        ) from error
    return package


def available() -> bool:
    """Whether the package can be imported."""
    try:
        metaface()
    except Trouble:
        return False
    return True


def animator(device: str) -> Any:
    """The base model on a device; loaded once, and kept."""
    with _lock:
        kept = _animators.get(device)
        if kept is None:
            kept = _animators[device] = metaface().Animator(device)
        return kept


def speaker(path: str) -> Any:
    """A speaker's file, read again only when it has changed."""
    from pathlib import Path

    file = Path(path)
    try:
        stat = file.stat()
    except OSError as error:
        raise Trouble(
            f"The speaker file is not there: {path}. Choose another, or clear the field for the average speaker"
        ) from error
    key = (path, stat.st_mtime_ns, stat.st_size)
    with _lock:
        known = _speakers.get(key)
    if known is None:
        known = metaface().Speaker.open(path)
        with _lock:
            for old in [old for old in _speakers if old[0] == path]:
                del _speakers[old]
            _speakers[key] = known
    return known


def forget() -> None:
    """Lets go of models: when the extension is disabled, or the device changes."""
    with _lock:
        _animators.clear()
        _speakers.clear()
