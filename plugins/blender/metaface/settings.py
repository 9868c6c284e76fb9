"""The user's settings, stored in the .blend on the scene and on each character's root object."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import math

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

from . import option_table, rows, version

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


class FigureSettings(bpy.types.PropertyGroup):
    """The settings of a character; stored on its root object."""

    speaker: StringProperty(
        name="Speaker",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="A .speaker file; empty: the average speaker",
    )
    # Style strength and the animation options are added from the list of options, below.

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
    shape_rows: CollectionProperty(type=rows.ShapeRow)
    shape_row: IntProperty()
    bone_rows: CollectionProperty(type=rows.BoneRow)
    bone_row: IntProperty()
    take_line: StringProperty(options={"HIDDEN"}, description="The take that is chosen in the list")


# The options that become properties, without the frame rate: Blender's scenes define it.
OPTIONS = tuple(
    option
    for option in option_table.OPTIONS
    if option.name == "style_strength" or (option.is_animation and option.kind != "rate")
)


def _property(option: option_table.Option) -> object:
    """The Blender property of an option."""
    label = option.name.replace("_", " ").capitalize()
    common = {"name": label, "description": option.help, "default": option.default}
    if option.kind == "number":
        return FloatProperty(min=option.low, max=option.high, subtype="FACTOR", **common)
    if option.kind == "whole":
        return IntProperty(min=0, **common)
    if option.kind == "switch":
        return BoolProperty(**common)
    return StringProperty(**common)


# Blender reads the properties of a class from its annotations when the class is registered.
for _option in OPTIONS:
    FigureSettings.__annotations__[_option.name] = _property(_option)

CLASSES = (ChannelAssignment, SceneSettings, FigureSettings)


def register() -> None:
    """Registers the property groups, and adds them to scenes and objects."""
    for cls in (*rows.CLASSES, *CLASSES):
        bpy.utils.register_class(cls)
    bpy.types.Scene.metaface = PointerProperty(type=SceneSettings)
    bpy.types.Object.metaface = PointerProperty(type=FigureSettings)


def unregister() -> None:
    """Reverses `register`; data stored in files is kept."""
    del bpy.types.Object.metaface
    del bpy.types.Scene.metaface
    for cls in reversed((*rows.CLASSES, *CLASSES)):
        bpy.utils.unregister_class(cls)
