"""What the artist sets, stored in the .blend: on the scene, and on each character's root object."""

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

from . import rows, version

SOURCES = (
    ("FILE", "File", "A sound file, from a frame of your choice"),
    ("STRIP", "Strip", "The active sound strip of the sequencer, at its place"),
    ("ALL", "All strips", "Every sound strip of the scene; a table says which channel is whose voice"),
)


def _spoken_by(_self: "ChannelVoice", candidate: bpy.types.Object) -> bool:
    return candidate.type in {"ARMATURE", "EMPTY"} or (
        candidate.type == "MESH" and candidate.data.shape_keys is not None
    )


class ChannelVoice(bpy.types.PropertyGroup):
    """Who speaks on a channel of the sequencer."""

    channel: IntProperty(name="Channel", min=1, description="The sequencer's channel")
    character: PointerProperty(
        name="Character",
        type=bpy.types.Object,
        poll=_spoken_by,
        description="Any part of the character who speaks on this channel",
    )
    speaker: StringProperty(
        name="Speaker",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="A speaker file for this channel; empty: the character's own",
    )
    use: BoolProperty(name="Use", default=True, description="Generate the lines of this channel")


class SceneSettings(bpy.types.PropertyGroup):
    """What is spoken."""

    source: EnumProperty(name="Sound", items=SOURCES, default="FILE", description="Where what is spoken comes from")
    sound_file: StringProperty(
        name="Sound",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="WAV, MP3, FLAC, OGG, M4A and others, of any sample rate",
    )
    file_frame: IntProperty(name="Start", default=1, description="The frame at which the sound begins")
    add_strip: BoolProperty(
        name="Put the sound on the timeline",
        default=True,
        description="Add the sound to the sequencer at this frame, so that you hear it",
    )
    channels: CollectionProperty(type=ChannelVoice)
    channel_index: IntProperty()


class FigureSettings(bpy.types.PropertyGroup):
    """How a character speaks; stored on its root object."""

    speaker: StringProperty(
        name="Speaker",
        subtype="FILE_PATH",
        options=version.RELATIVE_PATHS,
        description="How somebody talks: a .speaker file. Empty: the average speaker",
    )
    style_strength: FloatProperty(
        name="Style",
        default=1.0,
        min=0.0,
        max=2.0,
        subtype="FACTOR",
        description="How much of the speaker: 0 is the average speaker, 2 exaggerates",
    )
    strength: FloatProperty(
        name="Strength", default=1.0, min=0.0, max=2.0, subtype="FACTOR", description="How far everything moves"
    )
    liveliness: FloatProperty(
        name="Liveliness",
        default=1.0,
        min=0.0,
        max=2.0,
        subtype="FACTOR",
        description="Blinks, brows, gaze and head: 0 leaves the lips alone to move",
    )
    use_smoothing: BoolProperty(
        name="Smooth", default=False, description="Smooth the motion; lip closures are still met"
    )
    smoothing: FloatProperty(
        name="Smoothing", default=0.3, min=0.0, max=1.0, subtype="FACTOR", description="How much is smoothed away"
    )
    gains: StringProperty(
        name="Gains",
        description="Channels times a factor, or plus an offset: JawOpen=1.2, MouthSmile*=0.8, HeadPitch+=0.05",
    )
    seed: IntProperty(
        name="Seed", default=7, min=0, description="The same seed gives the same blinks, glances and nods"
    )
    head: BoolProperty(name="Head", default=True, description="Move the head")
    eyes: BoolProperty(name="Eyes", default=True, description="Move and blink the eyes")

    jaw_factor: FloatProperty(name="Jaw", default=1.0, min=0.0, max=3.0, description="Factor on the jaw bone's turns")
    jaw_limit: FloatProperty(
        name="Limit",
        default=math.radians(35),
        min=0.0,
        max=math.pi,
        subtype="ANGLE",
        description="The jaw bone turns no further from rest than this",
    )
    head_factor: FloatProperty(
        name="Head", default=1.0, min=0.0, max=3.0, description="Factor on the head bone's turns"
    )
    head_limit: FloatProperty(
        name="Limit",
        default=math.radians(40),
        min=0.0,
        max=math.pi,
        subtype="ANGLE",
        description="The head bone turns no further from rest than this",
    )
    eye_factor: FloatProperty(name="Eyes", default=1.0, min=0.0, max=3.0, description="Factor on the eye bones' turns")
    eye_limit: FloatProperty(
        name="Limit",
        default=math.radians(40),
        min=0.0,
        max=math.pi,
        subtype="ANGLE",
        description="The eye bones turn no further from rest than this",
    )

    rig_map: StringProperty(
        options={"HIDDEN"}, description="The rig map as JSON, once it was edited; empty: found by names"
    )
    shape_rows: CollectionProperty(type=rows.ShapeRow)
    shape_row: IntProperty()
    bone_rows: CollectionProperty(type=rows.BoneRow)
    bone_row: IntProperty()
    take_line: StringProperty(options={"HIDDEN"}, description="The take that is chosen in the list")


CLASSES = (ChannelVoice, SceneSettings, FigureSettings)


def register() -> None:
    """Registers the groups and hangs them on scenes and objects."""
    for cls in (*rows.CLASSES, *CLASSES):
        bpy.utils.register_class(cls)
    bpy.types.Scene.metaface = PointerProperty(type=SceneSettings)
    bpy.types.Object.metaface = PointerProperty(type=FigureSettings)


def unregister() -> None:
    """The reverse; what is stored in files stays there."""
    del bpy.types.Object.metaface
    del bpy.types.Scene.metaface
    for cls in reversed((*rows.CLASSES, *CLASSES)):
        bpy.utils.unregister_class(cls)
