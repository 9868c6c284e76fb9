"""What was generated, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.figures import Figure
from ..core.jobs import Plan
from ..core.options import Options
from ..core.trouble import plain
from ..scene import baking, cast, layers, speaking
from .fields import button, paragraph
from .qt import QtWidgets

if TYPE_CHECKING:
    from .panel import Panel


class TakesPage(QtWidgets.QWidget):
    """The list of takes."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._list = QtWidgets.QTreeWidget()
        self._list.setHeaderLabels(["Take", "Frames", "Layer"])
        self._list.setRootIsDecorated(False)
        self._list.setMinimumHeight(64)
        whole = QtWidgets.QVBoxLayout(self)
        whole.addWidget(self._list, 1)
        for row in (
            (
                ("Regenerate", "With the settings that it was made with", self._again),
                ("All", "Every take of the character", self._all),
                ("Use Its Settings", "Brings them back into the panel", self._use),
            ),
            (
                ("Remove", "The take goes, your keys stay", self._remove),
                ("Bake Down", "What is seen becomes ordinary keys, without layers", self._bake),
            ),
        ):
            line = QtWidgets.QHBoxLayout()
            for text, hint, clicked in row:
                line.addWidget(button(text, hint, clicked))
            whole.addLayout(line)
        whole.addWidget(paragraph("Key over it: your keys go to a layer of their own, and stay."))

    def show_takes(self, figure: Figure) -> None:
        """The character's takes."""
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
        """No character, no takes."""
        self._list.clear()

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.text(0)) if item is not None else ""

    def _again(self) -> None:
        self._regenerate([self._chosen()])

    def _all(self) -> None:
        items = [self._list.topLevelItem(at) for at in range(self._list.topLevelItemCount())]
        self._regenerate([str(item.text(0)) for item in items if item is not None])

    def _regenerate(self, names: list[str]) -> None:
        figure = self._panel.figure
        if figure is None or not any(names):
            self._panel.tell("No take is chosen", True)
            return
        root = figure.root

        def plan_of(name: str) -> Callable[[], Plan]:
            return lambda: speaking.plan(speaking.again(cast.figure_of([root]), name))

        self._panel.worker.run([plan_of(name) for name in names], lambda results: f"{len(results)} of {len(names)} made again")

    def _use(self) -> None:
        def work(figure: Figure) -> str:
            take = layers.take_named(figure, self._chosen())[1]
            self._panel.how.options = Options.from_json(take.options)
            return f"The settings of “{take.name}” are in the panel"

        self._at_once(work)

    def _remove(self) -> None:
        def work(figure: Figure) -> str:
            name = self._chosen()
            layers.remove(figure, name)
            return f"“{name}” is removed"

        self._at_once(work)

    def _bake(self) -> None:
        def work(figure: Figure) -> str:
            count, (first, last) = baking.bake(figure)
            return f"{count} curves are baked, from frame {first:g} to {last:g}"

        self._at_once(work)

    def _at_once(self, work: Any) -> None:
        figure = self._panel.figure
        if figure is None:
            return
        try:
            self._panel.tell(work(cast.fresh(figure)))
        except Exception as error:
            self._panel.tell(plain(error), True)
