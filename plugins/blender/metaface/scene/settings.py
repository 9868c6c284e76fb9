"""The user's settings, stored in the .blend on the scene and on each character's root object, and their paths."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import math
import os

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..host import library
from ..host.errors import UserError
from ..host.option_table import Option
from ..host.options import TAKE_OPTIONS, label
from ..host.rig_map_rows import ROLES
from . import rig, version

ADDON = __package__.rpartition(".")[0]
"""The name of the extension in Blender's preferences."""

SOURCES = (
    ("FILE", "File", "A sound file, from a frame of your choice"),
    ("STRIP", "Strip", "The active sound strip of the sequencer"),
    ("ALL", "All strips", "Every sound strip of the scene; a table assigns a character to each channel"),
)


def _can_speak(_self: "ChannelAssignment", candidate: bpy.types.Object) -> bool:
    return candidate.type in {"ARMATURE", "EMPTY"} or (
        candidate.type == "MESH" and candidate.data.shape_keys is not None
    )


class ChannelAssignment(bpy.types.PropertyGroup):
    """The character that speaks on a channel of the sequencer."""

    channel: IntProperty(name="Channel", min=1, description="The sequencer's channel")
    character: PointerProperty(
        name="Character",
        type=bpy.types.Object,
        poll=_can_speak,
        description="Any part of the character that speaks on this channel",
    )
    speaker: StringProperty(
        name="Speaker",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="A speaker file for this channel; empty: the character's speaker",
    )
    use: BoolProperty(name="Use", default=True, description="Generate the lines of this channel")


class SceneSettings(bpy.types.PropertyGroup):
    """The sound to animate."""

    source: EnumProperty(name="Sound", items=SOURCES, default="FILE", description="Source of the sound")
    sound_file: StringProperty(
        name="Sound",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="WAV, MP3, FLAC, OGG, M4A and others, at any sample rate",
    )
    file_frame: IntProperty(name="Start", default=1, description="The frame at which the sound begins")
    add_strip: BoolProperty(
        name="Put the sound on the timeline",
        default=True,
        description="Add the sound to the sequencer at this frame, so that it plays",
    )
    channels: CollectionProperty(type=ChannelAssignment)
    channel_index: IntProperty()


def _rows_changed(row: bpy.types.PropertyGroup, _context: bpy.types.Context) -> None:
    """Update callback of a row's fields: stores the map of the row's object."""
    rig.store_rows(row.id_data)


def _channels(_row: bpy.types.PropertyGroup, _context: bpy.types.Context, text: str) -> list[str]:
    """Search callback of the channel field."""
    if not library.available():
        return []
    return [name for name in library.metaface().CHANNELS if text.lower() in name.lower()]


class ShapeRow(bpy.types.PropertyGroup):
    """A channel that drives a shape. Several rows of a shape add up."""

    target: StringProperty(name="Shape", description="The shape key that is driven", update=_rows_changed)
    mesh: StringProperty(
        name="Mesh", description="Only on this mesh; empty: on every mesh that has the shape", update=_rows_changed
    )
    channel: StringProperty(
        name="Channel",
        description="The channel that drives it: JawOpen, MouthClose, ...",
        update=_rows_changed,
        search=_channels,
    )
    gain: FloatProperty(
        name="Gain",
        default=1.0,
        soft_min=-2.0,
        soft_max=2.0,
        description="Factor from the channel's value to the shape's",
        update=_rows_changed,
    )


class BoneRow(bpy.types.PropertyGroup):
    """A bone that rotates."""

    joint: StringProperty(name="Bone", description="The bone that rotates", update=_rows_changed)
    role: EnumProperty(
        name="Turns as",
        items=ROLES,
        default="HEAD",
        description="The part of the head that it moves",
        update=_rows_changed,
    )
    gain: FloatProperty(
        name="Gain", default=1.0, soft_min=0.0, soft_max=2.0, description="Factor on the rotation", update=_rows_changed
    )
    turns: StringProperty(options={"HIDDEN"}, description="The rotations as JSON, if the role is “As loaded”")


class FigureSettings(bpy.types.PropertyGroup):
    """The settings of a character; stored on its root object."""

    speaker: StringProperty(
        name="Speaker",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="A .speaker file; empty: the average speaker",
    )
    # The options of a take are added from the list of options, below.

    jaw_factor: FloatProperty(
        name="Jaw", default=1.0, min=0.0, max=3.0, description="Factor on the jaw bone's rotation"
    )
    jaw_limit: FloatProperty(
        name="Limit",
        default=math.radians(35),
        min=0.0,
        max=math.pi,
        subtype="ANGLE",
        description="Largest rotation of the jaw bone from rest",
    )
    head_factor: FloatProperty(
        name="Head", default=1.0, min=0.0, max=3.0, description="Factor on the head bone's rotation"
    )
    head_limit: FloatProperty(
        name="Limit",
        default=math.radians(40),
        min=0.0,
        max=math.pi,
        subtype="ANGLE",
        description="Largest rotation of the head bone from rest",
    )
    eye_factor: FloatProperty(
        name="Eyes", default=1.0, min=0.0, max=3.0, description="Factor on the eye bones' rotation"
    )
    eye_limit: FloatProperty(
        name="Limit",
        default=math.radians(40),
        min=0.0,
        max=math.pi,
        subtype="ANGLE",
        description="Largest rotation of the eye bones from rest",
    )

    rig_map: StringProperty(
        options={"HIDDEN"}, description="The edited rig map as JSON; empty: discovered from names"
    )
    shape_rows: CollectionProperty(type=ShapeRow)
    shape_row: IntProperty()
    bone_rows: CollectionProperty(type=BoneRow)
    bone_row: IntProperty()
    take_line: StringProperty(options={"HIDDEN"}, description="The take that is chosen in the list")


def _property(option: Option) -> object:
    """The Blender property of an option."""
    common = {"name": label(option), "description": option.help, "default": option.default}
    if option.kind == "number":
        return FloatProperty(min=option.low, max=option.high, subtype="FACTOR", **common)
    if option.kind == "whole":
        return IntProperty(min=0, **common)
    if option.kind == "switch":
        return BoolProperty(**common)
    return StringProperty(**common)


# Blender reads the properties of a class from its annotations when the class is registered.
for _option in TAKE_OPTIONS:
    FigureSettings.__annotations__[_option.name] = _property(_option)

CLASSES = (ChannelAssignment, SceneSettings, ShapeRow, BoneRow, FigureSettings)


def register() -> None:
    """Registers the property groups, and adds them to scenes and objects."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.metaface = PointerProperty(type=SceneSettings)
    bpy.types.Object.metaface = PointerProperty(type=FigureSettings)


def unregister() -> None:
    """Reverses `register`; data stored in files is kept."""
    del bpy.types.Object.metaface
    del bpy.types.Scene.metaface
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)


def device(context: bpy.types.Context) -> str:
    """The device of the network that is chosen in the preferences."""
    addon = context.preferences.addons.get(ADDON)
    return addon.preferences.device if addon is not None and addon.preferences is not None else "auto"


def absolute_path(path: str, subject: str) -> str:
    """The absolute path of a field's value, empty if it is; raises `UserError` for `//` in an unsaved file."""
    if path.startswith("//") and not bpy.data.filepath:
        raise UserError(
            f"{subject} has a path relative to the .blend file ({path}), but the .blend file was never saved: "
            "save it first, or choose an absolute path"
        )
    return os.path.normpath(bpy.path.abspath(path)) if path else ""


def portable_path(path: str) -> str:
    """The path to store: relative to the .blend file if it is in its folder, so that both can be moved together."""
    folder = os.path.dirname(bpy.data.filepath)
    if not path or not folder or not os.path.abspath(path).startswith(os.path.join(folder, "")):
        return path
    return bpy.path.relpath(path)
