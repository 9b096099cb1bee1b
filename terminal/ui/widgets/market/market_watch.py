"""Market watch: the eight pairs; a click links every panel."""

from PySide6.QtWidgets import QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import TREND_COLUMN, MarketModel
from terminal.ui.widgets.market.sparkline import SparkDelegate
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.table_base import DataTable


class MarketWatch(Panel):
    """Prices of the eight pairs with the age of each."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Markets", parent)
        self._desk = desk
        self.model = MarketModel(desk, self)
        self.table = DataTable(self.model, "", self)
        self.table.setAccessibleName("Markets")
        self.table.add_delegate(SparkDelegate(self.table), TREND_COLUMN)
        self.body.setContentsMargins(4, 0, 4, 4)
        self.body.addWidget(self.table)
        self.table.row_clicked.connect(lambda key: desk.select(InstrumentId(key)))
        self.model.dataChanged.connect(self._show_count)
        desk.selection_changed.connect(self._mark_selected)
        self._mark_selected(desk.selection[0], None)
        self._show_count()

    def set_row_height(self, row_height: int) -> None:
        """Set the row height and ask for the room all eight rows need."""
        self.table.set_row_height(row_height)
        self.table.setMinimumHeight(28 + row_height * len(ALLOWED_INSTRUMENTS))

    def _mark_selected(self, instrument_id: InstrumentId, _interval: object) -> None:
        self.table.select_key(instrument_id)

    def _show_count(self, *_: object) -> None:
        live, whole = self.model.live_count, len(ALLOWED_INSTRUMENTS)
        tip = f"A quote older than {self._desk.limits.quote_age_s:g} s is stale: shown grey, and nothing opens on it."
        self.header.set_summary(f"{live} of {whole} live", "muted" if live == whole else "amber", tip)
