"""Venues: what other venues ask for the same pairs, beside the venue orders go to."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui.theme.look import LOOK, scaled
from terminal.ui.theme.tokens import ROW_HEIGHT
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.rows import RowsModel
from terminal.ui.viewmodels.venue_rows import (
    VENUE_COLUMNS,
    PairRow,
    VenueRow,
    links_of,
    pair_columns,
    pair_row,
    pair_rows,
    venue_tip,
)
from terminal.ui.widgets.panel import Panel, empty_label
from terminal.ui.widgets.table_base import DataTable

LOOK_MS: Final = 500  # comparisons come about once a second; ages grow also when none comes
_HEAD_PX: Final = 28
EMPTY: Final = (
    "No other venue's prices are compared.\n"
    'In the demo, start with --references hashkey,woox. In a profile, name them: references = ["woox"].'
)


class VenuePanel(Panel):
    """The selected pair at every venue above, the eight pairs across the venues below; read anew while it is seen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Venues", parent)
        self._desk = desk
        self._titles: tuple[str, ...] = ()
        self._row_px = ROW_HEIGHT
        self.empty = empty_label(EMPTY)
        self.venues: DataTable | None = None
        self.pairs: DataTable | None = None
        self._venue_rows: RowsModel[VenueRow] | None = None
        self._pair_rows: RowsModel[PairRow] | None = None
        self.body.setContentsMargins(4, 0, 4, 4)
        self.body.addWidget(self.empty)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.refresh)
        desk.selection_changed.connect(self._on_selection)
        desk.venues.compared_changed.connect(self._build)
        LOOK.changed.connect(self._fit_heights)
        self._build()

    # -- building ---------------------------------------------------------------

    def _build(self) -> None:
        """Make the tables once it is known which venues are compared."""
        titles = (self._desk.venues.traded.title, *(link.title for link in links_of(self._desk)))
        if titles == self._titles or len(titles) == 1:
            return
        self._titles = titles
        for old in (self.venues, self.pairs):
            if old is not None:
                self.body.removeWidget(old)
                old.deleteLater()
        self.empty.hide()
        self._venue_rows = RowsModel(VENUE_COLUMNS, self, row_tip=venue_tip)
        self._pair_rows = RowsModel(pair_columns(titles[0], titles[1:]), self)
        self.venues, self.pairs = DataTable(self._venue_rows, ""), DataTable(self._pair_rows, "")
        self.venues.setAccessibleName("The selected pair at every venue")
        self.pairs.setAccessibleName("Every pair across the venues")
        self.pairs.row_clicked.connect(lambda key: self._desk.select(InstrumentId(key)))
        self.body.addWidget(self.venues)
        self.body.addWidget(self.pairs, 1)
        self._fit_heights()
        self.refresh()

    def set_row_height(self, pixels: int) -> None:
        self._row_px = pixels
        self._fit_heights()

    def _fit_heights(self) -> None:
        if self.venues is None or self.pairs is None:
            return
        for table in (self.venues, self.pairs):
            table.set_row_height(self._row_px)
        self.venues.setFixedHeight(scaled(_HEAD_PX) + self._row_px * len(self._titles))

    # -- showing ----------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()

    def _on_selection(self, *_: object) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Read the comparison again; only cells that say something else are painted."""
        if self._venue_rows is None or self._pair_rows is None or self.pairs is None:
            return
        chosen = self._desk.selection[0]
        now = pair_row(self._desk, chosen)
        self._venue_rows.replace((each.title, each) for each in (now.own, *now.others))
        self._pair_rows.replace(pair_rows(self._desk))
        self.pairs.select_key(chosen)
        self._show_summary(now)

    def _show_summary(self, now: PairRow) -> None:
        heard = sum(not row.stale for row in now.others if row.listed)
        listed = sum(row.listed for row in now.others)
        words = f"{base_of(self._desk.selection[0])} · {heard} of {listed} compared"
        tip = "\n".join(f"{link.title}: {link.text}" for link in links_of(self._desk))
        self.header.set_summary(words, "muted" if heard == listed else "amber", tip)
