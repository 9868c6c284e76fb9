"""Sounds on the timeline: Maya's audio nodes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maya import cmds, mel

from ..core.takes import node_name
from ..host.errors import UserError
from ..host.library import metaface
from ..host.placement import Placement
from . import units
from .attributes import as_list

PLAYABLE = {".wav", ".aif", ".aiff", ".aifc", ".au", ".snd", ".mp3", ".m4a", ".mp4"}
"""The file types that Maya plays, at least on some systems. MetaFace reads more."""


@dataclass(frozen=True)
class Audio:
    """An audio node, its file and its position on the timeline."""

    node: str
    file: str
    placement: Placement


def all_nodes() -> list[str]:
    """All audio nodes of the scene."""
    return [str(node) for node in as_list(cmds.ls(type="audio"))]


def active() -> str:
    """The node on the time slider, or empty. In batch mode, the scene's audio node if there is exactly one."""
    if cmds.about(batch=True):
        nodes = all_nodes()
        return nodes[0] if len(nodes) == 1 else ""
    return str(cmds.timeControl(_slider(), query=True, sound=True) or "")


def audio_of(node: str) -> Audio:
    """An audio node, by name.

    `sourceStart` and `sourceEnd` trim the file, in frames of the file. The rest of a trimmed sound starts at `offset`.
    """
    if not cmds.objExists(node) or cmds.nodeType(node) != "audio":
        known = all_nodes()
        choices = f"its sounds are {', '.join(known)}" if known else "it has no sounds"
        raise UserError(f"There is no sound “{node}” in the scene: {choices}")
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
    return Audio(node, path, Placement(first - begin, first, first + end - begin, rate))


def file_at(path: str, start: float) -> Placement:
    """The placement of a whole sound file that starts at a frame."""
    return Placement.untrimmed(start, _length(path), units.rate())


def place(path: str, start: float, placed_node: str = "") -> str:
    """Puts a file on the timeline from a frame on, and returns its audio node.

    Uses a node that already plays it there, else moves `placed_node`, the take's node, else makes one.
    """
    for node in all_nodes():
        same = _is_same(str(cmds.getAttr(f"{node}.filename") or ""), path)
        if same and node != placed_node and abs(float(cmds.getAttr(f"{node}.offset")) - start) < 1e-3:
            return _show(node)
    has_node = bool(placed_node) and cmds.objExists(placed_node)
    if has_node and _is_same(str(cmds.getAttr(f"{placed_node}.filename") or ""), path):
        cmds.setAttr(f"{placed_node}.offset", start)  # type: ignore[arg-type]
        return _show(placed_node)
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
