"""The two ways out for a log the venue refused for good: the same bytes again, or the gap on record.

It only asks; after a press it rests for a moment, because the decision is written down
before anything about the log changes.
"""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.domain.ai_log import AiLog, AiLogState, LogResolution
from terminal.ui.theme.qss import set_role

_REST_MS: Final = 3_000
_REASON_LEAST: Final = 3
_REASON_MOST: Final = 500
_QUESTION: Final = (
    "The venue refused this log for good, so nothing opens. Put right what it complains about and upload the same "
    "bytes again, or record the gap: the order then stays listed as one without its log. The text is never changed."
)
_DAMAGED: Final = (
    "This log's content is not what was frozen, so it is never uploaded. Nothing opens until the gap is recorded."
)
_NO_NUMBER: Final = (
    "This log's order has no number the venue would take, so it cannot be uploaded. "
    "Nothing opens until the gap is recorded."
)


class ResolveRow(QWidget):
    """Words, a button for each way out, and the reason a recorded gap needs.

    Signals:
        chosen (LogResolution, str): what to do, and the reason ("" for a retry).
    """

    chosen = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What to do about the refused log")
        self._can_retry = False
        self.words = QLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "tone", "amber")
        self.retry = _button("Upload the same bytes again")
        self.record = _button("Record the gap")
        set_role(self.record, "kind", "danger")
        self.reason = QLineEdit()
        self.reason.setMaxLength(_REASON_MOST)
        self.reason.setPlaceholderText("Why it cannot be mended, for the record")
        self.reason.setAccessibleName("Why the log cannot be mended")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.retry)
        row.addWidget(self.reason, 1)
        row.addWidget(self.record)
        column.addLayout(row)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._refresh)
        self.retry.clicked.connect(lambda: self._choose(LogResolution.RETRY, ""))
        self.record.clicked.connect(self._record)
        self.reason.returnPressed.connect(self._record)
        self.reason.textChanged.connect(self._refresh)

    def set_log(self, log: AiLog) -> None:
        """Show itself while the log waits for a person."""
        waits = log.state is AiLogState.NEEDS_HAND
        number = not log.is_about_order or (log.venue_order_id is not None and log.venue_order_id.isdigit())
        self._can_retry = log.is_intact and number
        self.words.setText(_QUESTION if self._can_retry else _NO_NUMBER if log.is_intact else _DAMAGED)
        self.setVisible(waits)
        self._rest.stop()
        self._refresh()

    @property
    def _has_reason(self) -> bool:
        return len(self.reason.text().strip()) >= _REASON_LEAST

    def _record(self) -> None:
        if self.record.isEnabled():
            self._choose(LogResolution.UNMENDABLE, " ".join(self.reason.text().split()))

    def _choose(self, resolution: LogResolution, reason: str) -> None:
        self._rest.start()
        self._refresh()
        self.chosen.emit(resolution, reason)

    def _refresh(self) -> None:
        rests = self._rest.isActive()
        self.retry.setEnabled(self._can_retry and not rests)
        self.record.setEnabled(self._has_reason and not rests)
        self.record.setToolTip("" if self._has_reason else "Write why first")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter here: the dialog around this would take it for its Close button."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            return
        super().keyPressEvent(event)


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setAutoDefault(False)
    return button
