"""The answer to a hand: when a command of this seat is refused, its words come into sight.

Only warnings and errors soon after a command, so that it is never the market's chatter; and a model's
alarm at any time, for only a person can end it. It stays until it is read, or for a while when it is
only a warning, or until the model answers when it said that it does not; the event log keeps all.
Notifications the person has asked for come here too.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.domain.commands import Command, ShowChart
from terminal.domain.depth import WatchDepth
from terminal.domain.messages import Level, ModelPhase, ModelStatus, Notice
from terminal.domain.notification import NoticeChannel, NoticeKind, NotificationRaised
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import sentence
from terminal.ui.widgets.plain_text import visible

ANSWER_WITHIN_S: Final = 10.0
ALARMS_FROM: Final = "brain"
FAILURES_FROM: Final = "model"
WARNING_MS: Final = 12_000
WIDTH_PX: Final = 520
TOP_PX: Final = 60  # below the top bar: the controls there and the rows of the tables stay free


class Toast(QFrame):
    """One message below the top bar; a newer one takes its place.

    Attributes:
        top_px: where it begins; lower while a banner stands below the top bar.
    """

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._over = window
        self._sent_s: float | None = None
        self._source, self._has_failed = "", False
        self.top_px = TOP_PX
        set_role(self, "role", "card")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAccessibleName("Answer to your last command")
        self.close_button = QPushButton("Read")
        self.close_button.setAccessibleName("Read: hide this message")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.close_button, "kind", "quiet")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button)
        self._leave = QTimer(self)
        self._leave.setSingleShot(True)
        self._leave.setInterval(WARNING_MS)
        self._leave.timeout.connect(self.hide)
        self.hide()
        window.installEventFilter(self)
        desk.sent.connect(self._on_sent)
        desk.notice.connect(self._on_notice)
        desk.model_changed.connect(self._on_model)
        desk.notified.connect(self._on_notified)

    def _on_sent(self, command: Command) -> None:
        if not isinstance(command, ShowChart | WatchDepth):
            self._sent_s = self._desk.monotonic_s()

    def _on_notice(self, notice: Notice) -> None:
        if notice.level not in {Level.WARNING, Level.ERROR}:
            return
        is_alarm = notice.source == ALARMS_FROM and notice.level is Level.ERROR
        if not is_alarm and not self._is_answer():
            return
        self._source = notice.source
        self._say(sentence(visible(notice.text)), stays=notice.level is Level.ERROR)

    def _on_notified(self, raised: NotificationRaised) -> None:
        """Say what this person has asked for; who has just stopped trading here need not be told so."""
        notification = raised.notification
        own = notification.kind is NoticeKind.TRADING_STOPPED and self._is_answer()
        if NoticeChannel.TOAST in raised.channels and not own:
            self._source = ""
            self._say(f"{notification.title}. {visible(notification.text)}", stays=notification.kind.is_alarm)

    def _say(self, words: str, *, stays: bool) -> None:
        self.words.setText(words)
        set_role(self.words, "tone", "down" if stays else "amber")
        self._leave.stop()
        if not stays:
            self._leave.start()
        self._place()
        self.show()
        self.raise_()

    def _on_model(self, status: ModelStatus) -> None:
        """An answer ends what a failure said, e.g. how long it is left alone; an alarm is for a person to read."""
        if status.phase is ModelPhase.FAILED:
            self._has_failed = True
        elif status.phase is ModelPhase.READY:
            if self._has_failed and self._source == FAILURES_FROM:
                self.hide()
            self._has_failed = False

    def _is_answer(self) -> bool:
        return self._sent_s is not None and self._desk.monotonic_s() - self._sent_s <= ANSWER_WITHIN_S

    def _place(self) -> None:
        width = min(WIDTH_PX, self._over.width() - 32)
        layout = self.layout()
        height = self.sizeHint().height() if layout is None else layout.totalHeightForWidth(width)
        self.setGeometry((self._over.width() - width) // 2, self.top_px, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
