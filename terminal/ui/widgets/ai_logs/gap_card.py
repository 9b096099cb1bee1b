"""One gap of the AI logs: what it means, what to do, and the reason that puts it on record."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.domain.log_messages import GapKind, LogGap
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.log_gaps import gap_title, record_words
from terminal.ui.widgets.plain_text import visible

_REST_MS: Final = 3_000
_LEAST, _MOST = 3, 500


class GapCard(QFrame):
    """A gap with its buttons.

    Signals:
        log_asked (str): the id of the log to open.
        record_asked (str, str): gap id and reason.
    """

    log_asked = Signal(str)
    record_asked = Signal(str, str)

    def __init__(self, gap: LogGap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "role", "panel")
        self.gap = gap
        self.title, self.what, self.advice, self.recorded = (_label() for _ in range(4))
        set_role(self.title, "strong", "true")
        set_role(self.advice, "tone", "muted")
        set_role(self.recorded, "tone", "amber")
        self.open_log = QPushButton("Open its log")
        self.open_log.setAccessibleName("Open the log of this gap")
        self.open_log.clicked.connect(lambda: self.log_asked.emit(self.gap.log_id))
        self.reason = QLineEdit()
        self.reason.setMaxLength(_MOST)
        self.reason.setPlaceholderText("Why it cannot be mended, for the record")
        self.reason.setAccessibleName("Why this gap cannot be mended")
        self.record = QPushButton("Record the gap")
        self.record.setAccessibleName("Record this gap")
        set_role(self.record, "kind", "danger")
        self.reason.textChanged.connect(self._refresh)
        self.reason.returnPressed.connect(self._record)
        self.record.clicked.connect(self._record)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._refresh)
        self._lay_out()
        self.set_gap(gap)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, 8, INSET, 8)
        column.setSpacing(4)
        for label in (self.title, self.what, self.advice, self.recorded):
            column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.open_log)
        row.addWidget(self.reason, 1)
        row.addWidget(self.record)
        row.addStretch()
        column.addLayout(row)

    def set_gap(self, gap: LogGap) -> None:
        """Show the gap's newest state; a reason being typed stays."""
        self.gap = gap
        self.title.setText(gap_title(gap))
        set_role(self.title, "tone", "down" if gap.is_open else "muted")
        self.what.setText(visible(gap.what))
        self.advice.setText(visible(gap.advice))
        self.recorded.setText(visible(record_words(gap)))
        self.recorded.setVisible(not gap.is_open)
        self.advice.setVisible(gap.is_open)
        self.open_log.setVisible(bool(gap.log_id))
        # A log on its way, or one to decide about in itself, is no gap to record here.
        by_hand = gap.is_open and (not gap.log_id or gap.kind is GapKind.UNKNOWN_ORDER)
        self.reason.setVisible(by_hand)
        self.record.setVisible(by_hand)
        self._refresh()

    def _record(self) -> None:
        if self.record.isEnabled() and self.record.isVisible():
            self._rest.start()
            self._refresh()
            self.record_asked.emit(self.gap.gap_id, " ".join(self.reason.text().split()))

    def _refresh(self) -> None:
        has_reason = len(self.reason.text().strip()) >= _LEAST
        self.record.setEnabled(has_reason and not self._rest.isActive())
        self.record.setToolTip("" if has_reason else "Write why first")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter here: nothing around this may take it for its own button."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            return
        super().keyPressEvent(event)


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
