"""Learn a speaker from the animation in the scene and its sound; ten seconds are enough for a film."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..host import learning, library
from ..host.errors import UserError
from ..host.jobs import Plan
from ..host.learning import SpeakerFile
from ..host.placement import Placement
from ..scene import characters, layers, lines, rig, sounds
from ..scene.characters import Figure
from ..scene.settings import absolute_path, device, portable_path
from .layout import paragraph
from .operator import BackgroundOperator, CharacterOperator

_DIALOG_FIELDS = ("speaker_name", "instant", "consent", "licence")  # properties shown in the file browser


def plan(context: bpy.types.Context, found: Figure, file: SpeakerFile) -> Plan:
    """The plan that learns a speaker from the sounds that are chosen in the panel."""
    rate = sounds.rate_of(context.scene)
    chosen = _sounds(context, found)

    def reference(sound: str, placement: Placement) -> learning.ReferenceTake:
        def recover() -> Any:
            return rig.recover_clip(found, placement.first_visible, placement.last_visible, rate)

        return learning.reference_take(found.name, sound, placement, recover)

    takes = [reference(*each) for each in chosen]
    warning = _overlap_warning(found, chosen)
    root = found.root.name

    def finish(size: int) -> str:
        owner = bpy.data.objects.get(root)
        if owner is not None:
            owner.metaface.speaker = portable_path(file.path)
        summary = learning.summary(file, size, root)
        return f"{summary}\n{warning}" if warning else summary

    return learning.plan(lambda: [take.pair() for take in takes], file, device(context), finish)


def _sounds(context: bpy.types.Context, found: Figure) -> list[tuple[str, Placement]]:
    """The sounds to learn from and their placements: the file, the active strip, or all strips of this character."""
    source = context.scene.metaface.source
    if source == "FILE":
        line = lines.from_panel(context, found)
        seconds = library.metaface().Sound.open(line.sound).duration
        return [(line.sound, Placement.untrimmed(line.at_frame, seconds, sounds.rate_of(context.scene)))]
    chosen = lines.collect(context)
    if source == "ALL":
        chosen = [line for line in chosen if line.root == found.root.name]
        if not chosen:
            raise UserError(f"No strip is on a channel of “{found.name}”: press “Read channels” and assign it there")
    return [(line.sound, line.placement) for line in chosen]


def generated_take_warning(context: bpy.types.Context, found: Figure) -> str:
    """A warning if the chosen sounds overlap generated takes; empty otherwise."""
    return _overlap_warning(found, _sounds(context, found))


def _overlap_warning(found: Figure, chosen: list[tuple[str, Placement]]) -> str:
    """As above, for these sounds. Imported captures and muted takes need no warning."""
    generated = [
        (take.label, take.frame_start, take.frame_end)
        for take in layers.takes(found)
        if take.shown and take.info.get("kind") != "clip"
    ]
    return learning.generated_warning(generated, [placement for _, placement in chosen])


def _warning(context: bpy.types.Context, found: Figure | None) -> str:
    """A warning for the file browser. Errors are reported when learning starts."""
    try:
        return generated_take_warning(context, found) if found is not None else ""
    except Exception:  # no sound is chosen, or it cannot be read
        return ""


class METAFACE_OT_learn(CharacterOperator, BackgroundOperator, bpy.types.Operator):
    """Learn how this character talks from its keyed or captured shapes and the sound, into a speaker file"""

    bl_idname = "metaface.learn"
    bl_label = "Learn a Speaker Here"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="Speaker file", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    filter_glob: StringProperty(default=f"*{learning.ENDING}", options={"HIDDEN"})
    speaker_name: StringProperty(
        name="Name", description="Name of the speaker; empty: the file's name", options={"SKIP_SAVE"}
    )
    instant: BoolProperty(
        name="Instant",
        default=False,
        description="Learn without fitting: takes seconds instead of a minute, but resembles the speaker less",
    )
    consent: StringProperty(
        name="Consent", description="What the person agreed to. A speaker is personal data", options={"SKIP_SAVE"}
    )
    licence: StringProperty(name="Licence", description="Terms of use", options={"SKIP_SAVE"})
    asked: BoolProperty(options={"HIDDEN", "SKIP_SAVE"})
    warning: StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def draw(self, context: bpy.types.Context) -> None:
        """Draws the options in the file browser."""
        layout = self.layout
        layout.use_property_split = True
        for name in _DIALOG_FIELDS:
            layout.prop(self, name)
        if self.warning:
            paragraph(layout, context, self.warning, "ERROR")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Opens the file browser if there is no path yet."""
        if self.filepath:
            return super().invoke(context, event)
        found = characters.selected(context)
        self.filepath = bpy.path.clean_name(found.name if found else "speaker") + learning.ENDING
        self.asked, self.warning = True, _warning(context, found)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Starts the thread after the file browser; runs directly for scripts."""
        if self.asked and not bpy.app.background:
            values = {name: getattr(self, name) for name in ("filepath", *_DIALOG_FIELDS)}
            try:
                bpy.ops.metaface.learn("INVOKE_DEFAULT", **values)
            except RuntimeError as error:  # Blender raises the error report of the called operator
                self.report({"ERROR"}, str(error).removeprefix("Error:").strip())
            return {"CANCELLED"}
        return super().execute(context)

    def plan(self, context: bpy.types.Context) -> Plan:
        """The plan for the panel's sounds and the character's motion during them."""
        if not self.filepath or self.filepath.endswith(("/", "\\")):
            raise UserError("Enter a name for the speaker file")
        path = absolute_path(self.filepath, "The speaker file")
        if not path.lower().endswith(learning.ENDING):
            path += learning.ENDING
        file = SpeakerFile(path, self.speaker_name, self.instant, self.consent, self.licence)
        return plan(context, characters.require_selected(context), file)


CLASSES = (METAFACE_OT_learn,)
