"""The AI-log desk: what became of every log the competition asks for."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from terminal.domain.ai_log import AiLog, LogResolution
from terminal.domain.commands import ResolveLog
from terminal.ui.theme.fonts import ui_font
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import RADIUS_CONTROL, Tokens
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.log_gaps import permission_words
from terminal.ui.widgets.ai_logs.details import AiLogDetails
from terminal.ui.widgets.ai_logs.gap_sheet import GapSheet
from terminal.ui.widgets.ai_logs.model import AiLogModel, id_tail, state_tone, state_words
from terminal.ui.widgets.panel import Panel, empty_label
from terminal.ui.widgets.plain_text import one_line, visible

_ROW: Final = 26
HEADINGS: Final = (
    "accepted: the venue has the log\nsending: on its way to the venue\n"
    "waiting: frozen with its decision, sent once the order has an id\n"
    "kept: no order came of it, or it was on paper; nothing to send\n"
    "gaps: refused for good, and a person recorded why"
)
_DOT: Final = 7
_GAP: Final = 7
Index = QModelIndex | QPersistentModelIndex


class AiLogDelegate(QStyledItemDelegate):
    """One line: dot, stage, pair, end of the order id, attempts; the state in words at the right."""

    def __init__(self, model: AiLogModel, tokens: Tokens = LIVE) -> None:
        super().__init__(model)
        self._model = model
        self._tokens = tokens

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index  # all rows are equal
        return QSize(160, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        log = self._model.log(index.row())
        rect: QRect = option.rect
        colour = QColor(getattr(self._tokens, state_tone(log)))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setBrush(QColor(self._tokens.raised))
            painter.drawRoundedRect(rect, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.setBrush(colour)
        painter.drawEllipse(QRect(rect.left() + 4, rect.center().y() - _DOT // 2, _DOT, _DOT))
        painter.setFont(ui_font())
        metrics = painter.fontMetrics()
        words = state_words(log)
        right = rect.right() - 6 - metrics.horizontalAdvance(words)
        painter.setPen(colour)
        painter.drawText(
            QRect(right, rect.top(), rect.right() - right, rect.height()), Qt.AlignmentFlag.AlignVCenter, words
        )
        left = rect.left() + 4 + _DOT + _GAP
        for text, tone in self._parts(log):
            room = right - _GAP - left
            if not text or room < 24:
                continue
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(getattr(self._tokens, tone)))
            painter.drawText(QRect(left, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown) + _GAP
        painter.restore()

    def _parts(self, log: AiLog) -> tuple[tuple[str, str], ...]:
        return (
            (one_line(log.stage), "text"),
            (self._model.pair(log), "muted"),
            (id_tail(log), "muted"),
            (f"×{log.attempts}" if log.attempts > 1 else "", "muted"),
        )


class AiLogDesk(Panel):
    """The list of logs; Enter or a click opens one in full.

    Signals:
        opened (AiLogDetails): the dialog of one log has just come up.
    """

    opened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("AI logs", parent)
        self._desk = desk
        self.model = AiLogModel(desk, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(AiLogDelegate(self.model))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName("AI logs")
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self._open)
        self.refused = QLabel()
        self.refused.setToolTip("Nothing opens while a log is refused: open it, then upload it again or record the gap")
        set_role(self.refused, "size", "hint")
        set_role(self.refused, "tone", "down")
        self.header.row.addWidget(self.refused)
        self.gaps = QPushButton()
        self.gaps.setAccessibleName("AI-log gaps")
        set_role(self.gaps, "kind", "quiet")
        self.gaps.clicked.connect(self.show_gaps)
        self.header.row.addWidget(self.gaps)
        self.alarm = QLabel()
        self.alarm.setTextFormat(Qt.TextFormat.PlainText)
        self.alarm.setWordWrap(True)
        self.alarm.setAccessibleName("Why AI logs keep entries from opening")
        set_role(self.alarm, "tone", "down")
        set_role(self.alarm, "strong", "true")
        self.body.addWidget(self.alarm)
        self.sheet: GapSheet | None = None
        self.empty = empty_label("No AI log yet. One is frozen with every decision, and sent once its order has an id.")
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.list, 1)
        self.details: AiLogDetails | None = None
        desk.ai_log_changed.connect(self._on_changed)
        desk.log_gaps.changed.connect(self._refresh)
        self._refresh()

    def _on_changed(self, log: AiLog) -> None:
        if self.details is not None and self.details.log.log_id == log.log_id:
            self.details.set_log(log)
        self._refresh()

    def _refresh(self) -> None:
        counts = self.model.counts()
        names = ("accepted", "sending", "waiting", "kept")
        shown = (*names, "gaps") if counts["gaps"] else names
        self.header.set_summary("   ".join(f"{counts[name]} {name}" for name in shown), tip=HEADINGS)
        self.refused.setText(f"{counts['refused']} refused")
        self.refused.setVisible(counts["refused"] > 0)
        self._refresh_gaps()
        has_rows = self.model.rowCount() > 0
        self.list.setVisible(has_rows)
        self.empty.setVisible(not has_rows)

    def _refresh_gaps(self) -> None:
        book = self._desk.log_gaps
        count = book.open_count
        self.gaps.setText(f"{count} gaps" if count != 1 else "1 gap")
        self.gaps.setToolTip("Orders at the venue that no accepted log explains: what each means, what to do")
        set_role(self.gaps, "kind", "danger" if count else "quiet")
        refused = permission_words(self._desk.ai_logs)
        # One line: the room is small, and the count of gaps stands on the button above.
        why = f"the venue takes no AI logs from this account: {refused}" if refused else ""
        why = why or (f"{self.gaps.text()} in the AI logs" if count else "")
        self.alarm.setText(visible(f"Nothing opens, exits work: {why}"))
        self.alarm.setVisible(bool(why))

    def show_gaps(self) -> None:
        """Open the list of gaps over the window."""
        if self.sheet is None:
            self.sheet = GapSheet(self._desk, self.window())
            self.sheet.log_asked.connect(self._open_log)
        self.sheet.refresh()
        self.sheet.present()

    def _open(self, index: Index) -> None:
        self._open_log(self.model.log(index.row()).log_id)

    def _open_log(self, log_id: str) -> None:
        """Open a log in its own window; a second click on the way does nothing."""
        log = self._desk.ai_logs.get(log_id)
        if self.details is not None or log is None:
            return
        self.details = AiLogDetails(log, self.model.pair(log), self)
        self.details.finished.connect(self._forget)
        self.details.resolved.connect(self._resolve)
        self.details.open()
        self.opened.emit(self.details)

    def _resolve(self, log_id: str, resolution: LogResolution, reason: str) -> None:
        self._desk.send(ResolveLog(log_id, resolution, reason, self._desk.who))

    def _forget(self) -> None:
        if self.details is not None:
            self.details.deleteLater()
            self.details = None
