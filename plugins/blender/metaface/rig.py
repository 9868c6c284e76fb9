"""A character's rig map: discovered from its names, or edited and stored in the .blend on the character.

The list of driven and undriven shapes is cached per character, because the panel is redrawn often.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import bpy

from . import checks, core, figure, jobs, recording, rows
from .errors import UserError, error_message


@dataclass
class Preview:
    """The effect of generating on a character, shown before anything is written."""

    fingerprint: tuple[Any, ...]
    report: Any = None  # metaface.Report, or `None` if it could not be made
    problems: list[Any] = field(default_factory=list)
    error: str = ""
    checked_at: float = 0.0  # time of the last check for problems, on the monotonic clock
    check_seconds: float = 0.0  # duration of that check

    def is_stale(self) -> bool:
        """Whether to check again: muting a shape or adding a driver changes no name, so checks expire."""
        return self.report is not None and time.monotonic() - self.checked_at > max(1.0, 20.0 * self.check_seconds)

    def check_again(self, found: figure.Figure) -> None:
        """Updates the list of problems."""
        start = time.monotonic()
        self.problems = checks.problems(found, self.report)
        self.checked_at = time.monotonic()
        self.check_seconds = self.checked_at - start


DELAY = 0.01  # seconds from a redraw to the check that it requested
_previews: dict[str, Preview] = {}
_requested: set[str] = set()


def is_edited(root: bpy.types.Object) -> bool:
    """Whether the user has edited the map."""
    return bool(root.metaface.rig_map)


def rig_map(found: figure.Figure, character: Any | None = None) -> Any:
    """The character's `metaface.RigMap`: the edited map, or the one discovered from the names."""
    package = core.metaface()
    text = found.root.metaface.rig_map
    if text:
        return package.RigMap.from_json(text)
    return package.RigMap.discover(character if character is not None else figure.character(found))


def recover_clip(found: figure.Figure, first: float, last: float, rate: Fraction) -> Any:
    """The character's motion from one frame to another, as a `metaface.Clip` of channels."""
    character = figure.character(found)
    names = list(character.joints)
    chosen = rig_map(found, character)
    driven = [joint.joint for joint in chosen.report(character).driven_joints]
    only = [names.index(name) for name in driven if name in names]
    return chosen.recover(character, recording.record(found, first, last, rate, only))


def store(root: bpy.types.Object, text: str) -> None:
    """Stores a map on the character and shows it in the editor; raises if the text is not a rig map."""
    checked = core.metaface().RigMap.from_json(text).to_json()
    root.metaface.rig_map = checked
    rows.fill(root.metaface, checked)
    invalidate(root)


def store_rows(root: bpy.types.Object) -> None:
    """Stores the map of the editor's rows."""
    root.metaface.rig_map = rows.as_json(root.metaface, root.metaface.rig_map)
    invalidate(root)


def start_editing(found: figure.Figure) -> bpy.types.PropertyGroup:
    """The editor's settings of a character; fills them with the discovered map if it was not edited yet."""
    if not is_edited(found.root):
        store(found.root, rig_map(found).to_json())
    return found.root.metaface


def reset(root: bpy.types.Object) -> None:
    """Returns to the map discovered from the names."""
    root.metaface.rig_map = ""
    root.metaface.shape_rows.clear()
    root.metaface.bone_rows.clear()
    invalidate(root)


def invalidate(root: bpy.types.Object) -> None:
    """Drops the cached preview of a character."""
    _previews.pop(_key(root), None)


def clear_cache() -> None:
    """Drops all cached previews and pending checks."""
    _previews.clear()
    _requested.clear()
    if bpy.app.timers.is_registered(_update_requested):
        bpy.app.timers.unregister(_update_requested)


def preview(found: figure.Figure) -> Preview:
    """The driven shapes and the problems of a character, computed now unless cached."""
    root, fingerprint = found.root, _fingerprint(found)
    known = _previews.get(_key(root))
    if known is None or known.fingerprint != fingerprint:
        known = _previews[_key(root)] = _make_preview(found, fingerprint)
    elif known.is_stale():
        known.check_again(found)
    return known


def preview_while_drawing(found: figure.Figure) -> Preview | None:
    """As [`preview`], but slow work runs after the redraw; `None` until then."""
    if bpy.app.background:
        return preview(found)
    known = _previews.get(_key(found.root))
    if known is not None and known.fingerprint != _fingerprint(found):
        known = None
    name = found.root.name
    if known is None or known.is_stale():
        _requested.add(name)
        if not bpy.app.timers.is_registered(_update_requested):
            # Persistent, because opening a file would remove the timer.
            bpy.app.timers.register(_update_requested, first_interval=DELAY, persistent=True)
    return known


def limits(found: figure.Figure, report: Any, names: list[str]) -> dict[int, tuple[float, float]]:
    """The factor and the largest angle (radians) of each driven joint, by its index in `names`."""
    settings = found.root.metaface
    chosen: dict[int, tuple[float, float]] = {}
    for driven in report.driven_joints:
        kind = joint_kind(driven.channels)
        if kind and driven.joint in names:
            chosen[names.index(driven.joint)] = (
                getattr(settings, f"{kind}_factor"),
                getattr(settings, f"{kind}_limit"),
            )
    return chosen


def joint_kind(channels: list[str]) -> str:
    """The panel's limit for a joint: "head", "eye", "jaw", or empty."""
    for kind, parts in (("head", ("Head",)), ("eye", ("LeftEye", "RightEye", "EyeLook")), ("jaw", ("Jaw", "Mouth"))):
        if any(channel.startswith(parts) for channel in channels):
            return kind
    return ""


def not_editable_reason(root: bpy.types.Object) -> str:
    """The reason why the character cannot be edited; empty if it can."""
    if root.library is not None or not root.is_editable:
        return (
            f"“{root.name}” is linked from another file and cannot be edited here. "
            "Make a library override: Object > Library Override > Make"
        )
    return ""


def _make_preview(found: figure.Figure, fingerprint: tuple[Any, ...]) -> Preview:
    known = Preview(fingerprint)
    try:
        character = figure.character(found)
        known.report = rig_map(found, character).report(character)
        known.check_again(found)
    except Exception as error:  # the panel shows any error
        known.report, known.error = None, error_message(error)
    return known


def _update_requested() -> float | None:
    """Updates one requested character; returns the seconds until the next one."""
    root = bpy.data.objects.get(_requested.pop()) if _requested else None
    found = figure.find([root]) if root is not None else None
    if found is not None:
        preview(found)
    jobs.redraw_panels(bpy.context)
    return DELAY if _requested else None


def _fingerprint(found: figure.Figure) -> tuple[Any, ...]:
    """The state that a preview depends on; fast enough for every redraw."""
    shapes = tuple(
        (mesh.name, len(mesh.data.vertices), tuple(mesh.data.shape_keys.key_blocks.keys()))
        for mesh in found.meshes
        if mesh.data.shape_keys is not None
    )
    bones = tuple(found.armature.data.bones.keys()) if found.armature is not None else ()
    return shapes, bones, found.root.metaface.rig_map


def _key(root: bpy.types.Object) -> str:
    return root.name_full


def require_usable(found: figure.Figure, report: Any) -> None:
    """Raises `UserError` if the rig map moves nothing."""
    if not report.usable:
        reason = report.warnings[0] if report.warnings else "no shape key or bone has a name that MetaFace knows"
        raise UserError(
            f"“{found.name}” would not move: {reason}. Open “Shapes and Bones” in the MetaFace panel and "
            "assign channels to the shapes"
        )
