"""A layout that remembers what a panel draws on it.

Blender as a module has no window, but a panel's `draw` only talks to its layout: handed this one instead of
Blender's, it can be tested and shown. Whatever Blender itself would refuse is refused here too: unknown properties,
operators, icons, lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import bpy

ICONS = set(bpy.types.UILayout.bl_rna.functions["prop"].parameters["icon"].enum_items.keys())


@dataclass
class Drawn:
    """One thing in a layout: a container with parts, or a label, a field, a button, a bar."""

    kind: str
    text: str = ""
    icon: str = "NONE"
    value: Any = None
    form: str = ""  # of a field: FLOAT, INT, BOOLEAN, ENUM, STRING, POINTER; of an operator: button, text
    share: float = 0.0  # of a slider or a bar, 0 to 1
    grey: bool = False
    choices: list[tuple[str, bool]] = field(default_factory=list)
    parts: list[Drawn] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """Every text in it, in order."""
        own = [self.text] if self.text else []
        return own + [text for part in self.parts for text in part.texts()]

    def find(self, kind: str) -> list[Drawn]:
        """Everything of a kind in it."""
        return [one for part in self.parts for one in ([part] if part.kind == kind else []) + part.find(kind)]


class Layout:
    """Stands in for `bpy.types.UILayout`."""

    def __init__(self, drawn: Drawn | None = None, opened: set[str] | None = None) -> None:
        self.drawn = drawn or Drawn("column")
        self.opened = opened or set()
        self.use_property_split = False
        self.use_property_decorate = True
        self.scale_y = 1.0
        self.active = True
        self.enabled = True
        self.alert = False

    def _inside(self, kind: str, **more: Any) -> Layout:
        inner = Layout(self._add(kind, **more), self.opened)
        inner.use_property_split = self.use_property_split
        inner.drawn.settings["layout"] = inner
        return inner

    def _add(self, kind: str, **more: Any) -> Drawn:
        icon = more.get("icon", "NONE")
        if icon not in ICONS:
            raise ValueError(f"Blender has no icon {icon}")
        one = Drawn(kind, **more)
        self.drawn.parts.append(one)
        return one

    def column(self, align: bool = False, heading: str = "") -> Layout:
        return self._inside("column", text=heading)

    def row(self, align: bool = False, heading: str = "") -> Layout:
        return self._inside("row", text=heading)

    def box(self) -> Layout:
        return self._inside("box")

    def split(self, factor: float = 0.0, align: bool = False) -> Layout:
        return self._inside("split", share=factor)

    def panel(self, idname: str, default_closed: bool = False) -> tuple[Layout, Layout | None]:
        """A part that folds."""
        shown = idname in self.opened or not default_closed
        whole = self._add("panel", value=shown)
        header = Layout(Drawn("row"), self.opened)
        whole.parts.append(header.drawn)
        if not shown:
            return header, None
        body = Layout(Drawn("column"), self.opened)
        whole.parts.append(body.drawn)
        return header, body

    def separator(self, factor: float = 1.0) -> None:
        self._add("separator")

    def label(self, text: str = "", icon: str = "NONE") -> None:
        self._add("label", text=text, icon=icon)

    def progress(self, text: str = "", factor: float = 0.0) -> None:
        self._add("progress", text=text, share=factor)

    def prop(self, data: Any, name: str, text: str | None = None, icon: str = "NONE", **more: Any) -> None:
        """A field, as its property says."""
        rna = data.bl_rna.properties[name]
        value = getattr(data, name)
        one = self._add("prop", text=rna.name if text is None else text, icon=icon, form=rna.type)
        one.value = value
        one.settings = {"subtype": rna.subtype, "split": self.use_property_split, **more}
        if rna.type == "ENUM":
            one.choices = [(item.name, item.identifier == value) for item in rna.enum_items]
        elif rna.type in {"FLOAT", "INT"}:
            span = rna.soft_max - rna.soft_min
            one.share = (value - rna.soft_min) / span if 0 < span < 100 and rna.subtype == "FACTOR" else 0.0

    def prop_search(self, data: Any, name: str, holder: Any, collection: str, text: str | None = None, **more) -> None:
        """A field that offers names."""
        if collection not in holder.bl_rna.properties:
            raise KeyError(collection)
        self.prop(data, name, text=text, **more)

    def operator(self, idname: str, text: str | None = None, icon: str = "NONE", emboss: bool = True) -> Any:
        """A button; what it returns takes the operator's properties and no others."""
        folder, name = idname.split(".")
        known = getattr(getattr(bpy.ops, folder), name)
        rna = known.get_rna_type()
        one = self._add("operator", text=rna.name if text is None else text, icon=icon, value=idname)
        one.form = "button" if emboss else "text"
        one.grey = not known.poll()
        return _Properties(rna, one.settings)

    def template_list(self, type_name, _id, data, collection, active_data, active, rows: int = 5) -> None:
        """A list: its rows are drawn by its own class."""
        list_type = getattr(bpy.types, type_name)
        whole = self._inside("list")
        chosen = getattr(active_data, active)
        for index, item in enumerate(getattr(data, collection)):
            line = whole._inside("item", value=index == chosen)
            list_type.draw_item(SimpleNamespace(), bpy.context, line, data, item, 0, active_data, active, index)


class _Properties:
    def __init__(self, rna: Any, kept: dict[str, Any]) -> None:
        object.__setattr__(self, "_rna", rna)
        object.__setattr__(self, "_kept", kept)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._rna.properties:
            raise AttributeError(f"{self._rna.identifier} has no property {name}")
        self._kept[name] = value


def sidebar(context: Any = None, opened: set[str] | None = None, space: str = "VIEW_3D") -> Drawn:
    """The whole tab of MetaFace, part by part as Blender stacks them."""
    whole = Drawn("sidebar")
    for name in ("main", "motion", "shapes", "takes", "exchange"):
        panel = getattr(bpy.types, f"{space}_PT_metaface_{name}")
        part = Drawn("part", text=panel.bl_label)
        layout = Layout(Drawn("column"), opened)
        panel.draw(SimpleNamespace(layout=layout), context or bpy.context)
        part.parts.append(layout.drawn)
        whole.parts.append(part)
    return whole
