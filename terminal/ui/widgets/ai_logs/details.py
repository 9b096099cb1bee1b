"""One AI log in full: what exactly was frozen, what exactly is uploaded, what the venue answered."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.ai_log import AiLog, AiLogState, upload_body
from terminal.ui.formatting import DASH, both_times
from terminal.ui.theme.fonts import mono_font
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.widgets.ai_logs.model import (
    PAPER_HELP,
    attempts_words,
    state_tone,
    state_words,
    tries_words,
    venue_answer,
)
from terminal.ui.widgets.ai_logs.resolve_row import ResolveRow
from terminal.ui.widgets.plain_text import one_line, visible

SHORTENED = (
    "Shortened to our 48 KB: its longest texts stand here by their beginning and end, each with the SHA-256 of the "
    "whole. The whole lies in the journal with its decision; explanation, figures and order are as they were."
)


class AiLogDetails(QDialog):
    """A window for one log; open it with `open()`. It follows the log while it is shown.

    Signals:
        resolved (str, LogResolution, str): log id, what a person wants done about its refusal, the reason.
    """

    resolved = Signal(str, object, str)

    def __init__(self, log: AiLog, pair: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.log = log
        self.setWindowTitle(f"AI log {log.log_id}")
        self.setAccessibleName("AI log details")
        self.resize(680, 520)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(14)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._values: dict[str, QLabel] = {}
        self._pair = pair
        self.content = QPlainTextEdit()
        self.content.setReadOnly(True)
        self.content.setFont(mono_font())
        self.content.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.content.setAccessibleName("Exact bytes of the log")
        self._title = QLabel()
        set_role(self._title, "tone", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        column.setSpacing(8)
        self.way_out = ResolveRow()
        self.way_out.chosen.connect(lambda what, reason: self.resolved.emit(self.log.log_id, what, reason))
        column.addLayout(self._facts)
        column.addWidget(self.way_out)
        column.addWidget(self._title)
        column.addWidget(self.content, 1)
        column.addLayout(self._buttons())
        self.set_log(log)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for text, act in (
            ("Copy content", lambda: _copy(_text(self.log.content))),
            ("Copy upload body", lambda: _copy(_text(body_of(self.log)))),
            ("Copy SHA-256", lambda: _copy(self.log.content_sha256)),
        ):
            button = QPushButton(text)
            button.setAccessibleName(text)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        close = QPushButton("Close")
        close.setAccessibleName("Close details")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        return row

    def set_log(self, log: AiLog) -> None:
        """Show the log's newest state."""
        self.log = log
        self._fact("State", state_words(log), state_tone(log))
        self._fact("Stage", f"{log.stage}   {self._pair}")
        self._fact("Model", log.model)
        ours = f"{log.venue_order_id or 'no venue order id'}   (ours: {log.client_order_id or DASH})"
        self._fact("Order", ours if log.is_about_order else "none: it is about no order, and is uploaded without one")
        self._fact("Decision", log.decision_id or DASH)
        sound = "matches the content" if log.is_intact else "does NOT match the content: keep this file, tell the team"
        self._fact("SHA-256", f"{log.content_sha256}\n{sound}", "" if log.is_intact else "down")
        self._fact("Length", SHORTENED if log.is_shortened else "whole", "amber" if log.is_shortened else "")
        self._fact("Attempts", "\n".join(filter(None, (attempts_words(log), tries_words(log)))))
        self._fact("Venue's answer", venue_answer(log) or DASH)
        self._fact("Receipt", _receipt(log))
        self._fact("By a person", _decided(log))
        self._fact("Frozen", both_times(log.created_ms).replace("\n", ", "))
        self.way_out.set_log(log)
        self._title.setText(_body_words(log))
        shown = visible(_text(body_of(log)))
        if self.content.toPlainText() != shown:
            self.content.setPlainText(shown)

    def _fact(self, name: str, text: str, tone: str = "") -> None:
        value = self._values.get(name)
        if value is None:
            row = len(self._values)
            label = QLabel(name)
            set_role(label, "tone", "muted")
            value = QLabel()
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(name)
            self._values[name] = value
            self._facts.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)
        value.setText(visible(text) if "\n" in text else one_line(text))
        set_role(value, "tone", tone)

    def fact(self, name: str) -> str:
        """Give the text shown under a name."""
        return self._values[name].text()


def body_of(log: AiLog) -> bytes:
    """Give the bytes the venue gets, once the order's id is known; the frozen content before."""
    try:
        is_known = log.venue_order_id is not None or not log.is_about_order
        return upload_body(log.content, log.venue_order_id) if is_known else log.content
    except ValueError:  # a damaged log is shown as it is
        return log.content


def _body_words(log: AiLog) -> str:
    if log.venue_order_id is None and log.is_about_order:
        return f"Frozen content, {len(log.content):,} bytes"
    return f"Upload body, {len(body_of(log)):,} bytes" + (", never uploaded" if log.is_on_paper else "")


def _receipt(log: AiLog) -> str:
    if log.state is AiLogState.ACCEPTED:
        return f"accepted {both_times(log.accepted_ms)}".replace("\n", ", ")
    if log.is_on_paper:
        return f"none. {PAPER_HELP}"
    if log.state is AiLogState.KEPT:
        has_words = log.venue_order_id or not log.is_about_order
        why = log.last_message if has_words else "no order came of it, so nothing is uploaded"
        return f"none: {why or 'nothing is uploaded'}"
    if log.state is AiLogState.GAP:
        return "none: the gap is on record, and the order is listed as one without its log"
    return "none yet"


def _decided(log: AiLog) -> str:
    """Say what a person decided about a refusal; a dash when nobody had to."""
    if not log.resolved_ms:
        return DASH
    gap = log.state is AiLogState.GAP
    what = f"gap recorded: {log.resolved_reason}" if gap else "had the same bytes uploaded again"
    return f"{log.resolved_by}, {both_times(log.resolved_ms)}, {what}".replace("\n", ", ")


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="backslashreplace")


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
