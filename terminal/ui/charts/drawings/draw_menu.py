"""The drawing tools as a menu, each with its key."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.charts.drawings.shapes import Kind

KEY_OF = {
    Kind.TREND: "chart.draw_trend",
    Kind.LEVEL: "chart.draw_level",
    Kind.MOMENT: "chart.draw_moment",
    Kind.BOX: "chart.draw_box",
    Kind.RULER: "chart.draw_ruler",
}


class DrawMenu(QMenu):
    """Offers the tools.

    Signals:
        chosen (Kind): this is to be drawn.
        delete_wanted, clear_wanted: the selected drawing, or all of the pair, are to go.
        picture_wanted: a picture of the charts.
    """

    chosen = Signal(object)
    delete_wanted = Signal()
    clear_wanted = Signal()
    picture_wanted = Signal()

    def __init__(self, key: Callable[[str], str], parent: QWidget | None = None) -> None:
        """`key` gives the key of an action as people read it."""
        super().__init__("Draw", parent)
        self._key = key
        self.tools = {kind: self.addAction(kind.value.capitalize(), partial(self.chosen.emit, kind)) for kind in Kind}
        self.addSeparator()
        self.delete = self.addAction("Remove the selected", self.delete_wanted.emit)
        self.clear_all = self.addAction("Remove all of this pair…", self.clear_wanted.emit)
        self.addSeparator()
        self.picture = self.addAction("Picture of the charts", self.picture_wanted.emit)
        self.aboutToShow.connect(self._show_keys)

    def _show_keys(self) -> None:
        """Write the keys of now beside the words."""
        shown = {self.tools[kind]: action_id for kind, action_id in KEY_OF.items()}
        shown |= {self.delete: "chart.draw_delete", self.picture: "chart.picture"}
        for action, action_id in shown.items():
            words, key = action.text().split("\t")[0], self._key(action_id)
            action.setText(f"{words}\t{key}" if key else words)
