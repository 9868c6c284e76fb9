"""metafaceAdapt: learns a speaker from keys in the scene, or from files."""

from __future__ import annotations

from ..host.errors import UserError
from ..host.jobs import Plan
from ..host.learning import SpeakerFile
from ..scene import characters, learning, sounds, storage, units
from .flag_command import FlagCommand
from .flags import Arguments, Flag
from .running import run, warn

FLAGS = (
    Flag("output", "o", "text", "Speaker file to write"),
    Flag("name", "n", "text", "Name of the speaker; defaults to the file's name"),
    Flag("audio", "a", "text", "Audio node that the character was keyed to; may be repeated", multi=True),
    Flag(
        "sound",
        "s",
        "text",
        "Sound file that the character was keyed to, or that -curves was recorded with; may be repeated",
        multi=True,
    ),
    Flag("start", "st", "time", "First frame of -sound; defaults to the current frame"),
    Flag("curves", "c", "text", "Capture to learn from instead of the character, one for each -sound", multi=True),
    Flag("instant", "i", "bool", "Learn without gradient steps, in a second instead of several"),
    Flag("consent", "con", "text", "The performer's consent, as you state it"),
    Flag("licence", "lic", "text", "The licence of the speaker file, as you state it"),
    Flag("device", "dev", "text", "auto, cpu or cuda; defaults to auto"),
    Flag("speaker", "sp", "switch", "The character's speaker file", query=True),
)


class AdaptCommand(FlagCommand):
    """Undo restores the character's speaker; the speaker file stays."""

    name = "metafaceAdapt"
    flags = FLAGS

    def execute(self, arguments: Arguments) -> str:
        """Returns the character's speaker file, or the file that was written."""
        if arguments.query:
            figure = characters.figure_of(arguments.objects)
            return str(storage.character_settings(figure.root).get("speaker", ""))
        return learn(arguments)


def learn(arguments: Arguments) -> str:
    """Learns a speaker and returns the path of its file."""
    if "output" not in arguments.values:
        raise UserError("No speaker file: name the file to write with -output anna.speaker")
    file = SpeakerFile(
        arguments.get("output"),
        arguments.get("name", ""),
        bool(arguments.get("instant", False)),
        arguments.get("consent", ""),
        arguments.get("licence", ""),
    )
    learned: learning.Learned = run(_plan(arguments, file, arguments.get("device", "auto")))
    warn([learned.warning] if learned.warning else [])
    return learned.path


def _plan(arguments: Arguments, file: SpeakerFile, device: str) -> Plan:
    files, captures = arguments.get("sound", []), arguments.get("curves", [])
    if captures:
        if len(files) != len(captures):
            raise UserError(f"{len(files)} -sound and {len(captures)} -curves: give one of each for every take")
        return learning.from_files(list(zip(files, captures)), file, device)
    start = arguments.get("start", units.now())
    sources = [(path, sounds.file_at(path, start)) for path in files]
    if not files:
        sources = learning.sounds_on_timeline(arguments.get("audio", []))
    return learning.plan(characters.figure_of(arguments.objects), sources, file, device)
