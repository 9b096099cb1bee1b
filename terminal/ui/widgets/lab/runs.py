"""Every run ever made, the newest first: none can be removed, for the count of tries is part of each result."""

from PySide6.QtCore import QDateTime, Qt, QTimeZone, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from terminal.domain.lab import LabRow
from terminal.ui.viewmodels.lab_book import LabBook

_HEADS = ("Run", "Strategist", "From", "To", "Trades", "Net a trade", "At least", "Fall", "Gate")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_FIRST_NUMBER = 4
_BOX = {True: "The lock-box was open", False: "The lock-box was not opened"}


class LabRuns(QTableWidget):
    """A table over the ledger.

    Signals:
        chosen: a `LabRow` somebody wants to see.
    """

    chosen = Signal(object)

    def __init__(self, book: LabBook, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADS), parent)
        self._book = book
        self._rows: tuple[LabRow, ...] = ()
        self.setAccessibleName("Runs of the lab")
        self.setHorizontalHeaderLabels(_HEADS)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.itemSelectionChanged.connect(self._choose)
        book.changed.connect(self._show_rows)
        self._show_rows()

    def _show_rows(self) -> None:
        rows = tuple(reversed(self._book.rows))
        if rows == self._rows and self.rowCount():
            return
        self._rows = rows
        self.blockSignals(True)
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, text in enumerate(_cells(row)):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{row.headline}\n{row.source}\n{_BOX[row.opened_lock_box]}")
                if column >= _FIRST_NUMBER:
                    item.setTextAlignment(_RIGHT)
                self.setItem(at, column, item)
        self.blockSignals(False)

    def _choose(self) -> None:
        at = self.currentRow()
        if 0 <= at < len(self._rows):
            self.chosen.emit(self._rows[at])


def _cells(row: LabRow) -> tuple[str, ...]:
    return (
        str(row.trial),
        row.strategist,
        _day(row.from_ms),
        _day(row.to_ms),
        f"{row.trades:,}",
        _bp(row.net_bp),
        _bp(row.low_bp),
        f"{100 * row.drawdown:.1f} %",
        "holds" if row.earned else "lacks",
    )


def _bp(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f} bp"


def _day(at_ms: int) -> str:
    return QDateTime.fromMSecsSinceEpoch(at_ms, QTimeZone.utc()).toString("yy-MM-dd")
