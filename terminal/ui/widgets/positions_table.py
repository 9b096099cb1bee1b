"""Open positions: what is held, what it earns, and how to close it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from terminal.domain.messages import ClosePosition
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.passport import PassportBook, dots_in_words, dots_rank
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel
from terminal.ui.viewmodels.trade_rows import (
    CLOSE_STEPS,
    PositionRow,
    key_of,
    position_row,
    position_tip,
)
from terminal.ui.viewmodels.words import sentence
from terminal.ui.widgets.cells import ActionsDelegate, DotsDelegate
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.table_base import DataTable

AGE_TICK_MS: Final = 1_000
PASSPORT_COLUMN: Final = -2
BUTTON_STEPS: Final = ("25", "50", "100 %")
_FRACTIONS: Final = dict(CLOSE_STEPS)


def _sortable(value: Decimal | None) -> float:
    return MISSING if value is None else float(value)


def _side_tone(row: PositionRow) -> str:
    return "up" if row.side_words.startswith("Long") else "down"


COLUMNS: Final[tuple[Column[PositionRow], ...]] = (
    Column("Pair", lambda r: r.base, lambda r: r.base, "DOGE", right=False),
    Column("Side", lambda r: r.side_words, lambda r: r.side_words, "Short 20x", _side_tone, right=False),
    Column("Size", lambda r: f.trimmed(r.position.size), lambda r: float(r.position.size), "1,400.0"),
    Column(
        "Entry", lambda r: r.price(r.position.entry_price), lambda r: float(r.position.entry_price), "90,755.3", drop=3
    ),
    Column("Mark", lambda r: r.price(r.mark), lambda r: _sortable(r.mark), "90,755.3", drop=4),
    Column(
        "Liquidation",
        lambda r: r.price(r.position.liquidation_price),
        lambda r: _sortable(r.position.liquidation_price),
        "73,120.5",
        drop=5,
    ),
    Column("Margin", lambda r: f.money(r.position.margin), lambda r: float(r.position.margin), "1,107.10", drop=6),
    Column(
        "PnL before fees",
        lambda r: r.pnl_words,
        lambda r: _sortable(r.pnl),
        "−12.45 (−12.34 %)",
        lambda r: tone_of(r.pnl),
    ),
    Column(
        "Stop / target",
        lambda r: r.guard_words,
        lambda r: _sortable(r.stop),
        "89,870.0 / 92,510.0",
        lambda r: "amber" if r.stop is None else "text",
        drop=1,
    ),
    Column(
        "Passport",
        lambda _: "",
        lambda r: dots_rank(r.dots),
        "000000000",
        tip=lambda r: dots_in_words(r.dots) or "No opening order of this position is known in this window.",
        right=False,
        drop=2,
        grow=0,
        paints=lambda r: r.dots,
    ),
    Column("Close", lambda _: "", lambda _: 0.0, "25  50  100 %  ----", paints=lambda _: BUTTON_STEPS, grow=0),
)


class PositionsTable(QWidget):
    """The table of positions.

    Signals:
        counted (int): how many rows there are now.
    """

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model: RowsModel[PositionRow] = RowsModel(COLUMNS, self, row_tip=position_tip)
        self.table = DataTable(self.model, "", self)
        self.table.setAccessibleName("Positions")
        self._passports = PassportBook(desk, self)
        self.table.add_delegate(DotsDelegate(self.table), len(COLUMNS) + PASSPORT_COLUMN)
        self._buttons = ActionsDelegate(self.table)
        self.table.add_delegate(self._buttons, len(COLUMNS) - 1)
        self._buttons.acted.connect(lambda key, label: self.close_fraction(key, _FRACTIONS[label]))
        self.table.row_clicked.connect(self._link)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.addWidget(self.table)
        desk.positions_changed.connect(self.refresh)
        desk.tickers_changed.connect(self._on_prices)
        desk.order_changed.connect(self._on_prices)
        self._passports.changed.connect(self._on_prices)
        desk.instruments_changed.connect(self.refresh)
        desk.model_changed.connect(self._say_why_empty)
        desk.phase_changed.connect(self._say_why_empty)
        desk.cycle_ended.connect(self._say_why_empty)
        self._ages = QTimer(self)
        self._ages.setInterval(AGE_TICK_MS)
        self._ages.timeout.connect(self._say_why_empty)
        self._ages.start()
        self.refresh()
        self._say_why_empty()

    def refresh(self) -> None:
        held = sorted(self._desk.positions, key=key_of)
        self.model.replace((key_of(item), position_row(self._desk, item, self._passports.of)) for item in held)
        self.counted.emit(len(held))

    def _on_prices(self, _: object) -> None:
        if self._desk.positions:
            self.refresh()

    def _say_why_empty(self, _: object = None) -> None:
        if not self._desk.phase.ready:
            words = sentence(f"Positions are not known yet: {visible(self._desk.phase.text)}")
        elif self._desk.cycles:
            newest = self._desk.cycles[-1]
            ago = f.age(self._desk.cycle_age_s())
            words = f"No open positions. Last AI cycle, {ago} ago:\n{sentence(visible(newest.text))}"
        else:
            words = "No open positions. The AI has not finished a cycle yet."
        if words != self.table.empty_words:
            self.table.empty_words = words
            self.table.viewport().update()

    # -- acts -------------------------------------------------------------------

    def close_fraction(self, key: str, fraction: Decimal) -> None:
        """Ask the engine to close part of a position at the market."""
        row = self.model.row(key)
        if row is not None:
            held = row.position
            self._desk.send(ClosePosition(held.instrument_id, held.side, fraction, self._desk.who))

    def _link(self, key: str) -> None:
        row = self.model.row(key)
        if row is not None:
            self._desk.select(row.position.instrument_id)

    def menu_for(self, key: str) -> QMenu:
        """Build the context menu of a position."""
        row = self.model.row(key)
        menu = QMenu(self)
        if row is None:
            return menu
        for label, fraction in CLOSE_STEPS:
            percent = label.removesuffix(" %")
            text = f"Close {percent} % of {row.base} {row.side_words.lower()} at the market"
            menu.addAction(text).triggered.connect(self._closer(key, fraction))
        menu.addSeparator()
        menu.addAction("Copy this position").triggered.connect(
            lambda: QGuiApplication.clipboard().setText(position_tip(row))
        )
        return menu

    def _closer(self, key: str, fraction: Decimal) -> Callable[[], None]:
        return lambda: self.close_fraction(key, fraction)

    def _open_menu(self, place: QPoint) -> None:
        key = self.table.key_at(self.table.indexAt(place))
        if key:
            menu = self.menu_for(key)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.table.viewport().mapToGlobal(place))
