"""Market watch: the eight pairs; a click links every panel."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui.theme.look import scaled
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.elsewhere import TITLES
from terminal.ui.viewmodels.market_rows import TREND_COLUMN, MarketModel, MarketRow
from terminal.ui.widgets.column_choice import ColumnChoice
from terminal.ui.widgets.market.sparkline import SparkDelegate
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.table_base import DataTable

_FILTER_PX: Final = 92
_HEAD_PX: Final = 28
_FEWEST_ROWS: Final = 5


class MarketWatch(Panel):
    """Prices of the eight pairs with the age of each; columns are chosen at the head of the table."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Markets", parent)
        self._desk = desk
        self.model = MarketModel(desk, self)
        self.table = DataTable(self.model, "", self, on_panel=True)
        self.table.setAccessibleName("Markets")
        self.table.add_delegate(SparkDelegate(self.table), TREND_COLUMN)
        self.columns = ColumnChoice(self.table, "markets", desk.preferences)
        desk.venues.compared_changed.connect(self._offer_venues)
        self._offer_venues()
        self.filter = self._filter_field()
        self.header.row.insertWidget(1, self.filter)
        self.body.setContentsMargins(4, 0, 4, 4)
        self.body.addWidget(self.table)
        self.table.row_clicked.connect(lambda key: desk.select(InstrumentId(key)))
        self.model.live_changed.connect(self._show_count)
        desk.selection_changed.connect(self._mark_selected)
        self._mark_selected(desk.selection[0], None)
        self._show_count()

    def _filter_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText("Filter")
        field.setAccessibleName("Filter markets")
        field.setFixedWidth(_FILTER_PX)
        set_role(field, "slim", "true")
        field.textChanged.connect(self._on_filter)
        field.installEventFilter(self)
        return field

    def _offer_venues(self) -> None:
        """Show other venues' columns while there are such venues; the rows follow at their own pace."""
        self.columns.spare(TITLES if self._desk.venues.compared is None else frozenset())

    def set_row_height(self, row_height: int, *, compact: bool = False) -> None:
        """Set the row height and ask for the room all eight rows need; on a small screen five will do."""
        rows = _FEWEST_ROWS if compact else len(ALLOWED_INSTRUMENTS)
        self.table.set_row_height(row_height)
        self.table.setMinimumHeight(scaled(_HEAD_PX) + row_height * rows)

    def start_filter(self) -> None:
        """Give the keyboard to the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _on_filter(self, text: str) -> None:
        wanted = text.strip().casefold()

        def fits(row: MarketRow) -> bool:
            return wanted in base_of(row.instrument_id).casefold()

        self.table.filter_rows(fits if wanted else None, f"None of the eight pairs has “{text.strip()}” in its name.")
        self._mark_selected(self._desk.selection[0], None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter shows the first pair that fits, Esc shows all again."""
        if watched is self.filter and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                first = self.table.key_at(self.table.sorted.index(0, 0))
                if first:
                    self._desk.select(InstrumentId(first))
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
                self.filter.clear()
                self.table.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _mark_selected(self, instrument_id: InstrumentId, _interval: object) -> None:
        self.table.select_key(instrument_id)

    def _show_count(self) -> None:
        live, whole = self.model.live_count, len(ALLOWED_INSTRUMENTS)
        tip = f"A quote older than {self._desk.limits.quote_age_s:g} s is stale: shown grey, and nothing opens on it."
        self.header.set_summary(f"{live} of {whole} live", "muted" if live == whole else "amber", tip)
