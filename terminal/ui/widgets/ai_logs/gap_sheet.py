"""The list of gaps between the venue's orders and the accepted AI logs, with what each means and what to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.log_messages import FindLogGaps, LogGap, RecordLogGap
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.log_gaps import compared_words
from terminal.ui.widgets.ai_logs.gap_card import GapCard
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.sheet import Sheet

_NONE = "No gap: every order the venue shows has its accepted log, or a log that is kept on paper."


class GapSheet(Sheet):
    """Gaps newest first; open ones keep entries from opening, exits never.

    Signals:
        log_asked (str): the id of a log to open.
    """

    log_asked = Signal(str)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__("AI-log gaps", window, width=760)
        self._desk = desk
        self.cards: dict[str, GapCard] = {}
        self.compared, self.none = QLabel(), QLabel(_NONE)
        for label in (self.compared, self.none):
            label.setWordWrap(True)
            set_role(label, "tone", "muted")
        self.again = QPushButton("Compare now")
        self.again.setAccessibleName("Compare the venue's orders with the logs now")
        self.again.clicked.connect(lambda: desk.send(FindLogGaps(desk.who)))
        row = QHBoxLayout()
        row.addWidget(self.compared, 1)
        row.addWidget(self.again)
        self.body.addLayout(row)
        self.body.addWidget(self.none)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        inside = QWidget()
        inside.setLayout(self._column)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidget(inside)
        self.area.setMinimumHeight(260)
        self.body.addWidget(self.area, 1)
        desk.log_gaps.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the newest comparison; a card whose gap stays keeps what was typed into it."""
        gaps = self._desk.log_gaps.gaps
        self.compared.setText(visible(compared_words(self._desk.log_gaps.newest)))
        trouble = self._desk.log_gaps.newest is not None and self._desk.log_gaps.newest.trouble
        set_role(self.compared, "tone", "amber" if trouble else "muted")
        names = [gap.gap_id for gap in gaps]
        for gone in self.cards.keys() - set(names):
            card = self.cards.pop(gone)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, gap in enumerate(gaps):
            self._show(place, gap)
        self.none.setVisible(not gaps)
        self.area.setVisible(bool(gaps))

    def _show(self, place: int, gap: LogGap) -> None:
        card = self.cards.get(gap.gap_id)
        if card is None:
            card = self.cards[gap.gap_id] = GapCard(gap)
            card.log_asked.connect(self.log_asked)
            card.record_asked.connect(self._record)
        else:
            card.set_gap(gap)
        if self._column.indexOf(card) != place:
            self._column.insertWidget(place, card)

    def _record(self, gap_id: str, reason: str) -> None:
        self._desk.send(RecordLogGap(gap_id, reason, self._desk.who))
