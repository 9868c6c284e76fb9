"""A character's rig map: found by its names, or edited and then kept on the character."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..core.figures import Figure
from ..core.keys import Limits
from ..core.library import metaface
from ..core.options import Options
from ..core.trouble import Trouble
from . import kept
from .undo import step


def is_edited(figure: Figure) -> bool:
    """Whether the map is the artist's own."""
    return bool(kept.of_character(figure.root).get("rigMap"))


def rig_map(figure: Figure, character: Any, file: str = "") -> Any:
    """`metaface.RigMap`: of this file, or the edited one, or what the names say today."""
    package = metaface()
    if file:
        return package.RigMap.open(file)
    edited = kept.of_character(figure.root).get("rigMap")
    return package.RigMap.from_json(json.dumps(edited)) if edited else package.RigMap.discover(character)


def usable(figure: Figure, report: Any) -> None:
    """Raises what is to be done, where nothing would move."""
    if not report.usable:
        raise Trouble(
            f"“{figure.name}” would not move: no name of its targets and joints is understood. Edit its rig map: "
            "-query -rigMap writes it, -rigMap reads it; the panel has Save and Load"
        )


def load(figure: Figure, file: str) -> None:
    """Keeps a file's map with the character; an empty name goes back to the names."""
    text = json.loads(metaface().RigMap.open(file).to_json()) if file else None
    with step("MetaFace rig map"):
        kept.change_character(figure.root, rigMap=text)


def load_text(figure: Figure, text: str) -> None:
    """Keeps an edited map, checked by the package."""
    checked = json.loads(metaface().RigMap.from_json(text).to_json())
    with step("MetaFace rig map"):
        kept.change_character(figure.root, rigMap=checked)


def save(figure: Figure, file: str) -> None:
    """Writes the map to a file."""
    if Path(file).suffix.lower() != ".json":
        raise Trouble(f"A rig map is a JSON file: give it a name that ends in .json: {file}")
    rig_map(figure, figure.character()).save(file)


def limits(figure: Figure, report: Any, options: Options) -> Limits:
    """How far jaw, head and eyes turn, per joint of the figure."""
    names = {joint.name: index for index, joint in enumerate(figure.joints)}
    factors = {"jaw": options.jaw, "head": options.head_turn, "eye": options.eye_turn}
    found = {}
    for one in report.driven_joints:
        factor = factors.get(kind_of(one.channels), 1.0)
        if factor != 1.0 and one.joint in names:
            found[names[one.joint]] = (factor, math.pi)
    return found


def kind_of(channels: list[str]) -> str:
    """`jaw`, `head` or `eye`, by the channels that turn a joint."""
    words = " ".join(channels).lower()
    return next((kind for kind in ("jaw", "head", "eye") if kind in words), "")
