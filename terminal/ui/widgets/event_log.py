"""Event log: what happened, in plain words; filter and copy."""

from itertools import count
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from terminal.domain.messages import Notice
from terminal.ui import formatting as f
from terminal.ui.actions.bind import bind
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.desk import NOTICES_KEPT, Desk
from terminal.ui.viewmodels.rows import Column, RowsModel
from terminal.ui.viewmodels.words import LEVEL
from terminal.ui.widgets.table_base import DataTable

EMPTY: Final = "Nothing has happened yet."
NO_MATCH: Final = "No event matches the filter."

COLUMNS: Final[tuple[Column[Notice], ...]] = (
    Column(
        "Time",
        lambda n: f.local_time(n.at_ms),
        lambda n: float(n.at_ms),
        "09:41:07",
        lambda _: "muted",
        lambda n: f.both_times(n.at_ms),
        right=False,
        grow=0,
    ),
    Column(
        "Level",
        lambda n: LEVEL[n.level][0],
        lambda n: float(list(LEVEL).index(n.level)),
        "alarm..",
        lambda n: LEVEL[n.level][1],
        right=False,
        grow=0,
    ),
    Column("Source", lambda n: n.source, lambda n: n.source, "trading state", lambda _: "muted", right=False, grow=0),
    Column("What happened", lambda n: n.text, lambda n: n.text, "What happened and what to do", right=False),
)


def line(notice: Notice) -> str:
    """One event as text, for the clipboard."""
    return f"{f.local_time(notice.at_ms)}  {LEVEL[notice.level][0]}  {notice.source}  {notice.text}"


class EventLog(QWidget):
    """The notices of the desk, newest first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = count()
        self.model: RowsModel[Notice] = RowsModel(COLUMNS, self, row_tip=lambda n: n.text)
        self.table = DataTable(self.model, EMPTY, self)
        self.table.setAccessibleName("Events")
        self.table.sorted.setFilterKeyColumn(-1)
        self.table.sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.table.set_row_height(26)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter by word, level or source")
        self.filter.setAccessibleName("Filter events")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.copy_all = QPushButton("Copy shown", self)
        self.copy_all.setAccessibleName("Copy the events shown")
        self.copy_all.clicked.connect(self._copy_shown)
        self._lay_out()
        bind(desk.actions, self.table, {"table.copy": self.copy_current})
        for notice in desk.notices:
            self._add(notice)
        desk.notice.connect(self._add)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(INSET - 4, 0, INSET - 4, 0)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.copy_all)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 6, 4, 4)
        whole.setSpacing(4)
        whole.addLayout(tools)
        whole.addWidget(self.table)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)

    def _add(self, notice: Notice) -> None:
        self.model.put(str(next(self._numbers)), notice, keep=NOTICES_KEPT)

    def _filter(self, text: str) -> None:
        self.table.sorted.setFilterFixedString(text)
        self.table.empty_words = NO_MATCH if text else EMPTY
        self.table.viewport().update()

    def copy_current(self) -> None:
        """Put the selected event on the clipboard."""
        notice = self.model.row(self.table.current_key())
        if notice is not None:
            QGuiApplication.clipboard().setText(line(notice))

    def _copy_shown(self) -> None:
        rows = self.table.sorted
        keys = [self.table.key_at(rows.index(at, 0)) for at in range(rows.rowCount())]
        notices = [self.model.row(key) for key in keys]
        QGuiApplication.clipboard().setText("\n".join(line(item) for item in notices if item is not None))

    def _open_menu(self, place: QPoint) -> None:
        if self.table.key_at(self.table.indexAt(place)):
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction("Copy this event").triggered.connect(self.copy_current)
            menu.addAction("Copy the events shown").triggered.connect(self._copy_shown)
            menu.popup(self.table.viewport().mapToGlobal(place))
