"""What the three panels of depth share: they ask for data while they are seen, and follow the selected pair."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from terminal.domain.depth import DepthSnapshot
from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ladder_marks import Condition, condition_of
from terminal.ui.viewmodels.ladder_settings import LadderSettings
from terminal.ui.widgets.panel import Panel

LOOK_MS: Final = 250  # a book that has fallen silent grows old without a message


class DepthPanel(Panel):
    """A panel on the selected pair; `refresh` is called when something to be shown has changed and it is seen."""

    def __init__(
        self, title: str, desk: Desk, watch: DepthWatch, settings: LadderSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._name = title
        self._desk = desk
        self._watch = watch
        self._settings = settings
        self._condition = Condition("", 0.0)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._grow_old)
        desk.selection_changed.connect(self._on_changed)
        desk.depth.book_changed.connect(self._on_book)
        settings.changed.connect(self._on_settings)

    def put_in_header(self, *controls: QWidget) -> None:
        """Put the panel's controls beside its title: a ladder has no line to give away."""
        row = self.header.row
        row.removeWidget(self.header.summary)
        row.insertWidget(1, self.header.summary)
        for control in controls:
            row.addWidget(control)

    @property
    def pair(self) -> InstrumentId:
        return self._desk.selection[0]

    @property
    def snapshot(self) -> DepthSnapshot | None:
        """The newest book of the selected pair; None before the first."""
        return self._desk.depth.snapshots.get(self.pair)

    def refresh(self) -> None:
        """Show everything anew; each panel has its own way."""
        raise NotImplementedError

    def condition(self) -> Condition:
        """Judge the book of the selected pair now, and remember what was said."""
        self._condition = condition_of(self._desk, self.snapshot)
        name = f"{base_of(self.pair)} {self._desk.venues.product_word}"
        self.header.set_summary(base_of(self.pair), tip=f"{name}, the selected pair")
        return self._condition

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.show(self._name, self._settings.levels)
        self._look.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()
        self._watch.hide(self._name)

    def _on_settings(self) -> None:
        if self.isVisible():
            self._watch.show(self._name, self._settings.levels)
            self.refresh()

    def _on_book(self, pair: InstrumentId) -> None:
        self._on_pair(pair)

    def _on_pair(self, pair: InstrumentId) -> None:
        if pair == self.pair:
            self._on_changed()

    def _on_changed(self, *_: object) -> None:
        if self.isVisible():
            self.refresh()

    def _grow_old(self) -> None:
        """Show the age of a book that is not good, and that a good one has become old."""
        if condition_of(self._desk, self.snapshot) != self._condition and not (
            self._condition.is_good and condition_of(self._desk, self.snapshot).is_good
        ):
            self.refresh()
