"""A layout that records what a panel draws.

Blender as a module has no window, but a panel's `draw` uses only its layout. With this layout instead of
Blender's, panels can be tested and shown. Like Blender's, it raises an error for unknown properties, operators,
icons and lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import bpy

ICONS = set(bpy.types.UILayout.bl_rna.functions["prop"].parameters["icon"].enum_items.keys())


@dataclass
class Drawn:
    """An element of a layout: a container with parts, or a label, a field, a button, a progress bar."""

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
        """All texts of the element and its parts, in order."""
        first = [self.text] if self.text else []
        return first + [text for part in self.parts for text in part.texts()]

    def find(self, kind: str) -> list[Drawn]:
        """All parts of a kind, at any depth."""
        return [found for part in self.parts for found in ([part] if part.kind == kind else []) + part.find(kind)]


class Layout:
    """A stand-in for `bpy.types.UILayout`."""

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
        part = Drawn(kind, **more)
        self.drawn.parts.append(part)
        return part

    def column(self, align: bool = False, heading: str = "") -> Layout:
        return self._inside("column", text=heading)

    def row(self, align: bool = False, heading: str = "") -> Layout:
        return self._inside("row", text=heading)

    def box(self) -> Layout:
        return self._inside("box")

    def split(self, factor: float = 0.0, align: bool = False) -> Layout:
        return self._inside("split", share=factor)

    def panel(self, idname: str, default_closed: bool = False) -> tuple[Layout, Layout | None]:
        """A panel that can be closed."""
        shown = idname in self.opened or not default_closed
        panel = self._add("panel", value=shown)
        header = Layout(Drawn("row"), self.opened)
        panel.parts.append(header.drawn)
        if not shown:
            return header, None
        body = Layout(Drawn("column"), self.opened)
        panel.parts.append(body.drawn)
        return header, body

    def separator(self, factor: float = 1.0) -> None:
        self._add("separator")

    def label(self, text: str = "", icon: str = "NONE") -> None:
        self._add("label", text=text, icon=icon)

    def progress(self, text: str = "", factor: float = 0.0) -> None:
        self._add("progress", text=text, share=factor)

    def prop(self, data: Any, name: str, text: str | None = None, icon: str = "NONE", **more: Any) -> None:
        """The field of a property."""
        rna = data.bl_rna.properties[name]
        value = getattr(data, name)
        field = self._add("prop", text=rna.name if text is None else text, icon=icon, form=rna.type)
        field.value = value
        field.settings = {"subtype": rna.subtype, "split": self.use_property_split, **more}
        if rna.type == "ENUM":
            field.choices = [(item.name, item.identifier == value) for item in rna.enum_items]
        elif rna.type in {"FLOAT", "INT"}:
            span = rna.soft_max - rna.soft_min
            field.share = (value - rna.soft_min) / span if 0 < span < 100 and rna.subtype == "FACTOR" else 0.0

    def prop_search(self, data: Any, name: str, holder: Any, collection: str, text: str | None = None, **more) -> None:
        """A field that suggests names from a collection."""
        if collection not in holder.bl_rna.properties:
            raise KeyError(collection)
        self.prop(data, name, text=text, **more)

    def operator(self, idname: str, text: str | None = None, icon: str = "NONE", emboss: bool = True) -> Any:
        """A button; the returned object accepts the operator's properties only."""
        module, name = idname.split(".")
        operator = getattr(getattr(bpy.ops, module), name)
        rna = operator.get_rna_type()
        button = self._add("operator", text=rna.name if text is None else text, icon=icon, value=idname)
        button.form = "button" if emboss else "text"
        button.grey = not operator.poll()
        return _Properties(rna, button.settings)

    def template_list(self, type_name, _id, data, collection, active_data, active, rows: int = 5) -> None:
        """A list, whose class draws the rows."""
        list_type = getattr(bpy.types, type_name)
        rows_layout = self._inside("list")
        chosen = getattr(active_data, active)
        for index, item in enumerate(getattr(data, collection)):
            row = rows_layout._inside("item", value=index == chosen)
            list_type.draw_item(SimpleNamespace(), bpy.context, row, data, item, 0, active_data, active, index)


class _Properties:
    def __init__(self, rna: Any, values: dict[str, Any]) -> None:
        object.__setattr__(self, "_rna", rna)
        object.__setattr__(self, "_values", values)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._rna.properties:
            raise AttributeError(f"{self._rna.identifier} has no property {name}")
        self._values[name] = value


def sidebar(context: Any = None, opened: set[str] | None = None, space: str = "VIEW_3D") -> Drawn:
    """Draws all panels of the MetaFace tab, in Blender's order."""
    tab = Drawn("sidebar")
    for name in ("main", "motion", "shapes", "takes", "exchange"):
        panel = getattr(bpy.types, f"{space}_PT_metaface_{name}")
        part = Drawn("part", text=panel.bl_label)
        layout = Layout(Drawn("column"), opened)
        panel.draw(SimpleNamespace(layout=layout), context or bpy.context)
        part.parts.append(layout.drawn)
        tab.parts.append(part)
    return tab
