"""Finds problems of the setup that keep an animated face from moving, each with a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bpy.types import ID, Object

from ..host.checks import Problem, edited_take, not_at_rest, other_rate, overlapping
from ..host.errors import name_list
from . import characters, hand_edits, layers, recording, rest, sounds, tracks, version
from .characters import Figure
from .shapes import key_of, targets

if TYPE_CHECKING:
    import metaface


def problems(figure: Figure, report: metaface.Report | None = None) -> list[Problem]:
    """Problems that keep generated motion from showing. A report limits them to what the rig map drives."""
    driven = None if report is None else {(target.target, mesh) for target in report.driven for mesh in target.meshes}
    found: list[Problem] = []
    for mesh in figure.meshes:
        found += _linked(mesh)
        found += _shapes(mesh, driven)
        found += _stack(key_of(mesh), mesh.name, _paths(mesh, driven))
    found += _take_problems(figure)
    turned = set() if report is None else {joint.joint for joint in report.driven_joints}
    found += _joints(figure, turned, report is None)
    return list(dict.fromkeys(found))


def _take_problems(figure: Figure) -> Iterator[Problem]:
    """Takes that were generated for another frame rate, whose keys were edited, or that overlap."""
    takes = layers.takes(figure)
    if not takes:
        return
    rate = sounds.rate_of(recording.scene_of(figure))
    for take in takes:
        if take.fps and abs(take.fps / rate - 1.0) > 1e-4:
            yield other_rate(take.label, take.fps)
        if take.edited:
            remedy = "Leave the strip (Tab in the NLA editor) and key in the layer above it"
            yield edited_take(take.label, "a copy as an action", remedy)
    for owner in layers.owners(figure):
        data = owner.animation_data
        playing = [strip for track, strip in tracks.strips(owner) if data.use_nla and not track.mute and not strip.mute]
        spans = [(strip.action[tracks.LINE], strip.name, strip.frame_start, strip.frame_end) for strip in playing]
        yield from overlapping(spans, rate)


def _paths(mesh: Object, driven: set[tuple[str, str]] | None) -> set[str]:
    names = [block.name for block in targets(mesh)]
    return {rest.value_path(name) for name in names if driven is None or (name, mesh.name) in driven}


def _linked(part: Object) -> Iterator[Problem]:
    if not part.is_editable:
        text = f"It is linked from {characters.origin(part)} and cannot be animated here"
        yield Problem(text, characters.OVERRIDE_REMEDY[0].upper() + characters.OVERRIDE_REMEDY[1:], part.name)


def _shapes(mesh: Object, driven: set[tuple[str, str]] | None) -> Iterator[Problem]:
    key = key_of(mesh)
    if not key.use_relative:
        yield Problem("Its shape keys are absolute", "Tick Relative in the shape keys panel", mesh.name)
    if mesh.show_only_shape_key:
        yield Problem(
            "Only the active shape key is shown, at full strength", "Unpin it in the shape keys panel", mesh.name
        )
    sharing = [other.name for scene in mesh.users_scene for other in scene.objects
               if other != mesh and other.type == "MESH" and other.data == mesh.data]  # fmt: skip
    if sharing:
        yield Problem(
            f"It shares its shape keys with {name_list(sharing)}: they move together",
            "To separate them: Object > Relations > Make Single User > Object & Data",
            mesh.name,
        )
    blocks = [block for block in targets(mesh) if driven is None or (block.name, mesh.name) in driven]
    drivers = key.animation_data.drivers if key.animation_data is not None else ()
    driven_paths = {driver.data_path for driver in drivers}
    driven_blocks = [block.name for block in blocks if rest.value_path(block.name) in driven_paths]
    if driven_blocks:
        yield Problem(
            f"A driver controls {name_list(driven_blocks)}: keys there have no effect, so MetaFace writes no keys",
            "Delete these drivers, or have MetaFace drive the properties that they follow",
            mesh.name,
        )
    muted = [block.name for block in blocks if block.mute]
    if muted:
        yield Problem(f"Muted: {name_list(muted)}", "Tick them in the shape keys panel", mesh.name)
    at_rest = rest.Unkeyed(key).shapes()
    yield from not_at_rest(mesh.name, [(block.name, at_rest[block.name]) for block in blocks])
    narrow = [block.name for block in blocks if block.slider_max < 1.0 or block.slider_min > 0.0]
    if narrow:
        yield Problem(
            f"The range of {name_list(narrow)} is less than 0 to 1: motion beyond it is cut off",
            "Widen Range Min and Max in the shape keys panel",
            mesh.name,
        )


def _joints(figure: Figure, turned: set[str], all_joints: bool) -> Iterator[Problem]:
    owners = {joint.owner for joint in figure.joints if all_joints or joint.name in turned}
    for owner in owners:
        yield from _linked(owner)
        paths = set()
        for joint in figure.joints:
            if joint.owner == owner and (all_joints or joint.name in turned):
                paths.add(joint.path + rest.rotation_property(joint.turned)[0])
                if joint.turned.rotation_mode == "AXIS_ANGLE" and not all_joints:
                    yield Problem(
                        f"{joint.name} has the rotation mode Axis Angle, which cannot be layered: it is not animated",
                        "Set its rotation mode to Quaternion or XYZ Euler",
                        joint.name,
                    )
        yield from _stack(owner, owner.name, paths)
    armature = figure.armature
    if armature is None:
        return
    if armature.data.pose_position == "REST":
        yield Problem("The armature shows its rest pose only", "Set it to Pose Position", armature.name)
    for mesh in figure.meshes:
        if any(m.type == "ARMATURE" and not m.show_viewport for m in mesh.modifiers):
            yield Problem("Its armature modifier is switched off: it does not turn with the head",
                          "Show the modifier in the viewport", mesh.name)  # fmt: skip


def _stack(owner: ID, where: str, paths: set[str]) -> Iterator[Problem]:
    """Tracks and actions that hide the takes, or add to them."""
    data = owner.animation_data
    if data is None:
        return
    if data.nla_tracks and not data.use_nla:
        yield Problem("Its NLA tracks are switched off", "Tick its NLA box in the NLA editor", where)
    if data.use_tweak_mode:
        yield Problem("One of its strips is in tweak mode", "Leave tweak mode in the NLA editor: Tab", where)
    ours = [index for index, track in enumerate(data.nla_tracks) if tracks.is_ours(track)]
    for index, track in enumerate(data.nla_tracks):
        if index in ours:
            if track.mute:
                yield Problem(f"The track {track.name} is muted", "Unmute it in the NLA editor", where)
            continue
        if track.is_solo:
            yield Problem(f"Only the track {track.name} plays", "Click its star in the NLA editor", where)
        if track.name == rest.TRACK or track.mute or not ours or index < ours[0]:
            continue
        covering = [strip for strip in track.strips if strip.blend_type == "REPLACE" and not strip.mute
                    and any(curve.data_path in paths for curve in version.played(strip))]  # fmt: skip
        if covering:
            yield Problem(
                f"The track {track.name} lies above MetaFace's and replaces what is below it",
                "Move it below the MetaFace track in the NLA editor, or set its strips to Combine",
                where,
            )
    if data.action is None:
        return
    lasting = hand_edits.endless(owner) & paths
    if lasting:
        yield Problem(
            f"The hand edits of {name_list(_short(lasting))} have no end: they change every line",
            "Use End Hand Edits, or key their curves back to 0 in the Graph Editor. If this is intended, ignore it",
            where,
        )
    keyed = {curve.data_path for curve in version.played(data)} & paths
    names = name_list(_short(keyed))
    if keyed and data.action_blend_type == "REPLACE" and ours:
        yield Problem(
            f"The action {data.action.name} replaces what MetaFace generates for {names}",
            "Set its blending to Combine in the NLA editor, or delete these keys",
            where,
        )
    elif keyed and not hand_edits.is_hand_edits(data.action):
        yield Problem(
            f"The action {data.action.name} has keys on {names}: they are added to what is generated",
            "Delete these keys if they are an older lip-sync",
            where,
        )


def _short(paths: set[str]) -> list[str]:
    """The names of the shapes and bones in data paths."""
    return sorted({path.split('"')[1] if '"' in path else path for path in paths})
