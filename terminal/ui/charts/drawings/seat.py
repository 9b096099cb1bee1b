"""The drawing tools and the picture of a chart panel: their menu and their keys, for the chart that is active."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QToolTip, QWidget

from terminal.domain.instrument import base_of
from terminal.domain.messages import Level, Notice
from terminal.ui.charts.chart_grid import ChartGrid
from terminal.ui.charts.chart_picture import PictureKeeper
from terminal.ui.charts.drawings.draw_menu import KEY_OF, DrawMenu
from terminal.ui.charts.drawings.shapes import Kind
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.plain_text import tooltip

_SOURCE: Final = "chart"


class DrawSeat(QObject):
    """Passes tools to the active chart, and pictures of the whole panel to a file.

    Attributes:
        menu: the tools, each with its key.
    """

    def __init__(self, desk: Desk, grid: ChartGrid, panel: QWidget, pictures: Path | None) -> None:
        """`pictures` is the folder they go to; None where there is none, and no picture is made."""
        super().__init__(panel)
        self._desk = desk
        self._grid = grid
        self._panel = panel
        self.menu = DrawMenu(desk.actions.keymap.shown, panel)
        self._keeper = None if pictures is None else PictureKeeper(pictures, self)
        self.menu.chosen.connect(self.begin)
        self.menu.delete_wanted.connect(self.delete_selected)
        self.menu.clear_wanted.connect(self.clear)
        self.menu.picture_wanted.connect(self.take_picture)
        if self._keeper is not None:
            self._keeper.kept.connect(self._on_kept)
            self._keeper.failed.connect(self._on_failed)

    def acts(self) -> dict[str, Callable[[], object]]:
        """Give what the keys do, by action id."""
        tools = {action_id: partial(self.begin, kind) for kind, action_id in KEY_OF.items()}
        return {**tools, "chart.draw_delete": self.delete_selected, "chart.picture": self.take_picture}

    def begin(self, kind: Kind) -> None:
        """Take a tool on the active chart; it is put away on the others."""
        for chart in self._grid.charts:
            if chart is not self._grid.active and chart.drawing.tool is not None:
                chart.drawing.rest()
        self._grid.active.drawing.begin(kind)

    def delete_selected(self) -> None:
        self._grid.active.drawing.delete_selected()

    def clear(self) -> None:
        self._grid.active.drawing.ask_to_clear()

    def take_picture(self) -> None:
        """Keep what the panel shows now."""
        if self._keeper is None:
            return
        pair, interval = self._grid.linked.series
        taken = datetime.fromtimestamp(self._desk.now_ms() / 1_000, UTC)
        name = f"{base_of(pair)}-{interval.label}-{taken:%Y-%m-%d-%H%M%S}"
        self._keeper.keep(self._panel.grab().toImage(), name)

    def _on_kept(self, path: str) -> None:
        self._say(Level.GOOD, f"Picture of the charts kept in {path}")

    def _on_failed(self, words: str) -> None:
        self._say(Level.ERROR, words)

    def _say(self, level: Level, words: str) -> None:
        self._desk.apply(Notice(level, _SOURCE, words, self._desk.now_ms()))
        if self._panel.isVisible():
            QToolTip.showText(self._panel.mapToGlobal(QPoint(12, 48)), tooltip(words), self._panel)
