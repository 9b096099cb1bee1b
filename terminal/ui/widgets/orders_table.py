"""Every order of this seat: what it asks, where it stands, and its passport."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from terminal.domain.messages import CancelOrder
from terminal.domain.order import Order, OrderState, Side
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.passport import PassportBook, dots_in_words, dots_rank
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel
from terminal.ui.viewmodels.trade_rows import OrderRow, order_row, order_tip
from terminal.ui.viewmodels.words import can_cancel
from terminal.ui.widgets.cells import ActionsDelegate, DotsDelegate
from terminal.ui.widgets.table_base import DataTable

EMPTY: Final = (
    "No orders yet. An order appears here when a proposal in the review desk is approved, or when a position is closed."
)


def _price_sort(row: OrderRow) -> float:
    price = row.order.average_price or row.order.terms.price
    return MISSING if price is None else float(price)


def passport_tip(row: OrderRow) -> str:
    """The seven dots in words, one a line."""
    return dots_in_words(row.dots)


COLUMNS: Final[tuple[Column[OrderRow], ...]] = (
    Column(
        "Time",
        lambda r: f.local_time(r.order.created_ms),
        lambda r: float(r.order.created_ms),
        "09:41:07",
        lambda _: "muted",
        lambda r: f.both_times(r.order.created_ms),
        right=False,
        grow=0,
    ),
    Column("Pair", lambda r: r.base, lambda r: r.base, "DOGE", right=False),
    Column(
        "Side",
        lambda r: r.act,
        lambda r: r.act,
        "Close short",
        lambda r: "up" if r.order.terms.side is Side.BUY else "down",
        right=False,
    ),
    Column("Kind", lambda r: r.kind, lambda r: r.kind, "limit post-only", lambda _: "muted", right=False, drop=5),
    Column("Size", lambda r: f.trimmed(r.order.terms.size), lambda r: float(r.order.terms.size), "1,400.00", drop=2),
    Column(
        "Filled", lambda r: f.trimmed(r.order.filled_size), lambda r: float(r.order.filled_size), "1,400.00", drop=3
    ),
    Column("Price", lambda r: r.price_words, _price_sort, "90,755.3", drop=1),
    Column(
        "State", lambda r: r.state_words, lambda r: r.state_words, "refused by venue", lambda r: r.state_tone,
        right=False,
    ),
    Column(
        "Reason", lambda r: r.order.reason, lambda r: r.order.reason, "cancelled by …", lambda _: "muted", right=False,
        drop=4, grow=4,
    ),
    Column(
        "Passport", lambda _: "", lambda r: dots_rank(r.dots), "000000000", tip=passport_tip, right=False,
        paints=lambda r: r.dots, grow=0,
    ),
    Column("", lambda _: "", lambda r: float(r.is_at_venue), "Cancel  -", paints=lambda r: r.actions, grow=0),
)  # fmt: skip
PASSPORT_COLUMN: Final = len(COLUMNS) - 2


class OrdersTable(QWidget):
    """The table of orders, newest first.

    Signals:
        counted (int): how many orders the venue may hold now.
    """

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._passports = PassportBook(desk, self)
        self.model: RowsModel[OrderRow] = RowsModel(COLUMNS, self, row_tip=order_tip)
        self.table = DataTable(self.model, EMPTY, self)
        self.table.setAccessibleName("Orders")
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.add_delegate(DotsDelegate(self.table), PASSPORT_COLUMN)
        self._buttons = ActionsDelegate(self.table)
        self.table.add_delegate(self._buttons, len(COLUMNS) - 1)
        self._buttons.acted.connect(lambda key, _: self.cancel(key))
        self.table.row_clicked.connect(self._link)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.addWidget(self.table)
        desk.order_changed.connect(self._show)
        self._passports.changed.connect(self._refresh_passport)
        desk.instruments_changed.connect(self._show_all)
        self._show_all()

    @property
    def open_count(self) -> int:
        return sum(row.is_at_venue for row in self.model.rows)

    def _show_all(self) -> None:
        for order in self._desk.orders.values():
            self._show(order)

    def _show(self, order: Order) -> None:
        if order.state is OrderState.PENDING_APPROVAL:
            return  # it waits in the review desk and is no order yet
        self.model.put(order.client_order_id, order_row(self._desk, order, self._passports.of(order)))
        self.counted.emit(self.open_count)

    def _refresh_passport(self, client_order_id: str) -> None:
        order = self._desk.orders.get(client_order_id)
        if order is not None:
            self._show(order)

    # -- acts -------------------------------------------------------------------

    def cancel(self, key: str) -> None:
        """Ask the engine to cancel one order."""
        self._desk.send(CancelOrder(key, self._desk.who))

    def _link(self, key: str) -> None:
        row = self.model.row(key)
        if row is not None:
            self._desk.select(row.order.terms.instrument_id)

    def menu_for(self, key: str) -> QMenu:
        """Build the context menu of an order."""
        menu = QMenu(self)
        row = self.model.row(key)
        if row is None:
            return menu
        act = menu.addAction(f"Cancel this {row.base} order")
        act.setEnabled(can_cancel(row.order))
        act.triggered.connect(lambda: self.cancel(key))
        menu.addSeparator()
        for name, text in (("our id", key), ("venue id", row.order.venue_order_id or "")):
            copy = menu.addAction(f"Copy {name}")
            copy.setEnabled(bool(text))
            copy.setData(text)
        copy = menu.addAction("Copy passport in words")
        copy.setData(passport_tip(row))
        menu.triggered.connect(
            lambda action: QGuiApplication.clipboard().setText(action.data()) if action.data() else None
        )
        return menu

    def _open_menu(self, place: QPoint) -> None:
        key = self.table.key_at(self.table.indexAt(place))
        if key:
            menu = self.menu_for(key)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.table.viewport().mapToGlobal(place))
