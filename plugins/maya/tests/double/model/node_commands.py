"""Commands about nodes, attributes and connections."""

from __future__ import annotations

from typing import Any

from . import animation, units
from .graph import Scene
from .running import command, names_in

TIMES = {"offset", "silence", "sourceStart", "sourceEnd"}


@command(undoable=False)
def ls(scene: Scene, *names: Any, type: str = "", long: bool = False, dagObjects: bool = False, selection: bool = False,
       noIntermediate: bool = False, uuid: bool = False) -> list[str]:  # fmt: skip
    """Nodes by name, type and hierarchy."""
    # Without names Maya lists all nodes.
    if names_in(names) or selection:
        nodes = [node for name in (scene.selection if selection else names_in(names)) for node in scene.find(name.partition(".")[0])]
    else:
        nodes = list(scene.names)
    if dagObjects:
        nodes = [below for node in nodes for below in _tree(scene, node)]
    if noIntermediate:
        nodes = [node for node in nodes if not scene.values.get((node, "intermediateObject"))]
    chosen = [node for node in dict.fromkeys(nodes) if not type or scene.is_a(node, type)]
    if uuid:
        return [f"{id(scene)}-{node}" for node in chosen]
    return [scene.path(node) if long else scene.short(node) for node in chosen]


def _tree(scene: Scene, node: int) -> list[int]:
    found = [node]
    for below in [n for n, parent in scene.parents.items() if parent == node]:
        found += _tree(scene, below)
    return found


@command(undoable=False)
def objExists(scene: Scene, name: str) -> bool:
    """Whether a node of this name exists."""
    return bool(scene.find(name.partition(".")[0]))


@command(undoable=False)
def nodeType(scene: Scene, name: str, inherited: bool = False) -> Any:
    """The type of a node."""
    kind = scene.kinds[scene.node(name.partition(".")[0])]
    from .graph import DERIVED

    return list(DERIVED.get(kind, (kind,))) if inherited else kind


@command(undoable=False)
def listRelatives(scene: Scene, name: str, shapes: bool = False, type: str = "", noIntermediate: bool = False,
                  fullPath: bool = False) -> list[str] | None:  # fmt: skip
    """The shapes below a transform."""
    node = scene.node(name)
    found = [n for n, parent in scene.parents.items() if parent == node and scene.kinds[n] == "mesh"]
    return [scene.path(n) if fullPath else scene.short(n) for n in found] or None


@command(undoable=False)
def listHistory(scene: Scene, name: str, pruneDagObjects: bool = False) -> list[str] | None:
    """The deformers of a mesh."""
    history = scene.geometry.get(scene.node(name), {}).get("history", ())
    return [scene.short(node) for node in history] or None


@command(undoable=False)
def listConnections(scene: Scene, name: str, source: bool = True, destination: bool = True, plugs: bool = False,
                    skipConversionNodes: bool = False, type: str = "") -> list[str] | None:  # fmt: skip
    """The source of an attribute."""
    found = scene.sources.get(scene.plug(name))
    if found is None or (type and not scene.is_a(found[0], type)):
        return None
    return [scene.plug_name(found) if plugs else scene.short(found[0])]


@command(undoable=False)
def listAttr(scene: Scene, name: str, multi: bool = False) -> list[str] | None:
    """The aliases of the targets."""
    return list(scene.aliases[scene.plug(name)[0]]) or None


@command(undoable=False)
def aliasAttr(scene: Scene, name: str, query: bool = False) -> list[str] | None:
    """Aliases and attributes in turn."""
    aliases = scene.aliases.get(scene.node(name), ())
    return [word for at, alias in enumerate(aliases) for word in (alias, f"weight[{at}]")] or None


@command(undoable=False)
def getAttr(scene: Scene, name: str, time: float | None = None, lock: bool = False, keyable: bool = False,
            multiIndices: bool = False) -> Any:  # fmt: skip
    """A value in the user's units, now or at a time."""
    plug = scene.plug(name)
    if ".inputTarget[" in name:
        node, target = scene.node(name.partition(".")[0]), int(name.split("inputTargetGroup[")[1].partition("]")[0])
        return list(scene.geometry[node]["components"][target])
    if lock:
        return bool(scene.locks.get(plug))
    if keyable:
        return scene.values.get((plug[0], f"{plug[1]}:keyable"), True)
    if multiIndices:
        return list(range(len(scene.aliases[plug[0]]))) or None
    at = scene.settings["now"] if time is None else units.ticks(time, scene.settings["time"])
    value = animation.value_at(scene, plug, at)
    if plug[1] in TIMES:
        return units.frames(int(value), scene.settings["time"])
    return value / scene.scale(plug[1]) if isinstance(value, float) else value


@command()
def setAttr(scene: Scene, name: str, value: Any = None, type: str = "", lock: bool | None = None) -> None:
    """Sets a value in the user's units."""
    plug = scene.plug(name)
    if lock is not None:
        scene.put(scene.locks, plug, lock)
        return
    if scene.locks.get(plug) or plug in scene.sources:
        raise RuntimeError(f"setAttr: The attribute '{name}' is locked or connected and cannot be modified.")
    if plug[1] in TIMES:
        value = units.ticks(value, scene.settings["time"])
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        value = value * scene.scale(plug[1])
    scene.put(scene.values, plug, value)


@command()
def addAttr(scene: Scene, name: str, longName: str = "", dataType: str = "", attributeType: str = "", keyable: bool = False) -> None:
    """Adds an attribute."""
    node = scene.node(name)
    if scene.locks.get((node, "")):
        raise RuntimeError(f"addAttr: Attributes cannot be added to locked node {name}")
    scene.put(scene.values, (node, longName), "" if dataType == "string" else 0.0)


@command(undoable=False)
def attributeQuery(scene: Scene, attribute: str, node: str = "", exists: bool = False) -> bool:
    """Whether a node has an attribute."""
    return (scene.node(node), attribute) in scene.values


@command()
def connectAttr(scene: Scene, source: str, destination: str) -> None:
    """Connects two attributes."""
    scene.put(scene.sources, scene.plug(destination), scene.plug(source))


@command()
def delete(scene: Scene, *names: Any) -> None:
    """Deletes nodes with their children and connections."""
    for name in names_in(names):
        node = scene.node(name)
        if scene.kinds[node] == "animLayer":
            animation.delete_layer(scene, node)
        else:
            scene.destroy(node)


@command()
def rename(scene: Scene, old: str, new: str) -> str:
    """Renames a node."""
    scene.put(scene.names, scene.node(old), new)
    return new


@command(undoable=False)
def lockNode(scene: Scene, name: str, query: bool = False, lock: bool = True) -> Any:
    """Whether a node is locked."""
    return [bool(scene.locks.get((scene.node(name), "")))]


@command(undoable=False)
def referenceQuery(scene: Scene, name: str, isNodeReferenced: bool = False, filename: bool = False) -> Any:
    """Whether a node is referenced, or the file it is referenced from."""
    file = scene.referenced.get(name.rpartition("|")[2].rpartition(":")[0], "")
    return file if filename else bool(file)


@command(undoable=False)
def skinCluster(scene: Scene, name: str, query: bool = False, influence: bool = False) -> list[str]:
    """The influences of a skinCluster."""
    return [scene.short(node) for node in scene.geometry[scene.node(name)]["influences"]]


@command(undoable=False)
def blendShape(scene: Scene, name: str, query: bool = False, geometry: bool = False) -> list[str]:
    """The meshes that a blendShape deforms."""
    return [scene.short(node) for node in scene.geometry[scene.node(name)]["geometry"]]


@command(undoable=False)
def polyEvaluate(scene: Scene, name: str, vertex: bool = False) -> int:
    """The number of vertices."""
    return int(scene.geometry[scene.node(name)]["vertices"])


@command(undoable=False)
def select(scene: Scene, *names: Any, clear: bool = False) -> None:
    """Changes the selection."""
    scene.selection = [] if clear else names_in(names)
