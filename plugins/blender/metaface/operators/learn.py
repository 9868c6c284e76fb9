"""Learn a speaker from the animation in the scene; ten seconds are enough for a film."""

# No `from __future__ import annotations` in files with properties: Blender reads them from the annotations.

import os

import bpy
from bpy.props import BoolProperty, StringProperty

from .. import errors, figure, jobs, learning, paths, selection, wording
from . import ready

SUFFIX = ".speaker"
DIALOG_FIELDS = ("speaker_name", "instant", "consent", "licence")  # properties shown in the file browser


class METAFACE_OT_learn(jobs.BackgroundOperator, bpy.types.Operator):
    """Learn how this character talks from its keyed or captured shapes and the sound, into a speaker file"""

    bl_idname = "metaface.learn"
    bl_label = "Learn a Speaker Here"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="Speaker file", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    filter_glob: StringProperty(default=f"*{SUFFIX}", options={"HIDDEN"})
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

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Requires a character."""
        return ready.character(cls, context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Draws the options in the file browser."""
        layout = self.layout
        layout.use_property_split = True
        for name in DIALOG_FIELDS:
            layout.prop(self, name)
        if self.warning:
            wording.paragraph(layout, context, self.warning, "ERROR")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Opens the file browser if there is no path yet."""
        if self.filepath:
            return super().invoke(context, event)
        found = selection.selected_figure(context)
        self.filepath = bpy.path.clean_name(found.name if found else "speaker") + SUFFIX
        self.asked, self.warning = True, _warning(context, found)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Starts the thread after the file browser; runs directly for scripts."""
        if self.asked and not bpy.app.background:
            values = {name: getattr(self, name) for name in ("filepath", *DIALOG_FIELDS)}
            try:
                bpy.ops.metaface.learn("INVOKE_DEFAULT", **values)
            except RuntimeError as error:  # Blender raises the error report of the called operator
                self.report({"ERROR"}, str(error).removeprefix("Error:").strip())
            return {"CANCELLED"}
        return super().execute(context)

    def plan(self, context: bpy.types.Context) -> jobs.Plan:
        """The plan for the panel's sounds and the character's motion during them."""
        if not self.filepath or self.filepath.endswith(("/", "\\")):
            raise errors.UserError("Enter a name for the speaker file")
        path = paths.absolute(self.filepath, "The speaker file")
        if not path.lower().endswith(SUFFIX):
            path += SUFFIX
        name = self.speaker_name or os.path.basename(path)[: -len(SUFFIX)]
        options = learning.LearningOptions(path, name, self.instant, self.consent, self.licence)
        return learning.plan(context, selection.chosen_figure(context), options)


def _warning(context: bpy.types.Context, found: figure.Figure | None) -> str:
    """A warning for the file browser. Errors are reported when learning starts."""
    try:
        return learning.generated_take_warning(context, found) if found is not None else ""
    except Exception:  # no sound is chosen, or it cannot be read
        return ""


CLASSES = (METAFACE_OT_learn,)
