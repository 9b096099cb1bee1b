"""Executions, as the venue reported them, newest first."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from terminal.domain.fill import Fill
from terminal.domain.passport_messages import FillSubject
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.passport import PassportBook
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel
from terminal.ui.viewmodels.trade_rows import FillRow, fill_sums, fill_tip
from terminal.ui.widgets.column_choice import ColumnChoice
from terminal.ui.widgets.table_base import DataTable, sums_label
from terminal.ui.widgets.trade.columns import act_column, pair_column, time_column
from terminal.ui.widgets.trade.passports import TablePassports, origin_column, passport_column

EMPTY: Final = "No fills yet. Every execution the venue reports appears here, with its fee."

COLUMNS: Final[tuple[Column[FillRow], ...]] = (
    time_column(lambda r: r.fill.ts_event_ms),
    pair_column(),
    act_column(lambda r: r.fill.side),
    Column("Price", lambda r: f.number(r.fill.price, r.decimals), lambda r: float(r.fill.price), "90,755.3"),
    Column("Size", lambda r: f.trimmed(r.fill.size), lambda r: float(r.fill.size), "1,400.00"),
    Column("Fee", lambda r: f.number(r.fill.fee, 4), lambda r: float(r.fill.fee), "12.1234"),
    Column(
        "Role",
        lambda r: "maker" if r.fill.is_maker else "taker",
        lambda r: "maker" if r.fill.is_maker else "taker",
        "maker",
        lambda _: "muted",
        right=False,
        drop=3,
    ),
    Column(
        "Realised PnL",
        lambda r: r.realized_words,
        lambda r: float(r.fill.realized_pnl) if r.is_close else MISSING,
        "−1,234.56",
        lambda r: tone_of(r.fill.realized_pnl if r.is_close else None),
    ),
    origin_column(drop=4),
    passport_column(),
)


class FillsTable(QWidget):
    """The table of fills.

    Signals:
        counted (int): how many there are now.
    """

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model: RowsModel[FillRow] = RowsModel(COLUMNS, self, row_tip=fill_tip)
        self.table = DataTable(self.model, EMPTY, self)
        self.table.setAccessibleName("Fills")
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.row_clicked.connect(self._link)
        self._book = PassportBook(desk, self)
        self._of_order: dict[str, set[str]] = {}
        self.passports = TablePassports(desk.actions, self.table, FillSubject)
        ColumnChoice(self.table, "fills", desk.preferences)
        self.table.offer_menu(self.menu_for)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.addWidget(self.table, 1)
        self.sums = sums_label("Sums of the fills")
        self.passports.foot.addWidget(self.sums, 1)
        whole.addLayout(self.passports.foot)
        desk.fill_seen.connect(self._show)
        self._book.changed.connect(self._on_passport)
        desk.instruments_changed.connect(self._show_all)
        self._show_all()

    def _show_all(self) -> None:
        for fill in self._desk.fills.values():
            self._put(fill)
        self._count()

    def _show(self, fill: Fill) -> None:
        self._put(fill)
        self._count()

    def _put(self, fill: Fill) -> None:
        shape = self._desk.instruments.get(fill.instrument_id)
        order = self._desk.orders.get(fill.client_order_id or "")
        row = FillRow(fill, shape.price_decimals if shape else None, self._book.of_fill(fill), self._book.origin(order))
        self._of_order.setdefault(fill.client_order_id or "", set()).add(fill.trade_id)
        self.model.put(fill.trade_id, row)

    def _on_passport(self, client_order_id: str) -> None:
        for trade_id in self._of_order.get(client_order_id, ()):
            self._put(self._desk.fills[trade_id])

    def menu_for(self, key: str) -> QMenu:
        """Build the context menu of a fill."""
        menu = QMenu(self)
        row = self.model.row(key)
        if row is None:
            return menu
        self.passports.add_to(menu, key)
        menu.addAction("Copy this fill").triggered.connect(lambda: QGuiApplication.clipboard().setText(fill_tip(row)))
        return menu

    def _count(self) -> None:
        self.sums.setText(fill_sums(self.model.rows))
        self.sums.setVisible(bool(self.sums.text()))
        self.counted.emit(self.model.rowCount())

    def _link(self, key: str) -> None:
        row = self.model.row(key)
        if row is not None:
            self._desk.select(row.fill.instrument_id)
