"""metafaceAdapt: a speaker is learned from keys that lie in the scene, or from files."""

from __future__ import annotations

from typing import Any

from ..core.trouble import Trouble
from ..scene import cast, kept, learning, sounds, units
from .flagged import Flagged
from .flags import Flag, Given
from .running import run, warn

FLAGS = (
    Flag("output", "o", "text", "the .speaker file to write"),
    Flag("name", "n", "text", "the speaker's name; the file's without"),
    Flag("audio", "a", "text", "a sound on the timeline that the character was keyed to; may be repeated", multi=True),
    Flag("sound", "s", "text", "a sound file that the character was keyed to, or that -curves was captured with", multi=True),
    Flag("start", "st", "time", "the frame at which -sound begins; the current frame without"),
    Flag("curves", "c", "text", "a capture to learn from instead of the character, one for each -sound", multi=True),
    Flag("instant", "i", "bool", "without gradient steps: a second instead of several"),
    Flag("consent", "con", "text", "the performer's consent, as you state it"),
    Flag("licence", "lic", "text", "the licence of the speaker's file, as you state it"),
    Flag("device", "dev", "text", "auto, cpu or cuda; auto without"),
    Flag("speaker", "sp", "switch", "the character's speaker file", query=True),
)


class Adapt(Flagged):
    """The file stays after an undo; the character's speaker is set in a step of its own."""

    name = "metafaceAdapt"
    flags = FLAGS

    def answer_to(self, given: Given) -> str:
        """The speaker that the character has, or the file that was written."""
        if given.query:
            figure = cast.figure_of(given.objects)
            return str(kept.of_character(figure.root).get("speaker", ""))
        return act(given)


def act(given: Given) -> str:
    """Learns; gives the file that was written."""
    if "output" not in given.values:
        raise Trouble("Say where the speaker's file goes: -output anna.speaker")
    wishes = learning.Wishes(
        given.get("output"),
        given.get("name", ""),
        bool(given.get("instant", False)),
        given.get("consent", ""),
        given.get("licence", ""),
    )
    device = given.get("device", "auto")
    path, warnings = run(_plan(given, wishes, device))
    warn(warnings)
    return str(path)


def _plan(given: Given, wishes: learning.Wishes, device: str) -> Any:
    files, captures = given.get("sound", []), given.get("curves", [])
    if captures:
        if len(files) != len(captures):
            raise Trouble(f"{len(files)} -sound and {len(captures)} -curves: one of each for every take")
        return learning.from_files(list(zip(files, captures)), wishes, device)
    start = given.get("start", units.now())
    heard = [(path, sounds.file_at(path, start)) for path in files]
    if not files:
        heard = learning.heard_on_timeline(given.get("audio", []))
    return learning.plan(cast.figure_of(given.objects), heard, wishes, device)
