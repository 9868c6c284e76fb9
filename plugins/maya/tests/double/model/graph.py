"""Nodes, attributes and connections in dictionaries. Their changes are recorded in the undo queue.

Values in the dictionaries are never changed in place, so undo restores the old values.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from . import units

_GONE = object()

DERIVED = {"joint": ("joint", "transform", "dagNode"), "transform": ("transform", "dagNode"), "mesh": ("mesh", "dagNode")}


class Scene:
    """The contents of a scene. Nodes are numbers; a plug is (node, attribute)."""

    def __init__(self) -> None:
        self.count = itertools.count(1)
        self.kinds: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.parents: dict[int, int | None] = {}
        self.values: dict[tuple[int, str], Any] = {}
        self.locks: dict[tuple[int, str], bool] = {}
        self.sources: dict[tuple[int, str], tuple[int, str]] = {}
        self.keys: dict[int, tuple[tuple[int, float], ...]] = {}
        self.aliases: dict[int, tuple[str, ...]] = {}
        self.members: dict[int, tuple[tuple[int, str], ...]] = {}
        self.layer_curves: dict[tuple[int, tuple[int, str]], int] = {}
        self.bases: dict[tuple[int, str], tuple[int, str] | None] = {}
        self.order: dict[str, tuple[int, ...]] = {"layers": ()}
        self.settings: dict[str, Any] = {
            "time": "film", "linear": "cm", "angle": "deg", "axis": "y", "now": 0, "min": 1.0, "max": 24.0,
            "batch": False, "name": "",
        }  # fmt: skip
        self.geometry: dict[int, Any] = {}  # skins, targets and histories, which no command changes
        self.selection: list[str] = []
        self.referenced: dict[str, str] = {}  # namespace to file
        self.files: dict[str, Callable[[], None]] = {}
        self.shown_sound = ""
        self.calls: list[str] = []
        self.undos: list[tuple[str, list[Any]]] = []
        self.redos: list[tuple[str, list[Any]]] = []
        self._entry: list[Any] | None = None
        self._depth = 0
        self._name = ""

    # Changes, undo and redo.

    def put(self, where: dict[Any, Any], key: Any, value: Any) -> None:
        """Sets a value and records the change."""
        self._record(where, key, where.get(key, _GONE), value)
        where[key] = value

    def drop(self, where: dict[Any, Any], key: Any) -> None:
        """Removes a value and records the change."""
        if key in where:
            self._record(where, key, where.pop(key), _GONE)

    def _record(self, where: dict[Any, Any], key: Any, old: Any, new: Any) -> None:
        if self._entry is not None:
            self._entry.append((where, key, old, new))

    def begin(self, name: str) -> None:
        """Begins a command or an undo chunk."""
        if self._depth == 0:
            self._entry, self._name = [], name
        self._depth += 1

    def end(self) -> None:
        """Ends it, and adds it to the undo queue if it changed anything."""
        if self._depth == 0:
            raise RuntimeError("No undo chunk is open")
        self._depth -= 1
        if self._depth == 0:
            if self._entry:
                self.undos.append((self._name, self._entry))
                self.redos.clear()
            self._entry = None

    def remember(self, command: Any) -> None:
        """Records a plug-in's command that can undo itself."""
        if self._entry is not None:
            self._entry.append(command)

    def undo(self) -> None:
        """Undoes one step."""
        if self._depth:
            raise RuntimeError("undo inside an open chunk")
        if not self.undos:
            raise RuntimeError("There are no more commands to undo.")
        name, entry = self.undos.pop()
        for change in reversed(entry):
            if isinstance(change, tuple):
                where, key, old, _ = change
                _set(where, key, old)
            else:
                change.undoIt()
        self.redos.append((name, entry))

    def redo(self) -> None:
        """Redoes one step."""
        if not self.redos:
            raise RuntimeError("There are no more commands to redo.")
        name, entry = self.redos.pop()
        for change in entry:
            if isinstance(change, tuple):
                where, key, _, new = change
                _set(where, key, new)
            else:
                change.redoIt()
        self.undos.append((name, entry))

    def snapshot(self) -> dict[str, Any]:
        """A copy of everything that undo restores, for comparison."""
        alive = (self.kinds, self.names, self.parents, self.values, self.locks, self.sources, self.keys, self.aliases,
                 self.members, self.layer_curves, self.bases, self.order)  # fmt: skip
        return {str(at): dict(one) for at, one in enumerate(alive)}

    # Nodes.

    def make(self, kind: str, name: str, parent: int | None = None) -> int:
        """Makes a node; its name gets a number if the name is taken."""
        free, number = name, 1
        while any(free == other and self.parents.get(n) == parent for n, other in self.names.items()):
            free, number = f"{name}{number}", number + 1
        node = next(self.count)
        self.put(self.kinds, node, kind)
        self.put(self.names, node, free)
        self.put(self.parents, node, parent)
        return node

    def destroy(self, node: int) -> None:
        """Deletes a node with its children and connections."""
        for below in [n for n, parent in self.parents.items() if parent == node]:
            self.destroy(below)
        for end, source in list(self.sources.items()):
            if node in (end[0], source[0]):
                self.drop(self.sources, end)
        for where in (self.values, self.locks):
            for plug in [plug for plug in where if plug[0] == node]:
                self.drop(where, plug)
        for table in (self.kinds, self.names, self.parents, self.keys, self.aliases, self.members):
            self.drop(table, node)

    def path(self, node: int) -> str:
        """The long name; for a node outside the hierarchy, its name."""
        if not self.is_dag(node):
            return self.names[node]
        above = self.parents.get(node)
        return f"{self.path(above) if above else ''}|{self.names[node]}"

    def short(self, node: int) -> str:
        """The shortest unique name of a node."""
        parts = self.path(node).split("|")
        for size in range(1, len(parts) + 1):
            name = "|".join(parts[-size:])
            if len(self.find(name)) == 1:
                return name
        return self.path(node)

    def find(self, name: str) -> list[int]:
        """The nodes with this name, full path or end of a path."""
        if name.startswith("|"):
            return [node for node in self.names if self.path(node) == name]
        last = name.rpartition("|")[2]
        same = [node for node, other in self.names.items() if other == last]
        return [n for n in same if "|" not in name or self.path(n).endswith("|" + name)]

    def node(self, name: str) -> int:
        """The only node with this name."""
        found = self.find(name)
        if len(found) != 1:
            raise ValueError(f"No object matches name: {name}" if not found else f"More than one object: {name}")
        return found[0]

    def plug(self, name: str) -> tuple[int, str]:
        """The plug `node.attribute`; an alias becomes its attribute."""
        at, _, attribute = name.partition(".")
        node = self.node(at)
        aliases = self.aliases.get(node, ())
        if attribute in aliases:
            return node, f"weight[{aliases.index(attribute)}]"
        return node, attribute

    def plug_name(self, plug: tuple[int, str]) -> str:
        """The name that commands return, with a target's alias."""
        node, attribute = plug
        if self.kinds[node] == "blendShape" and attribute.startswith("weight["):
            attribute = self.aliases[node][int(attribute[7:-1])]
        return f"{self.short(node)}.{attribute}"

    def is_dag(self, node: int) -> bool:
        """Whether a node is part of the hierarchy."""
        return self.kinds.get(node) in DERIVED

    def is_a(self, node: int, kind: str) -> bool:
        """Whether a node has this type or is derived from it."""
        node_kind = self.kinds[node]
        is_derived = kind in DERIVED.get(node_kind, (node_kind,))
        return is_derived or (kind == "animCurve" and node_kind.startswith("animCurve"))

    # Units.

    def scale(self, attribute: str) -> float:
        """Internal units per unit shown to the user."""
        if attribute.startswith(("rotate", "jointOrient")) and attribute != "rotateOrder":
            return units.RADIANS[self.settings["angle"]]
        if attribute.startswith("translate"):
            return units.CENTIMETRES[self.settings["linear"]]
        return 1.0


def _set(where: dict[Any, Any], key: Any, value: Any) -> None:
    if value is _GONE:
        where.pop(key, None)
    else:
        where[key] = value


class Current:
    """The open scene, which the modules of `maya` use."""

    scene = Scene()

    @classmethod
    def new(cls) -> Scene:
        """Opens a new scene."""
        cls.scene = Scene()
        return cls.scene
