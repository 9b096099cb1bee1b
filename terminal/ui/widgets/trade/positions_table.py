"""Open positions: what is held, what it earns, and how to close it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from terminal.domain.commands import ClosePosition
from terminal.domain.hand_messages import MoveStop, MoveStopToBreakEven, MoveTarget, ReversePosition
from terminal.domain.passport_messages import PositionSubject
from terminal.domain.position import Position
from terminal.ui import formatting as f
from terminal.ui.actions.bind import bind
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.hand_checks import STOP, TARGET, check_stop, check_target
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.numbers import plain
from terminal.ui.viewmodels.passport import PassportBook
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel
from terminal.ui.viewmodels.trade_rows import (
    CLOSE_STEPS,
    PositionRow,
    key_of,
    position_row,
    position_sums,
    position_tip,
    reverse_words,
)
from terminal.ui.viewmodels.words import sentence
from terminal.ui.widgets.cells import ActionsDelegate
from terminal.ui.widgets.column_choice import ColumnChoice
from terminal.ui.widgets.confirm_sheet import ConfirmSheet
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.table_base import DataTable, sums_label
from terminal.ui.widgets.trade.cell_editor import CellEditor, EditField
from terminal.ui.widgets.trade.passports import TablePassports, passport_column

AGE_TICK_MS: Final = 1_000
GUARD_TITLE: Final = "Stop / target at venue"
GUARD_TITLE_HERE: Final = "Stop / target kept here"  # by this program, where the venue keeps none
BUTTON_STEPS: Final = ("BE", "25", "50", "100 %")
BREAK_EVEN: Final = BUTTON_STEPS[0]
_FRACTIONS: Final = dict(CLOSE_STEPS)


def _sortable(value: Decimal | None) -> float:
    return MISSING if value is None else float(value)


def _side_tone(row: PositionRow) -> str:
    return "rise" if row.side_words.startswith("Long") else "fall"


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
        GUARD_TITLE,
        lambda r: r.guard_words,
        lambda r: _sortable(r.stop),
        "89,870.0 / 92,510.0  ✓",
        lambda r: r.guard_tone,
        lambda r: f"{r.guard_tip}\nDouble-click or F2 moves stop or target.",
    ),
    passport_column(),
    Column(
        "Close",
        lambda _: "",
        lambda _: 0.0,
        "BE  25  50  100 %  -----",
        paints=lambda _: BUTTON_STEPS,
        grow=0,
        drop=2,
        narrow="100 %  --",
    ),
)
GUARD_COLUMN: Final = next(at for at, column in enumerate(COLUMNS) if column.title == GUARD_TITLE)


class PositionsTable(QWidget):
    """The table of positions, with a line of sums below two or more.

    Signals:
        counted (int): how many rows there are now.
        closing_asked (PositionSide): a double-clicked row's closing buttons are wanted.
    """

    counted = Signal(int)
    closing_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model: RowsModel[PositionRow] = RowsModel(COLUMNS, self, row_tip=position_tip)
        self.table = DataTable(self.model, "", self, on_panel=True)
        self.table.setAccessibleName("Positions")
        self._book = PassportBook(desk, self)
        self.sheet: ConfirmSheet | None = None
        self.passports = TablePassports(desk.actions, self.table, self._subject)
        self._buttons = ActionsDelegate(self.table)
        self.table.add_delegate(self._buttons, len(COLUMNS) - 1)
        self._buttons.acted.connect(self.act)
        self.editor = CellEditor(self.table)
        self.table.row_clicked.connect(self._link)
        self.table.doubleClicked.connect(self._open_cell)
        bind(desk.actions, self.table, {"table.edit": lambda: self.edit_guard(self.table.current_key())})
        ColumnChoice(self.table, "positions", desk.preferences)
        self.table.offer_menu(self.menu_for)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.addWidget(self.table, 1)
        self.sums = sums_label("Sums of the positions")
        self.passports.foot.addWidget(self.sums, 1)
        whole.addLayout(self.passports.foot)
        desk.safety.protection_changed.connect(self.refresh)
        desk.positions_changed.connect(self.refresh)
        desk.figures_changed.connect(self._on_prices)
        self._book.changed.connect(self._on_prices)
        desk.instruments_changed.connect(self.refresh)
        desk.venues.traded_changed.connect(self._show_who_guards)
        desk.model_changed.connect(self._say_why_empty)
        desk.phase_changed.connect(self._say_why_empty)
        desk.cycle_ended.connect(self._say_why_empty)
        self._ages = QTimer(self)
        self._ages.setInterval(AGE_TICK_MS)
        self._ages.timeout.connect(self._say_why_empty)
        self._ages.timeout.connect(self.refresh)  # naked seconds go on
        self._ages.start()
        self._show_who_guards()
        self.refresh()
        self._say_why_empty()

    def _show_who_guards(self) -> None:
        at_venue = self._desk.venues.traded.capabilities.triggers
        self.model.retitle(GUARD_COLUMN, GUARD_TITLE if at_venue else GUARD_TITLE_HERE)

    def refresh(self) -> None:
        held = sorted(self._desk.positions, key=key_of)
        self.model.replace((key_of(item), self._row(item)) for item in held)
        self.sums.setText(position_sums(self.model.rows))
        self.sums.setVisible(bool(self.sums.text()))
        self.counted.emit(len(held))

    def _row(self, item: Position) -> PositionRow:
        return position_row(self._desk, item, self._book.of_position(item.instrument_id, item.side))

    def _subject(self, key: str) -> PositionSubject | None:
        row = self.model.row(key)
        return None if row is None else PositionSubject(row.position.instrument_id, row.position.side)

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

    def act(self, key: str, label: str) -> None:
        """Carry out one of the row's buttons."""
        if label == BREAK_EVEN:
            self.break_even(key)
        else:
            self.close_fraction(key, _FRACTIONS[label])

    def break_even(self, key: str) -> None:
        """Ask the engine to move the stop to where both fees are earned."""
        row = self.model.row(key)
        if row is not None:
            self._desk.send(MoveStopToBreakEven(row.position.instrument_id, row.position.side, self._desk.who))

    def reverse(self, key: str) -> None:
        """Explain what reversing is; the sheet's button does it."""
        row = self.model.row(key)
        if row is None:
            return
        held, desk = row.position, self._desk
        command = ReversePosition(held.instrument_id, held.side, desk.who, desk.new_question_id())
        self.sheet = self.sheet or ConfirmSheet(self.window())
        self.sheet.ask("Reverse", reverse_words(row), "Close now, then ask the AI", lambda: desk.send(command))

    def edit_guard(self, key: str) -> None:
        """Open stop and target in their cell."""
        row = self.model.row(key)
        if row is None or self.table.isColumnHidden(GUARD_COLUMN):
            return
        stop, target = ("" if price is None else plain(price) for price in (row.stop, row.target))
        fields = (EditField(STOP, stop, f"Stop of {row.base}"), EditField(TARGET, target, f"Target of {row.base}"))
        self.editor.edit(key, GUARD_COLUMN, fields, lambda name, text: self._move_guard(key, name, text))

    def _move_guard(self, key: str, name: str, text: str) -> str:
        """Send one moved stop or target; gives the words why not."""
        row = self.model.row(key)
        if row is None:
            return "This position is gone."
        held, who = row.position, self._desk.who
        rules = self._desk.instruments.get(held.instrument_id)
        if name == STOP:
            read = check_stop(text, held, rules, row.mark, row.stop)
        else:
            read = check_target(text, held, rules, row.mark)
        if read.value is None or read.words:
            if read.value is not None:
                self.editor.fields[name].setText(plain(read.value))
            return read.words
        move = MoveStop if name == STOP else MoveTarget
        self._desk.send(move(held.instrument_id, held.side, read.value, who))
        return ""

    def _open_cell(self, index: QModelIndex) -> None:
        """Edit a double-clicked guard; elsewhere a double-click asks for the closing buttons."""
        key = self.table.key_at(index)
        row = self.model.row(key)
        if row is None:
            return
        if index.column() == GUARD_COLUMN:
            self.edit_guard(key)
        elif index.column() != len(COLUMNS) - 1:
            self._link(key)
            self.closing_asked.emit(row.position.side)

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
        menu.addAction("Stop to break-even").triggered.connect(lambda: self.break_even(key))
        move = menu.addAction("Move stop or target…\tF2")
        move.setEnabled(not self.table.isColumnHidden(GUARD_COLUMN))
        move.triggered.connect(lambda: self.edit_guard(key))
        menu.addAction("Reverse…").triggered.connect(lambda: self.reverse(key))
        menu.addSeparator()
        self.passports.add_to(menu, key)
        menu.addAction("Copy this position").triggered.connect(
            lambda: QGuiApplication.clipboard().setText(position_tip(row))
        )
        return menu

    def _closer(self, key: str, fraction: Decimal) -> Callable[[], None]:
        return lambda: self.close_fraction(key, fraction)
