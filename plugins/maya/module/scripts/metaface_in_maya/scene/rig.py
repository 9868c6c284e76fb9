"""A character's rig map: found by names, or edited and then stored on the character."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..core.figures import Figure
from ..host import rig_map as host_rig_map
from ..host.errors import UserError
from ..host.library import metaface
from ..host.motion import UNLIMITED, Limits
from ..host.options import Options
from . import storage
from .undo import undo_step


def is_edited(figure: Figure) -> bool:
    """Whether the character has an edited map."""
    return bool(storage.character_settings(figure.root).get("rigMap"))


def rig_map(figure: Figure, character: Any) -> Any:
    """The `metaface.RigMap`: the edited map, else the map found by names."""
    package = metaface()
    edited = storage.character_settings(figure.root).get("rigMap")
    return package.RigMap.from_json(json.dumps(edited)) if edited else package.RigMap.discover(character)


def require_usable(figure: Figure, report: Any) -> None:
    """Raises `UserError` if nothing would move."""
    remedy = "Edit its rig map: -query -rigMap returns it, -rigMap loads it; the panel has Save and Load"
    host_rig_map.require_usable(figure.name, report, remedy)


def load(figure: Figure, file: str) -> None:
    """Stores a file's map on the character; with an empty name, removes the stored map."""
    text = json.loads(metaface().RigMap.open(file).to_json()) if file else None
    with undo_step("MetaFace rig map"):
        storage.change_character_settings(figure.root, rigMap=text)


def load_text(figure: Figure, text: str) -> None:
    """Stores an edited map, after the package has checked it."""
    checked = json.loads(metaface().RigMap.from_json(text).to_json())
    with undo_step("MetaFace rig map"):
        storage.change_character_settings(figure.root, rigMap=checked)


def save(figure: Figure, file: str) -> None:
    """Writes the map to a file."""
    if Path(file).suffix.lower() != ".json":
        raise UserError(f"The name of a rig map must end in .json: {file}")
    rig_map(figure, figure.character()).save(file)


def limits(figure: Figure, report: Any, options: Options) -> Limits:
    """The rotation limits of jaw, head and eyes, per joint index of the figure."""
    factors = {"jaw": options.jaw, "head": options.head_turn, "eye": options.eye_turn}
    limit_of = {kind: (factor, UNLIMITED[1]) for kind, factor in factors.items()}
    return host_rig_map.limits(report, [joint.name for joint in figure.joints], limit_of)
