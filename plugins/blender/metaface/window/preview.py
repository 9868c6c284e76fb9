"""What would move on a character and what keeps it from moving, shown before anything is written.

Cached per character, because the panel is redrawn often.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import bpy

from ..commands.operator import redraw_panels
from ..host.checks import Problem
from ..host.errors import message_of
from ..scene import characters, checks, rig
from ..scene.characters import Figure

_DELAY = 0.01  # seconds from a redraw to the check that it requested
_previews: dict[str, Preview] = {}
_requested: set[str] = set()


@dataclass
class Preview:
    """The effect of generating on a character."""

    fingerprint: tuple[Any, ...]
    report: Any = None  # metaface.Report, or `None` if it could not be made
    problems: list[Problem] = field(default_factory=list)
    error: str = ""
    checked_at: float = 0.0  # time of the last check for problems, on the monotonic clock
    check_seconds: float = 0.0  # duration of that check

    def is_stale(self) -> bool:
        """Whether to check again: muting a shape or adding a driver changes no name, so checks expire."""
        return self.report is not None and time.monotonic() - self.checked_at > max(1.0, 20.0 * self.check_seconds)

    def check_again(self, found: Figure) -> None:
        """Updates the list of problems."""
        start = time.monotonic()
        self.problems = checks.problems(found, self.report)
        self.checked_at = time.monotonic()
        self.check_seconds = self.checked_at - start


def of(found: Figure) -> Preview:
    """The driven shapes and the problems of a character, computed now unless cached."""
    name, fingerprint = found.root.name_full, _fingerprint(found)
    known = _previews.get(name)
    if known is None or known.fingerprint != fingerprint:
        known = _previews[name] = _make(found, fingerprint)
    elif known.is_stale():
        known.check_again(found)
    return known


def while_drawing(found: Figure) -> Preview | None:
    """As `of`, but slow work runs after the redraw; `None` until then."""
    if bpy.app.background:
        return of(found)
    known = _previews.get(found.root.name_full)
    if known is not None and known.fingerprint != _fingerprint(found):
        known = None
    if known is None or known.is_stale():
        _requested.add(found.root.name)
        if not bpy.app.timers.is_registered(_update_requested):
            # Persistent, because opening a file would remove the timer.
            bpy.app.timers.register(_update_requested, first_interval=_DELAY, persistent=True)
    return known


def clear_cache() -> None:
    """Drops all cached previews and pending checks."""
    _previews.clear()
    _requested.clear()
    if bpy.app.timers.is_registered(_update_requested):
        bpy.app.timers.unregister(_update_requested)


def _make(found: Figure, fingerprint: tuple[Any, ...]) -> Preview:
    known = Preview(fingerprint)
    try:
        character = rig.character(found)
        known.report = rig.rig_map(found, character).report(character)
        known.check_again(found)
    except Exception as error:  # the panel shows any error
        known.report, known.error = None, message_of(error)
    return known


def _update_requested() -> float | None:
    """Updates one requested character; returns the seconds until the next one."""
    found = characters.find([bpy.data.objects.get(_requested.pop())]) if _requested else None
    if found is not None:
        of(found)
    redraw_panels(bpy.context)
    return _DELAY if _requested else None


def _fingerprint(found: Figure) -> tuple[Any, ...]:
    """The state that a preview depends on; fast enough for every redraw."""
    shapes = tuple(
        (mesh.name, len(mesh.data.vertices), tuple(mesh.data.shape_keys.key_blocks.keys()))
        for mesh in found.meshes
        if mesh.data.shape_keys is not None
    )
    bones = tuple(found.armature.data.bones.keys()) if found.armature is not None else ()
    return shapes, bones, found.root.metaface.rig_map
