"""Which day, which moment, and how fast it runs by."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.past import RecordedDay
from terminal.domain.time_messages import DaySealed, MarkKind
from terminal.ui import formatting
from terminal.ui.actions.table import KeyWords
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.day_lanes import SHOWN, DayLanes
from terminal.ui.widgets.plain_text import one_line, tooltip
from terminal.ui.widgets.time_machine.part_view import plain_label
from terminal.ui.widgets.time_machine.timeline import LANE_NAME

SPEEDS: Final = (1, 10, 100, 1_000)
PLAY: Final = "▶  Play"
PAUSE: Final = "❚❚  Pause"


class Transport(QWidget):
    """Two rows: the day and the moment with the play buttons; lanes to show and what happened there.

    Signals:
        day_chosen (RecordedDay): another day.
        read_again: the same day once more, with what has come since.
        stepped (bool): to the next mark, or the one before.
        played (bool): run, or stand still.
        lanes_hidden (frozenset): kinds of marks that are not shown.
    """

    day_chosen = Signal(object)
    read_again = Signal()
    stepped = Signal(bool)
    played = Signal(bool)
    lanes_hidden = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.speed = 100
        self.days = QComboBox()
        self.days.setAccessibleName("Recorded day")
        self.days.setMinimumContentsLength(22)
        self.again = _button("Read again", "Reads the day anew, with what has been recorded since")
        self.moment = QLabel(formatting.DASH)
        set_role(self.moment, "size", "title")
        self.moment.setAccessibleName("The moment shown")
        self.before = _button("◀", "To the mark before")
        self.after = _button("▶", "To the next mark")
        self.play = _button(PLAY, "Lets the day run")
        self.play.setCheckable(True)
        self.speeds = {speed: _button(f"{speed:,}x", f"{speed:,} times as fast as it was") for speed in SPEEDS}
        self.lanes = {kind: _button(LANE_NAME[kind], "Shown, and stopped at on the way") for kind in SHOWN}
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumWidth(120)
        self.seals = QLabel()
        self.seals.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.seals, "tone", "muted")
        self.alarm = plain_label("")
        set_role(self.alarm, "tone", "down")
        self.alarm.hide()
        self._lay_out()
        self._connect()

    def show_keys(self, key: KeyWords) -> None:
        """Name the keys there are now."""
        self.before.setText(f"◀  {key('time.back')}")
        self.after.setText(f"{key('time.on')}  ▶")
        self.play.setToolTip(f"Lets the day run ({key('time.play')})")

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for widget in (self.days, self.again):
            first.addWidget(widget)
        first.addSpacing(12)
        first.addWidget(self.moment)
        first.addStretch(1)
        for widget in (self.before, self.after, self.play):
            first.addWidget(widget)
        for speed, button in self.speeds.items():
            button.setCheckable(True)
            button.setChecked(speed == self.speed)
            set_role(button, "kind", "segment")
            first.addWidget(button)
        for button in self.lanes.values():
            button.setCheckable(True)
            button.setChecked(True)
            set_role(button, "kind", "segment")
            set_role(button, "snug", "true")
            second.addWidget(button)
        second.addSpacing(8)
        second.addWidget(self.words, 1)
        second.addWidget(self.seals)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.alarm)

    def _connect(self) -> None:
        self.days.activated.connect(lambda _: self.day_chosen.emit(self.days.currentData()))
        self.again.clicked.connect(self.read_again)
        self.before.clicked.connect(lambda: self.stepped.emit(False))
        self.after.clicked.connect(lambda: self.stepped.emit(True))
        self.play.toggled.connect(self._on_play)
        for speed, button in self.speeds.items():
            button.clicked.connect(lambda _=False, speed=speed: self.choose_speed(speed))
        for button in self.lanes.values():
            button.toggled.connect(self._on_lanes)

    # -- showing --------------------------------------------------------------------

    def show_days(self, days: tuple[RecordedDay, ...], chosen: RecordedDay | None) -> None:
        """List the days, the newest first."""
        self.days.clear()
        for day in reversed(days):
            self.days.addItem(day_words(day), day)
        if chosen is not None:
            self.days.setCurrentIndex(list(reversed(days)).index(chosen))

    def show_counts(self, lanes: DayLanes | None) -> None:
        for kind, button in self.lanes.items():
            count = "" if lanes is None else f"  {lanes.count(kind):,}"
            button.setText(LANE_NAME[kind] + count)

    def show_moment(self, at_ms: int, seq: int, words: str, tone: str) -> None:
        """Say when it was and what happened last."""
        self.moment.setText(f"{formatting.local_time(at_ms)}   record {seq:,}")
        self.moment.setToolTip(formatting.both_times(at_ms))
        self.say(words, tone)

    def show_seals(self, sealed: DaySealed | None) -> None:
        """Say whether the day is as it was written: quietly when it is, in a line of its own when it is not."""
        broken = sealed is not None and sealed.bad_seq is not None
        words = "" if sealed is None else sealed.words
        self.seals.setText("" if broken or sealed is None else "✓ sealed")
        self.seals.setToolTip(tooltip(words) if words else "")
        self.alarm.setText(one_line(words) if broken else "")
        self.alarm.setVisible(broken)

    def say(self, words: str, tone: str = "muted") -> None:
        self.words.setText(one_line(words))
        self.words.setToolTip(tooltip(words) if words else "")
        set_role(self.words, "tone", tone)

    # -- hands ----------------------------------------------------------------------

    def choose_speed(self, speed: int) -> None:
        self.speed = speed
        for each, button in self.speeds.items():
            button.setChecked(each == speed)

    def _on_play(self, on: bool) -> None:
        self.play.setText(PAUSE if on else PLAY)
        self.played.emit(on)

    def _on_lanes(self, _: bool) -> None:
        hidden: frozenset[MarkKind] = frozenset(kind for kind, button in self.lanes.items() if not button.isChecked())
        self.lanes_hidden.emit(hidden)


def day_words(day: RecordedDay) -> str:
    """Name a day for the list, e.g. `2026-11-21  09:41 to 17:02`."""
    date = formatting.both_times(day.from_ms).split(" ", 1)[0]
    hours = f"{formatting.local_minute(day.from_ms)} to {formatting.local_minute(day.to_ms)}"
    return f"{date}  {hours}"


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
