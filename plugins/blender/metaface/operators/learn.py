"""Learn a speaker here: the animator's own ten seconds teach the rest of the film."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import os

import bpy
from bpy.props import BoolProperty, StringProperty

from .. import figure, jobs, learning, lines, trouble, wording
from . import ready

SUFFIX = ".speaker"
SAID = ("speaker_name", "instant", "consent", "licence")  # what is said beside the list of files


class METAFACE_OT_learn(jobs.Working, bpy.types.Operator):
    """Learn how this character talks from its keyed or captured shapes and the sound, into a speaker file"""

    bl_idname = "metaface.learn"
    bl_label = "Learn a Speaker Here"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="Speaker file", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    filter_glob: StringProperty(default=f"*{SUFFIX}", options={"HIDDEN"})
    speaker_name: StringProperty(name="Name", description="Who it is; empty: the file's name", options={"SKIP_SAVE"})
    instant: BoolProperty(
        name="At once",
        default=False,
        description="Without fitting: seconds instead of a minute, and less like the speaker",
    )
    consent: StringProperty(
        name="Consent", description="What the person agreed to. A speaker is personal data", options={"SKIP_SAVE"}
    )
    licence: StringProperty(name="Licence", description="Under which terms it may be used", options={"SKIP_SAVE"})
    asked: BoolProperty(options={"HIDDEN", "SKIP_SAVE"})
    warning: StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """A character."""
        return ready.character(cls, context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Beside the list of files."""
        layout = self.layout
        layout.use_property_split = True
        for name in SAID:
            layout.prop(self, name)
        if self.warning:
            wording.paragraph(layout, context, self.warning, "ERROR")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Asks for the file first."""
        if self.filepath:
            return super().invoke(context, event)
        found = lines.selected(context)
        self.filepath = bpy.path.clean_name(found.name if found else "speaker") + SUFFIX
        self.asked, self.warning = True, _warning(context, found)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """After the list of files the work goes on in a thread; scripts do it directly."""
        if self.asked and not bpy.app.background:
            said = {name: getattr(self, name) for name in ("filepath", *SAID)}
            try:
                bpy.ops.metaface.learn("INVOKE_DEFAULT", **said)
            except RuntimeError as error:  # how Blender hands on the report of an operator that was called
                self.report({"ERROR"}, str(error).removeprefix("Error:").strip())
            return {"CANCELLED"}
        return super().execute(context)

    def plan(self, context: bpy.types.Context) -> jobs.Plan:
        """The sounds of the panel, and what the character does meanwhile."""
        if not self.filepath or self.filepath.endswith(("/", "\\")):
            raise trouble.Trouble("Give the speaker file a name")
        path = lines.absolute(self.filepath, "The speaker file")
        if not path.lower().endswith(SUFFIX):
            path += SUFFIX
        name = self.speaker_name or os.path.basename(path)[: -len(SUFFIX)]
        wishes = learning.Wishes(path, name, self.instant, self.consent, self.licence)
        return learning.plan(context, lines.chosen_figure(context), wishes)


def _warning(context: bpy.types.Context, found: figure.Figure | None) -> str:
    """What to know before learning; what is wrong altogether is said when it begins."""
    try:
        return learning.own_takes(context, found) if found is not None else ""
    except Exception:  # no sound chosen, or none that can be read
        return ""


CLASSES = (METAFACE_OT_learn,)
