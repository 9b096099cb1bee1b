"""Passports in a table: the column of dots, the word for who caused it, keys, and the chip that filters."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy

from terminal.domain.passport import Dot, is_broken
from terminal.domain.passport_messages import PassportSubject
from terminal.ui.actions.bind import bind
from terminal.ui.actions.book import ActionBook
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.passport import ORIGIN_TONE, dots_in_words, dots_rank, dots_summary
from terminal.ui.viewmodels.rows import Column
from terminal.ui.widgets.cells import DOTS_SAMPLE, DotsDelegate
from terminal.ui.widgets.table_base import DataTable

PASSPORT: Final = "Passport"
NONE_BROKEN: Final = "No broken passport is left here. Click the chip below once more to see every row."
_CHIP_PX: Final = 22
_COUNT_MS: Final = 100  # many rows change together at a start
_OPEN: Final = "Click, P or Enter opens the passport."


class _Dotted(Protocol):
    @property
    def dots(self) -> tuple[Dot, ...]: ...


class _Caused(Protocol):
    @property
    def origin(self) -> str: ...


_DottedRow = TypeVar("_DottedRow", bound=_Dotted)
_CausedRow = TypeVar("_CausedRow", bound=_Caused)


def passport_column() -> Column[_DottedRow]:
    """Give the column of dots; it is never left out."""
    return Column(
        PASSPORT,
        lambda r: dots_summary(r.dots),
        lambda r: dots_rank(r.dots),
        DOTS_SAMPLE,
        tip=lambda r: f"{dots_in_words(r.dots)}\n{_OPEN}",
        right=False,
        grow=0,
        paints=lambda r: r.dots,
    )


def origin_column(drop: int = 0) -> Column[_CausedRow]:
    """Give the column that says who caused an order."""
    return Column(
        "Origin",
        lambda r: r.origin,
        lambda r: r.origin,
        "unattributed",
        lambda r: ORIGIN_TONE.get(r.origin, "muted"),
        right=False,
        drop=drop,
        narrow="human exit",
        grow=0,
    )


class TablePassports(QObject):
    """Gives a table its way to the passports.

    Attributes:
        broken: how many rows have a broken passport.
        chip: shows only those while it is pressed; out of sight while there are none.
        foot: the line below the table, with the chip at its left.

    Signals:
        asked (PassportSubject): a person wants to see a row's passport.
    """

    asked = Signal(object)

    def __init__(
        self, actions: ActionBook, table: DataTable, subject_of: Callable[[str], PassportSubject | None]
    ) -> None:
        super().__init__(table)
        self._table = table
        self._subject_of = subject_of
        self.broken = 0
        column = next(at for at, each in enumerate(table.rows.columns) if each.title == PASSPORT)
        self._dots = DotsDelegate(table)
        table.add_delegate(self._dots, column)
        table.follow_column(column)  # what is broken is counted
        self._dots.asked.connect(self.ask)
        bind(actions, table, {"table.passport": lambda: self.ask(table.current_key())})
        self.chip = self._make_chip()
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(4, 0, 0, 0)
        self.foot.addWidget(self.chip)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_COUNT_MS)
        self._soon.timeout.connect(self.count)
        rows = table.rows
        for signal in (rows.dataChanged, rows.rowsInserted, rows.rowsRemoved, rows.modelReset):
            signal.connect(self._changed)
        self.count()

    def ask(self, key: str) -> None:
        """Ask for the passport of a row; a row that is gone asks for nothing."""
        subject = self._subject_of(key) if key else None
        if subject is not None:
            self.asked.emit(subject)

    def add_to(self, menu: QMenu, key: str) -> None:
        """Add the act to a row's menu."""
        menu.addAction("Open the passport\tP").triggered.connect(lambda: self.ask(key))

    def count(self) -> None:
        """Count the broken rows and say so in the chip."""
        self.broken = sum(is_broken(row.dots) for row in self._table.rows.rows)
        self.chip.setText(f"Broken passports  {self.broken}")
        self.chip.setAccessibleName(f"Broken passports: {self.broken}. Press to see only these rows")
        self.chip.setVisible(self.broken > 0 or self.chip.isChecked())

    def _make_chip(self) -> QPushButton:
        chip = QPushButton(self._table.parentWidget())
        chip.setCheckable(True)
        chip.setToolTip("A broken passport lacks a step: its dot is red. Press to see only these rows.")
        set_role(chip, "kind", "down")
        set_role(chip, "snug", "true")
        chip.setFixedHeight(_CHIP_PX)
        chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        chip.setFont(ui_font(HINT_PX))
        chip.hide()
        chip.toggled.connect(self._filter)
        return chip

    def _changed(self, *_: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _filter(self, on: bool) -> None:
        set_role(self.chip, "kind", "segment" if on else "down")
        set_role(self.chip, "alarm", "down" if on else "")
        self._table.filter_rows(_has_broken if on else None, NONE_BROKEN)
        self.count()


def _has_broken(row: _Dotted) -> bool:
    return is_broken(row.dots)
