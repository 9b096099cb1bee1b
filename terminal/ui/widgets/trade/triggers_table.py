"""Triggers: what should guard each position, what the venue really holds, and a hand to repair it."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from terminal.domain.hand_messages import RepairProtection, SweepOrphans
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.protection_rows import (
    REPAIR,
    STATE,
    SWEEP,
    ProtectionRow,
    key_of_leg,
    protection_row,
    protection_tip,
)
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel
from terminal.ui.widgets.cells import ActionsDelegate
from terminal.ui.widgets.column_choice import ColumnChoice
from terminal.ui.widgets.table_base import DataTable

TICK_MS: Final = 1_000
EMPTY: Final = (
    "No position to guard and no trigger left over.\n"
    "Each open position appears here with the stop and target the venue itself lists."
)
EMPTY_HERE: Final = (
    "No position to guard and no trigger left over.\n"
    "This venue keeps no stops: each open position appears here with those this program keeps while it runs."
)
HELD, HELD_HERE = "At the venue", "Kept here"


def _sort_price(row: ProtectionRow) -> float:
    return MISSING if row.status.stop is None else float(row.status.stop.price)


COLUMNS: Final[tuple[Column[ProtectionRow], ...]] = (
    Column("Leg", lambda r: r.leg_words, lambda r: r.leg_words, "DOGE short", lambda r: r.side_tone, right=False),
    Column(
        "Protection",
        lambda r: r.state_words,
        lambda r: float(list(STATE).index(r.status.state)),
        "▲ no stop seen 1,234 s",
        lambda r: r.tone,
        right=False,
        grow=2,
        narrow="▲ stop missing 9 s",
    ),
    Column(
        "Stop / target wanted", lambda r: r.wanted_words, lambda r: r.wanted_words, "89,870.0 / 92,510.0",
        lambda _: "muted", drop=1,
    ),
    Column(HELD, lambda r: r.held_words, _sort_price, "89,870.0 / 92,510.0"),
    Column(
        "Covered", lambda r: r.cover_words, lambda r: float(r.status.uncovered), "1,400 of 1,400 ≠",
        lambda r: "amber" if r.status.uncovered > 0 or r.status.excess > 0 else "text", drop=2,
    ),
    Column(
        "Orphans", lambda r: r.orphan_words, lambda r: float(len(r.status.orphans)), "2 left over",
        lambda r: "amber" if r.status.orphans else "muted", drop=3,
    ),
    Column(
        "Read", lambda r: f.age(r.checked_s), lambda r: float(-1 if r.checked_s is None else r.checked_s), "12 min",
        lambda _: "muted", drop=4,
    ),
    Column("", lambda _: "", lambda r: float(len(r.actions)), "Repair  Sweep  ---", paints=lambda r: r.actions, grow=0),
)  # fmt: skip
HELD_COLUMN: Final = next(at for at, column in enumerate(COLUMNS) if column.title == HELD)


class TriggersTable(QWidget):
    """One row a leg, and one for each pair with triggers that belong to nothing.

    Signals:
        counted (int, int): triggers the venue lists, and legs that need a look.
    """

    counted = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model: RowsModel[ProtectionRow] = RowsModel(COLUMNS, self, row_tip=protection_tip)
        self.table = DataTable(self.model, EMPTY, self)
        self.table.setAccessibleName("Triggers")
        self._buttons = ActionsDelegate(self.table)
        self.table.add_delegate(self._buttons, len(COLUMNS) - 1)
        self._buttons.acted.connect(self.act)
        self.table.row_clicked.connect(self._link)
        ColumnChoice(self.table, "triggers", desk.preferences)
        self.table.offer_menu(self.menu_for)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.addWidget(self.table)
        desk.safety.protection_changed.connect(self.refresh)
        desk.instruments_changed.connect(self.refresh)
        desk.venues.traded_changed.connect(self._show_who_guards)
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.refresh)
        self._ticks.start()
        self._show_who_guards()
        self.refresh()

    def _show_who_guards(self) -> None:
        at_venue = self._desk.venues.traded.capabilities.triggers
        self.model.retitle(HELD_COLUMN, HELD if at_venue else HELD_HERE)
        self.table.empty_words = EMPTY if at_venue else EMPTY_HERE
        self.table.viewport().update()

    def refresh(self) -> None:
        """Read every leg again; only changed rows are repainted."""
        legs = sorted(self._desk.safety.protection.items(), key=lambda item: key_of_leg(item[0]))
        rows = [(key_of_leg(key), protection_row(self._desk, status)) for key, status in legs]
        self.model.replace(rows)
        self.counted.emit(*self.counts)

    @property
    def counts(self) -> tuple[int, int]:
        """Triggers listed in all, and legs whose light is amber or red."""
        rows = self.model.rows
        listed = sum(len(row.status.triggers) + len(row.status.orphans) for row in rows)
        return listed, sum(row.tone in {"amber", "down"} for row in rows)

    # -- acts -------------------------------------------------------------------

    def act(self, key: str, label: str) -> None:
        """Carry out one of the row's buttons."""
        row = self.model.row(key)
        if row is None:
            return
        status, who = row.status, self._desk.who
        if label == REPAIR:
            self._desk.send(RepairProtection(status.instrument_id, status.side, who))
        elif label == SWEEP:
            self._desk.send(SweepOrphans(status.instrument_id, who))

    def menu_for(self, key: str) -> QMenu:
        """Build the context menu of a leg."""
        menu = QMenu(self)
        row = self.model.row(key)
        if row is None:
            return menu
        for label, words in (
            (REPAIR, f"Repair the guard of {row.leg_words}"),
            (SWEEP, f"Cancel left-over triggers of {row.base}"),
        ):
            act = menu.addAction(words)
            act.setEnabled(label in row.actions)
            act.triggered.connect(lambda _=False, label=label: self.act(key, label))
        menu.addSeparator()
        copy = menu.addAction("Copy this in words")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(protection_tip(row)))
        return menu

    def _link(self, key: str) -> None:
        row = self.model.row(key)
        if row is not None:
            self._desk.select(row.status.instrument_id)
