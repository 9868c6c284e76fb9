"""The page that lists the takes, and regenerates, removes and bakes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.figures import Figure
from ..host.errors import message_of
from ..host.jobs import Plan
from ..host.options import Options
from ..scene import baking, characters, generating, layers
from .fields import button, paragraph
from .qt import QtWidgets

if TYPE_CHECKING:
    from .panel import Panel


class TakesPage(QtWidgets.QWidget):
    """The list of takes, and its buttons."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._list = QtWidgets.QTreeWidget()
        self._list.setHeaderLabels(["Take", "Frames", "Layer"])
        self._list.setRootIsDecorated(False)
        self._list.setMinimumHeight(64)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._list, 1)
        for row in (
            (
                ("Regenerate", "Generate the take again with its settings", self._regenerate_chosen),
                ("All", "Regenerate every take of the character", self._regenerate_all),
                ("Use Its Settings", "Copy the take's settings into the panel", self._use_settings),
            ),
            (
                ("Remove", "Remove the take; your keys stay", self._remove),
                ("Bake Down", "Bake the visible motion into ordinary keys, without layers", self._bake),
            ),
        ):
            buttons = QtWidgets.QHBoxLayout()
            for text, tooltip, clicked in row:
                buttons.addWidget(button(text, tooltip, clicked))
            layout.addLayout(buttons)
        layout.addWidget(paragraph("New keys go to the layer of hand edits, and stay when a take is regenerated."))

    def show_takes(self, figure: Figure) -> None:
        """Shows the character's takes."""
        chosen = self._chosen()
        self._list.clear()
        for layer, take in layers.takes(figure):
            item = QtWidgets.QTreeWidgetItem([take.name, f"{take.first:.0f} – {take.last:.0f}", layer])
            self._list.addTopLevelItem(item)
            if take.name == chosen or chosen == "":
                self._list.setCurrentItem(item)
                chosen = take.name
        for column in (0, 1):
            self._list.resizeColumnToContents(column)

    def clear(self) -> None:
        """Clears the page when there is no character."""
        self._list.clear()

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.text(0)) if item is not None else ""

    def _regenerate_chosen(self) -> None:
        self._regenerate([self._chosen()])

    def _regenerate_all(self) -> None:
        items = [self._list.topLevelItem(at) for at in range(self._list.topLevelItemCount())]
        self._regenerate([str(item.text(0)) for item in items if item is not None])

    def _regenerate(self, names: list[str]) -> None:
        figure = self._panel.figure
        if figure is None or not any(names):
            self._panel.show_message("No take is chosen", True)
            return
        root = figure.root

        def plan_of(name: str) -> Callable[[], Plan]:
            return lambda: generating.plan(generating.regenerated(characters.figure_of([root]), name))

        plans = [plan_of(name) for name in names]
        self._panel.worker.run(plans, lambda results: f"{len(results)} of {len(names)} regenerated")

    def _use_settings(self) -> None:
        def work(figure: Figure) -> str:
            take = layers.take_named(figure, self._chosen())[1]
            self._panel.options_box.options = Options.from_json(take.options)
            return f"The settings of “{take.name}” are now in the panel"

        self._run(work)

    def _remove(self) -> None:
        def work(figure: Figure) -> str:
            name = self._chosen()
            layers.remove(figure, name)
            return f"Removed “{name}”"

        self._run(work)

    def _bake(self) -> None:
        def work(figure: Figure) -> str:
            count, (first, last) = baking.bake(figure)
            return f"Baked {count} curves from frame {first:g} to {last:g}"

        self._run(work)

    def _run(self, work: Any) -> None:
        figure = self._panel.figure
        if figure is None:
            return
        try:
            self._panel.show_message(work(characters.fresh(figure)))
        except Exception as error:
            self._panel.show_message(message_of(error), True)
