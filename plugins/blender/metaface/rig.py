"""A character's rig map: found by its names, or edited and then kept in the .blend on the character.

What is driven and what not is worked out once for a character as it stands, and kept in memory:
the panel draws often and must not ask again each time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import bpy

from . import checks, core, figure, jobs, recording, rows
from .trouble import Trouble, plain


@dataclass
class Outlook:
    """What would happen to a character: shown before anything is written."""

    fingerprint: tuple[Any, ...]
    report: Any = None  # metaface.Report, or None where it could not be made
    problems: list[Any] = field(default_factory=list)
    trouble: str = ""
    looked: float = 0.0  # when, on the monotonic clock
    cost: float = 0.0  # seconds that looking for problems takes

    def is_stale(self) -> bool:
        """Shapes are muted and drivers are added without any name changing: one looks again now and then."""
        return self.report is not None and time.monotonic() - self.looked > max(1.0, 20.0 * self.cost)

    def look_again(self, found: figure.Figure) -> None:
        """What stands in the way now."""
        begun = time.monotonic()
        self.problems = checks.problems(found, self.report)
        self.looked = time.monotonic()
        self.cost = self.looked - begun


LATER = 0.01  # seconds from a drawing to looking
_outlooks: dict[str, Outlook] = {}
_asked: set[str] = set()


def is_edited(root: bpy.types.Object) -> bool:
    """Whether the map is the artist's own."""
    return bool(root.metaface.rig_map)


def rig_map(found: figure.Figure, character: Any | None = None) -> Any:
    """The character's `metaface.RigMap`: the edited one, or what the names say today."""
    package = core.metaface()
    text = found.root.metaface.rig_map
    if text:
        return package.RigMap.from_json(text)
    return package.RigMap.discover(character if character is not None else figure.character(found))


def recovered(found: figure.Figure, first: float, last: float, rate: Fraction) -> Any:
    """What the character does from one frame to another, as a `metaface.Clip` of channels."""
    character = figure.character(found)
    names = list(character.joints)
    chosen = rig_map(found, character)
    driven = [joint.joint for joint in chosen.report(character).driven_joints]
    only = [names.index(name) for name in driven if name in names]
    return chosen.recover(character, recording.record(found, first, last, rate, only))


def store(root: bpy.types.Object, text: str) -> None:
    """Keeps a map on the character, and shows it in the editor. Refuses what is no rig map."""
    checked = core.metaface().RigMap.from_json(text).to_json()
    root.metaface.rig_map = checked
    rows.fill(root.metaface, checked)
    forget(root)


def store_rows(root: bpy.types.Object) -> None:
    """Keeps what the editor's rows say."""
    root.metaface.rig_map = rows.as_json(root.metaface, root.metaface.rig_map)
    forget(root)


def begun(found: figure.Figure) -> bpy.types.PropertyGroup:
    """The editor's settings of a character, filled with what the names say if nothing was edited yet."""
    if not is_edited(found.root):
        store(found.root, rig_map(found).to_json())
    return found.root.metaface


def reset(root: bpy.types.Object) -> None:
    """Back to what the names say."""
    root.metaface.rig_map = ""
    root.metaface.shape_rows.clear()
    root.metaface.bone_rows.clear()
    forget(root)


def forget(root: bpy.types.Object) -> None:
    """What was worked out for this character no longer holds."""
    _outlooks.pop(_key(root), None)


def forget_all() -> None:
    """As [`forget`], for every character; nothing is looked at later any more."""
    _outlooks.clear()
    _asked.clear()
    if bpy.app.timers.is_registered(_look_later):
        bpy.app.timers.unregister(_look_later)


def outlook(found: figure.Figure) -> Outlook:
    """What would be driven, and what stands in the way, worked out now if it is not known."""
    root, fingerprint = found.root, _fingerprint(found)
    known = _outlooks.get(_key(root))
    if known is None or known.fingerprint != fingerprint:
        known = _outlooks[_key(root)] = _look(found, fingerprint)
    elif known.is_stale():
        known.look_again(found)
    return known


def outlook_while_drawing(found: figure.Figure) -> Outlook | None:
    """As [`outlook`], but what takes long is done after the drawing; None until then."""
    if bpy.app.background:
        return outlook(found)
    known = _outlooks.get(_key(found.root))
    if known is not None and known.fingerprint != _fingerprint(found):
        known = None
    name = found.root.name
    if known is None or known.is_stale():
        _asked.add(name)
        if not bpy.app.timers.is_registered(_look_later):
            # Persistent: a file that is opened meanwhile must not take the timer away.
            bpy.app.timers.register(_look_later, first_interval=LATER, persistent=True)
    return known


def limits(found: figure.Figure, report: Any, names: list[str]) -> dict[int, tuple[float, float]]:
    """Factor and largest angle (radians) of each driven joint, by its index among `names`."""
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
    """Which of the panel's limits holds for a joint: "head", "eye", "jaw" or none."""
    for kind, parts in (("head", ("Head",)), ("eye", ("LeftEye", "RightEye", "EyeLook")), ("jaw", ("Jaw", "Mouth"))):
        if any(channel.startswith(parts) for channel in channels):
            return kind
    return ""


def editable(root: bpy.types.Object) -> str:
    """Why this character's settings cannot be changed; empty where they can."""
    if root.library is not None or not root.is_editable:
        return (
            f"“{root.name}” is linked from another file, where nothing can be written. "
            "Make a library override: Object > Library Override > Make"
        )
    return ""


def _look(found: figure.Figure, fingerprint: tuple[Any, ...]) -> Outlook:
    known = Outlook(fingerprint)
    try:
        character = figure.character(found)
        known.report = rig_map(found, character).report(character)
        known.look_again(found)
    except Exception as error:  # whatever it is, a panel must be able to show it
        known.report, known.trouble = None, plain(error)
    return known


def _look_later() -> float | None:
    """One character that was asked for; seconds until the next one."""
    root = bpy.data.objects.get(_asked.pop()) if _asked else None
    found = figure.find([root]) if root is not None else None
    if found is not None:
        outlook(found)
    jobs.redraw(bpy.context)
    return LATER if _asked else None


def _fingerprint(found: figure.Figure) -> tuple[Any, ...]:
    """What the outlook depends on; cheap enough for every drawing."""
    shapes = tuple(
        (mesh.name, len(mesh.data.vertices), tuple(mesh.data.shape_keys.key_blocks.keys()))
        for mesh in found.meshes
        if mesh.data.shape_keys is not None
    )
    bones = tuple(found.armature.data.bones.keys()) if found.armature is not None else ()
    return shapes, bones, found.root.metaface.rig_map


def _key(root: bpy.types.Object) -> str:
    return root.name_full


def usable(found: figure.Figure, report: Any) -> None:
    """Stops before anything is written where nothing would move."""
    if not report.usable:
        why = report.warnings[0] if report.warnings else "no shape key or bone has a name that MetaFace knows"
        raise Trouble(
            f"“{found.name}” would not move: {why}. Open “Shapes and bones” in the MetaFace panel and say by hand "
            "which shape is which"
        )
