"""Every order of this seat: what it asks, where it stands, and its passport."""

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from terminal.domain.commands import CancelOrder
from terminal.domain.hand_messages import AmendOrder, AmendProgress, CancelOrders
from terminal.domain.order import Order, OrderState
from terminal.domain.passport_messages import OrderSubject
from terminal.ui import formatting as f
from terminal.ui.actions.bind import bind
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.hand_checks import PRICE, SIZE, check_price, check_size, why_not_amend
from terminal.ui.viewmodels.numbers import plain
from terminal.ui.viewmodels.passport import PassportBook, dots_in_words
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel
from terminal.ui.viewmodels.trade_rows import OrderRow, order_row, order_tip
from terminal.ui.viewmodels.words import can_cancel
from terminal.ui.widgets.cells import ActionsDelegate
from terminal.ui.widgets.column_choice import ColumnChoice
from terminal.ui.widgets.table_base import DataTable
from terminal.ui.widgets.trade.cell_editor import CellEditor, EditField
from terminal.ui.widgets.trade.columns import act_column, pair_column, time_column
from terminal.ui.widgets.trade.passports import TablePassports, origin_column, passport_column

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
    time_column(lambda r: r.order.created_ms),
    pair_column(),
    act_column(lambda r: r.order.terms.side),
    Column("Kind", lambda r: r.kind, lambda r: r.kind, "limit post-only", lambda _: "muted", right=False, drop=5),
    Column("Size", lambda r: f.trimmed(r.order.terms.size), lambda r: float(r.order.terms.size), "1,400.00", drop=2),
    Column(
        "Filled", lambda r: f.trimmed(r.order.filled_size), lambda r: float(r.order.filled_size), "1,400.00", drop=3
    ),
    Column("Price", lambda r: r.price_words, _price_sort, "90,755.3", drop=1),
    Column(
        "State", lambda r: r.state_words, lambda r: r.state_words, "not replaced: AI disagrees", lambda r: r.state_tone,
        right=False, narrow="partly filled",
    ),
    Column(
        "Reason", lambda r: r.order.reason, lambda r: r.order.reason, "cancelled by …", lambda _: "muted", right=False,
        drop=4, grow=4,
    ),
    origin_column(),
    passport_column(),
    Column("", lambda _: "", lambda r: float(r.is_at_venue), "Cancel  -", paints=lambda r: r.actions, grow=0),
)  # fmt: skip
PRICE_COLUMN, SIZE_COLUMN = (
    next(at for at, column in enumerate(COLUMNS) if column.title == title) for title in ("Price", "Size")
)
TICK_MS: Final = 1_000


class OrdersTable(QWidget):
    """The table of orders, newest first. Several rows can be selected, with Ctrl, Shift or Ctrl+A.

    Signals:
        counted (int): how many orders the venue may hold now.
    """

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._book = PassportBook(desk, self)
        self.model: RowsModel[OrderRow] = RowsModel(COLUMNS, self, row_tip=order_tip)
        self.table = DataTable(self.model, EMPTY, self)
        self.table.setAccessibleName("Orders")
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.passports = TablePassports(desk.actions, self.table, OrderSubject)
        self._buttons = ActionsDelegate(self.table)
        self.table.add_delegate(self._buttons, len(COLUMNS) - 1)
        self._buttons.acted.connect(lambda key, _: self.cancel(key))
        self.table.row_clicked.connect(self._link)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.editor = CellEditor(self.table)
        self.table.doubleClicked.connect(self._open_cell)
        bind(desk.actions, self.table, {"table.edit": lambda: self.edit(self.table.current_key(), PRICE_COLUMN)})
        ColumnChoice(self.table, "orders", desk.preferences)
        self.table.offer_menu(self.menu_for)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.addWidget(self.table, 1)
        self.passports.foot.addWidget(self._selection_bar(), 1)
        self.passports.foot.addStretch()
        whole.addLayout(self.passports.foot)
        desk.safety.amended.connect(self._on_amend)
        desk.cycle_ended.connect(self._refresh_gaps)
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._refresh_gaps)
        self._ticks.start()
        self.table.selectionModel().selectionChanged.connect(self._show_selection)
        self._book.changed.connect(self._refresh_passport)
        desk.instruments_changed.connect(self._show_all)
        self._show_all()

    def _selection_bar(self) -> QWidget:
        """Build the line that appears while several orders are selected."""
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(8, 2, 4, 2)
        self.selected_words = QLabel()
        set_role(self.selected_words, "tone", "muted")
        self.cancel_selected = QPushButton()
        self.cancel_selected.clicked.connect(self.send_cancel_selected)
        row.addWidget(self.selected_words)
        row.addStretch(1)
        row.addWidget(self.cancel_selected)
        self.bar.hide()
        return self.bar

    def _on_amend(self, progress: AmendProgress) -> None:
        self._refresh_passport(progress.client_order_id)

    def _refresh_gaps(self, _: object = None) -> None:
        """Let the seconds of orders being amended go on."""
        for client_order_id in self._desk.safety.amends:
            self._refresh_passport(client_order_id)

    @property
    def open_count(self) -> int:
        return sum(row.is_at_venue for row in self.model.rows)

    def _show_all(self) -> None:
        for order in self._desk.orders.values():
            self._show(order)

    def _show(self, order: Order) -> None:
        if order.state is OrderState.PENDING_APPROVAL:
            return  # it waits in the review desk and is no order yet
        row = order_row(self._desk, order, self._book.of(order), self._book.origin(order))
        self.model.put(order.client_order_id, row)
        self.counted.emit(self.open_count)
        self._show_selection()

    def _refresh_passport(self, client_order_id: str) -> None:
        order = self._desk.orders.get(client_order_id)
        if order is not None:
            self._show(order)

    # -- acts -------------------------------------------------------------------

    def cancel(self, key: str) -> None:
        """Ask the engine to cancel one order."""
        self._desk.send(CancelOrder(key, self._desk.who))

    def selected_keys(self) -> tuple[str, ...]:
        """Give the selected orders that can be cancelled, in the order shown."""
        keys = [self.table.key_at(index) for index in self.table.selectionModel().selectedRows()]
        rows = ((key, self.model.row(key)) for key in keys)
        return tuple(key for key, row in rows if row is not None and can_cancel(row.order))

    def _show_selection(self, *_: object) -> None:
        chosen = len(self.table.selectionModel().selectedRows())
        able = len(self.selected_keys())
        self.bar.setVisible(chosen > 1)
        self.selected_words.setText(f"{chosen} selected, {able} of them at the venue")
        self.cancel_selected.setText(f"Cancel {able} selected")
        self.cancel_selected.setAccessibleName(f"Cancel {able} selected orders")
        self.cancel_selected.setEnabled(able > 0)

    def send_cancel_selected(self) -> None:
        """Ask the engine to cancel every selected order that works at the venue."""
        keys = self.selected_keys()
        if keys:
            self._desk.send(CancelOrders(keys, self._desk.who))

    def edit(self, key: str, column: int) -> None:
        """Open price or size of a working order in its cell; otherwise say why not."""
        row = self.model.row(key)
        if row is None or self.table.isColumnHidden(column):
            return
        terms, is_price = row.order.terms, column == PRICE_COLUMN
        now = terms.price if is_price else row.order.open_size
        name = PRICE if is_price else SIZE
        field = EditField(name, "" if now is None else plain(now), f"{name.capitalize()} of this {row.base} order")
        self.editor.edit(key, column, (field,), lambda name, text: self._amend(key, name, text))
        if why := why_not_amend(row.order):
            self.editor.refuse(why)

    def _amend(self, key: str, name: str, text: str) -> str:
        """Send one amendment; gives the words why not."""
        row, desk = self.model.row(key), self._desk
        if row is None:
            return "This order is gone."
        if why := why_not_amend(row.order):
            return why
        rules = desk.instruments.get(row.order.terms.instrument_id)
        read = check_price(text, rules) if name == PRICE else check_size(text, row.order, rules)
        if read.value is None or read.words:
            if read.value is not None:
                self.editor.fields[name].setText(plain(read.value))
            return read.words
        if read.value == (row.order.terms.price if name == PRICE else row.order.open_size):
            return "Nothing changed. Esc leaves it."
        price, size = (read.value, None) if name == PRICE else (None, read.value)
        desk.send(AmendOrder(key, price, size, desk.who, desk.new_question_id()))
        return ""

    def _open_cell(self, index: QModelIndex) -> None:
        if index.column() in {PRICE_COLUMN, SIZE_COLUMN}:
            self.edit(self.table.key_at(index), index.column())

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
        many = menu.addAction(f"Cancel {len(self.selected_keys())} selected")
        many.setEnabled(len(self.selected_keys()) > 1)
        many.triggered.connect(self.send_cancel_selected)
        menu.addSeparator()
        for column, words in ((PRICE_COLUMN, "Change the price…\tF2"), (SIZE_COLUMN, "Make it smaller…")):
            change = menu.addAction(words)
            why = why_not_amend(row.order)
            change.setEnabled(not why and not self.table.isColumnHidden(column))
            change.setToolTip(why)
            change.triggered.connect(lambda _=False, column=column: self.edit(key, column))
        menu.setToolTipsVisible(True)
        menu.addSeparator()
        for name, text in (("our id", key), ("venue id", row.order.venue_order_id or "")):
            copy = menu.addAction(f"Copy {name}")
            copy.setEnabled(bool(text))
            copy.setData(text)
        self.passports.add_to(menu, key)
        copy = menu.addAction("Copy passport in words")
        copy.setData(passport_tip(row))
        menu.triggered.connect(
            lambda action: QGuiApplication.clipboard().setText(action.data()) if action.data() else None
        )
        return menu
