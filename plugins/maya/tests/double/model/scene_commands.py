"""Commands about the scene as a whole: units, time, sound, undo, files, windows."""

from __future__ import annotations

import copy
import importlib.util
import json
from pathlib import Path
from typing import Any

from . import units
from .graph import Current, Scene
from .running import command


@command(undoable=False)
def currentUnit(scene: Scene, query: bool = False, **flags: Any) -> str:
    """The unit of time, length or angle."""
    (name, value), *_ = flags.items()
    if not query:
        scene.settings[name] = value
    return str(scene.settings[name])


@command(undoable=False)
def upAxis(scene: Scene, query: bool = False, axis: Any = None) -> str:
    """The up axis, y or z."""
    return str(scene.settings["axis"])


@command(undoable=False)
def currentTime(scene: Scene, frame: float | None = None, query: bool = False) -> float:
    """The current frame."""
    if frame is not None:
        scene.settings["now"] = units.ticks(frame, scene.settings["time"])
    return units.frames(scene.settings["now"], scene.settings["time"])


@command(undoable=False)
def playbackOptions(scene: Scene, query: bool = False, minTime: Any = None, maxTime: Any = None) -> float | None:
    """The playback range."""
    for name, value in (("min", minTime), ("max", maxTime)):
        if value is not None:
            if query:
                return float(scene.settings[name])
            scene.settings[name] = value
    return None


@command()
def sound(scene: Scene, file: str = "", offset: float = 0.0, name: str = "audio") -> str:
    """Makes an audio node."""
    node = scene.make("audio", name)
    values = {"filename": file, "offset": units.ticks(offset, scene.settings["time"]), "silence": 0, "sourceStart": 0, "sourceEnd": 0}
    for attribute, value in values.items():
        scene.put(scene.values, (node, attribute), value)
    return scene.short(node)


@command(undoable=False)
def timeControl(scene: Scene, control: str, query: bool = False, edit: bool = False, sound: Any = None, displaySound: bool = False) -> str:
    """The sound on the time slider."""
    if edit:
        scene.shown_sound = sound
    return scene.shown_sound


def undoInfo(openChunk: bool = False, closeChunk: bool = False, chunkName: str = "", query: bool = False, undoName: bool = False,
             state: bool = False) -> Any:  # fmt: skip
    """The undo queue."""
    scene = Current.scene
    if openChunk:
        scene.begin(chunkName)
    elif closeChunk:
        scene.end()
    elif undoName:
        return scene.undos[-1][0] if scene.undos else ""
    return state


def undo() -> None:
    """Undoes one step."""
    Current.scene.undo()


def redo() -> None:
    """Redoes one step."""
    Current.scene.redo()


@command(undoable=False)
def about(scene: Scene, batch: bool = False, version: bool = False) -> Any:
    """The version, and whether Maya runs without a window."""
    return bool(scene.settings["batch"]) if batch else "2026 (a double, not Maya)"


@command(undoable=False)
def workspace(scene: Scene, expandName: str = "") -> str:
    """The path of a file in the project."""
    return expandName


@command(undoable=False)
def file(scene: Scene, *names: str, new: bool = False, open: bool = False, force: bool = False, rename: str = "",  # noqa: A002
         save: bool = False, type: str = "", query: bool = False, sceneName: bool = False) -> str:  # fmt: skip
    """Opens scenes that a test has prepared or saved. A saved file lists the curves of the scene."""
    if new or open:
        files, batch = scene.files, scene.settings["batch"]
        if open and names[0] not in files:
            raise RuntimeError(f"File not found: {names[0]}")
        fresh = Current.new()
        fresh.files, fresh.settings["batch"] = files, batch
        if open:
            files[names[0]]()
            fresh.files, fresh.settings["name"] = files, names[0]
    elif rename:
        scene.settings["name"] = rename
    elif save:
        curves = {scene.short(c): len(keys) for c, keys in scene.keys.items()}
        saved = copy.deepcopy({**vars(scene), "files": None, "undos": [], "redos": []})
        scene.files[scene.settings["name"]] = lambda: vars(Current.scene).update(saved)
        Path(scene.settings["name"]).write_text(json.dumps({"curves": curves}), encoding="utf-8")
    return str(Current.scene.settings["name"])


@command(undoable=False)
def progressBar(scene: Scene, control: str, query: bool = False, edit: bool = False, isCancelled: bool = False, **flags: Any) -> bool:
    """Whether a test has pressed Esc."""
    return bool(query and isCancelled and scene.settings.get("esc"))


@command(undoable=False)
def loadPlugin(scene: Scene, name: str, quiet: bool = False) -> list[str]:
    """Loads a plug-in by its path, or the module's plug-in by its name."""
    path = Path(name)
    if not path.suffix:
        path = Path(__file__).resolve().parents[3] / "module" / "plug-ins" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.initializePlugin(None)
    return [path.stem]


@command(undoable=False)
def evalDeferred(scene: Scene, text: str, lowestPriority: bool = False) -> None:
    """Records the text, which the double never runs."""
    scene.calls.append(text)


@command(undoable=False)
def scriptJob(scene: Scene, event: Any = None, parent: str = "") -> int:
    """Does nothing: tests call the callbacks."""
    return 1


@command(undoable=False)
def workspaceControl(scene: Scene, *names: str, **flags: Any) -> Any:
    """Does nothing: there is no window."""
    return False if flags.get("exists") else names[0]


@command(undoable=False)
def menuItem(scene: Scene, *names: str, **flags: Any) -> Any:
    """Does nothing: there is no window."""
    return False if flags.get("exists") else (names[0] if names else "item")


@command(undoable=False)
def deleteUI(scene: Scene, *names: str, **flags: Any) -> None:
    """Does nothing: there is no window."""


@command(undoable=False)
def pluginInfo(scene: Scene, name: str, query: bool = False, loaded: bool = False) -> bool:
    """Every plug-in counts as loaded."""
    return True
