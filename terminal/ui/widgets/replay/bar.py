"""The bar of a replay, under the top bar: pause, speed, where it stands. It cannot be closed."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.ui import formatting as f
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.replay_book import ReplayBook

HEIGHT: Final = 32  # a small screen needs its lines for the cards
LOOK_MS: Final = 250
PAUSE: Final = "❚❚  Pause"
PLAY: Final = "▶  Go on"
OVER: Final = "The recording ends here."
PAUSED: Final = "Paused: nothing ages, cards keep their time."
_BAR_PX: Final = 6


class ReplayBar(QFrame):
    """Plays, stands still, faster and slower."""

    def __init__(self, book: ReplayBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.book = book
        set_role(self, "banner", "amber")
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(f"Replay of {book.day}")
        self.pause = QPushButton(PAUSE)
        self.pause.setCheckable(True)
        self.pause.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pause.setToolTip("Lets the recorded market stand still, and everything that ages with it")
        self.speeds = {speed: self._speed_button(speed) for speed in book.speeds}
        self.moment = QLabel()
        self.moment.setAccessibleName("Market time of the replay")
        set_role(self.moment, "strong", "true")
        self.words = QLabel()
        set_role(self.words, "tone", "amber")
        self.track = Track(book)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(8)
        for widget in (self.pause, *self.speeds.values()):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.moment)
        row.addWidget(self.track, 1)
        row.addWidget(self.words)
        self.pause.clicked.connect(book.set_paused)
        book.changed.connect(self._show)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(book.read)
        self._timer.start()
        self._show()

    def stop(self) -> None:
        """Look no more; called when the desk ends."""
        self._timer.stop()

    def _speed_button(self, speed: float) -> QPushButton:
        button = QPushButton(f"{speed:,g}x")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(f"{speed:,g} times as fast as it was; a slow machine plays as fast as it can")
        set_role(button, "kind", "segment")
        button.clicked.connect(lambda _=False: self.book.set_speed(speed))
        return button

    def _show(self) -> None:
        state = self.book.state
        self.pause.setText(PLAY if state.is_paused else PAUSE)
        self.pause.setChecked(state.is_paused)
        for speed, button in self.speeds.items():
            button.setChecked(speed == state.speed)
        self.moment.setText(f.local_time(state.now_ms))
        self.moment.setToolTip(f.both_times(state.now_ms))
        ends = f"recorded {f.local_minute(state.from_ms)} to {f.local_minute(state.to_ms)}"
        self.words.setText(OVER if state.is_over else PAUSED if state.is_paused else ends)
        self.track.update()


class Track(QWidget):
    """How much of the recording has been played."""

    def __init__(self, book: ReplayBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.setMinimumWidth(80)

    def sizeHint(self) -> QSize:
        return QSize(240, _BAR_PX * 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, (self.height() - _BAR_PX) / 2, self.width(), _BAR_PX)
        painter.setBrush(QColor(LIVE.line))
        painter.drawRoundedRect(whole, _BAR_PX / 2, _BAR_PX / 2)
        painter.setBrush(QColor(LIVE.amber))
        played = QRectF(whole)
        played.setWidth(max(float(_BAR_PX), whole.width() * self._book.share))
        painter.drawRoundedRect(played, _BAR_PX / 2, _BAR_PX / 2)
        painter.end()
