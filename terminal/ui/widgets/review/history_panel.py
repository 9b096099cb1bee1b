"""Everything that was answered: a line of filters and the list."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.review import Proposal
from terminal.domain.review_messages import OlderReviews, ShowOlderReviews
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.panel import empty_label
from terminal.ui.widgets.review.history_filter import FilterBar, HistoryFilter
from terminal.ui.widgets.review.review_history import ROW_PX, HistoryList, HistoryModel

_CARD_PX: Final = 452  # an open card
_EMPTY_PX: Final = 190  # the words of the empty desk
_FOOT_PX: Final = 162  # header, heading and filters of the history, the model's lines
_MOST_BELOW_CARDS: Final = 4
_MOST_ROWS: Final = 10


class HistoryPanel(QWidget):
    """Heading, filters, list; hidden while nothing was answered.

    Signals:
        opened (Proposal): a row was chosen.
    """

    opened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = HistoryModel(desk, self)
        self.title = QLabel()
        set_role(self.title, "tone", "muted")
        set_role(self.title, "size", "hint")
        self.older = QPushButton("Show older")
        self.older.setToolTip("Decisions of earlier days, read from the journal")
        set_role(self.older, "kind", "quiet")
        self.older.clicked.connect(self.show_older)
        heading = QHBoxLayout()
        heading.addWidget(self.title, 1)
        heading.addWidget(self.older)
        rule = QFrame()
        set_role(rule, "role", "rule")
        self.filters = FilterBar()
        self.list = HistoryList(self.model)
        self.nothing = empty_label("No answered decision is like this. Change the filters or the words.")
        self.nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(rule)
        column.addLayout(heading)
        for part in (self.filters, self.list, self.nothing):
            column.addWidget(part)
        desk.review.older_read.connect(self._on_older)
        self.filters.changed.connect(self._on_filter)
        self.list.opened.connect(self.opened)
        self.refresh()

    def take(self, proposal: Proposal) -> None:
        self.model.take(proposal)
        self.refresh()

    def show_older(self) -> None:
        """Ask the journal for the page before the oldest row."""
        self._desk.send(ShowOlderReviews())

    def _on_older(self, event: OlderReviews) -> None:
        self.model.take_older(event.proposals)
        self.refresh()

    def refresh(self) -> None:
        """Say how many there are, and show the list or why it is empty."""
        total, listed = self.model.total, self.model.rowCount()
        self.setVisible(total > 0)
        self.older.setVisible(self._desk.review.has_older)
        self.title.setText(f"Answered {total}" if listed == total else f"Answered {listed} of {total}")
        self.list.setVisible(listed > 0)
        self.nothing.setVisible(listed == 0 and total > 0)

    def fit_beside(self, waiting: int, height: int) -> None:
        """Take what an open card leaves of the desk, so that its buttons need no scrolling; more while none waits."""
        room = height - _FOOT_PX - (_CARD_PX if waiting else _EMPTY_PX)
        self.fit(min(max(room // ROW_PX, 1), _MOST_BELOW_CARDS if waiting else _MOST_ROWS))

    def fit(self, rows: int) -> None:
        """Give the list the height of that many rows, or of all when they are fewer."""
        height = ROW_PX * max(1, min(rows, max(self.model.rowCount(), 1)))
        self.list.setFixedHeight(height)
        self.nothing.setFixedHeight(max(height, ROW_PX))

    def _on_filter(self, wanted: HistoryFilter) -> None:
        self.model.set_filter(wanted)
        self.refresh()
