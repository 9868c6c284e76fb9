"""Sounds on the timeline: Maya's audio nodes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maya import cmds, mel

from ..core.library import metaface
from ..core.placement import Placed
from ..core.takes import node_name
from ..core.trouble import Trouble
from . import units
from .attributes import listed

HEARD = {".wav", ".aif", ".aiff", ".aifc", ".au", ".snd", ".mp3", ".m4a", ".mp4"}
"""What some Maya plays, by system; MetaFace reads more."""


@dataclass(frozen=True)
class Audio:
    """An audio node: its file, and where that lies on the timeline."""

    node: str
    file: str
    placed: Placed


def every() -> list[str]:
    """All audio nodes."""
    return [str(node) for node in listed(cmds.ls(type="audio"))]


def active() -> str:
    """The one that the time slider shows; empty without one, and where there is no window."""
    if cmds.about(batch=True):
        found = every()
        return found[0] if len(found) == 1 else ""
    return str(cmds.timeControl(_slider(), query=True, sound=True) or "")


def of(node: str) -> Audio:
    """An audio node, by name.

    `sourceStart` and `sourceEnd` trim the file, in frames of it; what is trimmed off the beginning is not heard,
    and what follows moves up to `offset`.
    """
    if not cmds.objExists(node) or cmds.nodeType(node) != "audio":
        known = every()
        raise Trouble(f"There is no sound “{node}” in the scene: {', '.join(known) if known else 'it has none'}")
    file = str(cmds.getAttr(f"{node}.filename") or "")
    path = file if os.path.isabs(file) else str(cmds.workspace(expandName=file) or file)
    seconds = _length(path)
    offset, silence, begin, end = (
        float(cmds.getAttr(f"{node}.{name}")) for name in ("offset", "silence", "sourceStart", "sourceEnd")
    )
    rate = units.rate()
    length = seconds * float(rate)
    end = min(end, length) if end > begin else length
    first = offset + silence
    return Audio(node, path, Placed(first - begin, first, first + end - begin, rate))


def file_at(path: str, start: float) -> Placed:
    """A sound file, whole, from a frame on."""
    return Placed.whole(start, _length(path), units.rate())


def put(path: str, start: float, before: str = "") -> str:
    """The audio node that plays a file from a frame on: one that does already, the take's own, or a new one."""
    for node in every():
        same = _is_same(str(cmds.getAttr(f"{node}.filename") or ""), path)
        if same and node != before and abs(float(cmds.getAttr(f"{node}.offset")) - start) < 1e-3:
            return _show(node)
    if before and cmds.objExists(before) and _is_same(str(cmds.getAttr(f"{before}.filename") or ""), path):
        cmds.setAttr(f"{before}.offset", start)  # type: ignore[arg-type]
        return _show(before)
    offset: Any = start
    return _show(str(cmds.sound(file=Path(path).as_posix(), offset=offset, name=node_name(Path(path).stem))))


def _show(node: str) -> str:
    if not cmds.about(batch=True):
        cmds.timeControl(_slider(), edit=True, sound=node, displaySound=True)
    return node


def _is_same(a: str, b: str) -> bool:
    return bool(a) and os.path.normcase(os.path.abspath(a)) == os.path.normcase(os.path.abspath(b))


def _slider() -> str:
    return str(mel.eval("$metaface_slider = $gPlayBackSlider"))


def _length(path: str) -> float:
    return float(metaface().Sound.open(path).duration)
