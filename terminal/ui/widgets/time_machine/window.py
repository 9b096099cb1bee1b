"""The decision time machine: a window of its own that shows a recorded day at any of its moments.

It blocks nothing and trades nothing. Where somebody looks is kept here; what was there then is
asked of the engine, the newest question only.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QSplitter, QVBoxLayout, QWidget

from terminal.domain.decision import Decision
from terminal.domain.instrument import InstrumentId
from terminal.domain.past import RecordedDay
from terminal.domain.time_messages import (
    AskFrozenAgain,
    AskingAgain,
    CheckSeals,
    DayReading,
    OpenDay,
    PastSection,
    ShowBarsThen,
    ShowDecisionThen,
    ShowMoment,
)
from terminal.ui.actions.bind import bind
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.time_machine.account_then import AccountThen
from terminal.ui.widgets.time_machine.decision_pages import DecisionPages
from terminal.ui.widgets.time_machine.then_chart import ThenChart
from terminal.ui.widgets.time_machine.timeline import Timeline
from terminal.ui.widgets.time_machine.transport import Transport

SIZE: Final = QSize(1_560, 860)
FRAME: Final = QSize(24, 60)  # what a window manager may add
DECISION_MS: Final = 120  # a decision is read once the hand rests
PLAY_MS: Final = 50
TITLE: Final = "Time machine – a recorded day, nothing here can be sent"


class TimeWindow(QDialog):
    """Opened by `TimeMachineDoor`; closing it stops the playing and keeps the day."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over, Qt.WindowType.Window)
        self._desk = desk
        self._book = desk.time
        self._wanted = OpenDay()
        self.setWindowTitle(TITLE)
        self.setModal(False)
        self.transport = Transport()
        self.timeline = Timeline()
        self.chart = ThenChart(self._book)
        self.account = AccountThen()
        self.pages = DecisionPages()
        self._rest = _single_shot(self, DECISION_MS, self._read_decision)
        self._ask_soon = _single_shot(self, 0, self._ask_moment)
        self._run = QTimer(self)
        self._run.setInterval(PLAY_MS)
        self._run.timeout.connect(self._play_on)
        self._clock = QElapsedTimer()
        self._played_ms = 0.0
        self._lay_out()
        self._connect()
        self.resize(SIZE.boundedTo(self.screen().availableGeometry().size() - FRAME))

    def _lay_out(self) -> None:
        left = QWidget()
        stack = QVBoxLayout(left)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(8)
        stack.addWidget(_panel(self.chart), 1)
        stack.addWidget(_panel(self.account))
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(left)
        parts.addWidget(_panel(self.pages))
        parts.setStretchFactor(0, 11)
        parts.setStretchFactor(1, 9)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(8)
        parts.setSizes([SIZE.width() * 11 // 20, SIZE.width() * 9 // 20])
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self.transport)
        column.addWidget(self.timeline)
        column.addWidget(parts, 1)

    def _connect(self) -> None:
        book = self._book
        book.reading.connect(self._on_reading)
        book.day_changed.connect(self._on_day)
        book.sealed_changed.connect(lambda: self.transport.show_seals(book.sealed))
        book.moment_changed.connect(self._on_moment)
        book.decision_changed.connect(self._show_decision)
        book.asking_changed.connect(self._on_asking)
        self.transport.day_chosen.connect(self._open_chosen)
        self.transport.read_again.connect(self._read_again)
        self.transport.stepped.connect(self.timeline.step)
        self.transport.played.connect(self._on_play)
        self.transport.lanes_hidden.connect(self.timeline.hide_lanes)
        self.timeline.moved.connect(self._on_moved)
        self.chart.pair_chosen.connect(self._ask_bars)
        self.chart.later_toggled.connect(lambda _: self._show_decision())
        self.pages.asked.connect(self._ask_again)
        keymap = self._desk.actions.keymap
        self._show_keys()
        keymap.changed.connect(self._show_keys)
        bind(
            self._desk.actions,
            self,
            {
                "time.back": lambda: self.timeline.step(False),
                "time.on": lambda: self.timeline.step(True),
                "time.play": self.transport.play.toggle,
            },
        )

    def _show_keys(self) -> None:
        self.transport.show_keys(self._desk.actions.keymap.shown)

    # -- a day ----------------------------------------------------------------------

    def open_day(self, wanted: OpenDay) -> None:
        """Show the window; a plain opening keeps the day that is open."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.timeline.setFocus(Qt.FocusReason.PopupFocusReason)
        if self._book.lanes is None or wanted != OpenDay():
            self._open(wanted)

    def _open(self, wanted: OpenDay) -> None:
        self._wanted = wanted
        self.transport.play.setChecked(False)
        self.transport.say("Reading the journal…")
        self._desk.send(wanted)

    def _open_chosen(self, day: RecordedDay) -> None:
        self._open(OpenDay(first_seq=day.first_seq))

    def _read_again(self) -> None:
        day = None if self._book.lanes is None else self._book.lanes.day
        self._open(OpenDay() if day is None else OpenDay(first_seq=day.first_seq))

    def _on_reading(self, event: DayReading) -> None:
        self.transport.say(f"Reading the journal: {event.read:,} of {event.total:,} records")

    def _on_day(self) -> None:
        opened, lanes = self._book.opened, self._book.lanes
        if opened is None:
            return
        self.transport.show_days(opened.days, opened.day)
        self.transport.show_counts(lanes)
        self.transport.show_seals(None)
        self.timeline.show_day(lanes)
        self.chart.offer(opened.instruments)
        self.pages.offer(opened.choices)
        self.account.show_moment(None)
        if lanes is None:
            self.transport.say(opened.problem, "amber")
            self.chart.show_moment(0, None)
            self.pages.show_then(None, 0, with_later=False)
            return
        self.timeline.set_seq(opened.at_seq)
        self._ask_bars(self.chart.pair_id)
        self._look()
        self._desk.send(CheckSeals())

    # -- a moment -------------------------------------------------------------------

    @property
    def seq(self) -> int:
        """The record looked at."""
        return self.timeline.seq

    def _on_moved(self, _: int) -> None:
        if not self._run.isActive():
            self._played_ms = 0.0
        self._look()
        self._ask_soon.start()

    def _look(self) -> None:
        """Show what is known here at once; the engine is asked for the rest."""
        lanes = self._book.lanes
        if lanes is None:
            return
        mark = lanes.at(self.seq)
        words, tone = ("", "muted") if mark is None else (mark.text, mark.tone)
        self.transport.show_moment(lanes.time_of(self.seq), self.seq, words, tone)
        self._show_decision()
        self._rest.start()

    def _ask_moment(self) -> None:
        self._desk.send(ShowMoment(self.seq))

    def _on_moment(self) -> None:
        moment = self._book.moment
        if moment is not None and moment.seq == self.seq:
            self.account.show_moment(moment)
            self._rest.start()

    def _ask_bars(self, pair: InstrumentId | None) -> None:
        if pair is not None and pair not in self._book.bars:
            self._desk.send(ShowBarsThen(pair))
        self.chart.show_moment(self.seq, self._decision())

    # -- the decision ---------------------------------------------------------------

    def _read_decision(self) -> None:
        """Read the decision looked at from here, when it is another one."""
        wanted, known = self._book.chosen(self.seq), self._book.decision
        if wanted and (known is None or known.decision_id != wanted):
            self._desk.send(ShowDecisionThen(wanted))
        elif not wanted:
            self._show_decision()

    def _decision(self) -> Decision | None:
        """The decision looked at, once it had been made."""
        then, lanes = self._book.decision, self._book.lanes
        if then is None or then.decision is None or lanes is None:
            return None
        made = min((part.seq for part in then.parts(PastSection.DECISION)), default=0)
        return then.decision if made <= self.seq else None

    def _show_decision(self) -> None:
        then = self._book.decision
        mine = then is not None and then.decision_id == self._book.chosen(self.seq)
        decision = self._decision() if mine else None
        self.pages.show_then(then if mine else None, self.seq, with_later=self.chart.later.isChecked())
        if then is not None and mine:
            self.pages.show_asking(self._book.asking.get(then.decision_id))
        if decision is not None and self.sender() is self._book:
            self.chart.choose(decision.instrument_id)
        self.chart.show_moment(self.seq, decision)

    def _ask_again(self, choice: str) -> None:
        then = self._book.decision
        if then is not None and then.decision is not None:
            self._desk.send(AskFrozenAgain(then.decision_id, choice, self._desk.who))

    def _on_asking(self, asking: AskingAgain) -> None:
        then = self._book.decision
        if then is not None and then.decision_id == asking.decision_id:
            self.pages.show_asking(asking)

    # -- playing --------------------------------------------------------------------

    def _on_play(self, on: bool) -> None:
        lanes = self._book.lanes
        if on and lanes is not None:
            if lanes.after(self.seq, self.timeline.shown) is None:
                self.timeline.go(lanes.day.first_seq)
            self._played_ms = float(lanes.time_of(self.seq))
            self._clock.start()
            self._run.start()
        else:
            self._run.stop()
            self.transport.play.setChecked(False)

    def _play_on(self) -> None:
        lanes = self._book.lanes
        if lanes is None:
            return
        if not self._played_ms:  # somebody moved meanwhile: go on from there
            self._played_ms = float(lanes.time_of(self.seq))
        self._played_ms += self._clock.restart() * self.transport.speed
        self.timeline.go(max(self.seq, lanes.seq_at(int(self._played_ms))))
        if lanes.after(self.seq, self.timeline.shown) is None:
            self.transport.play.setChecked(False)

    # -- Qt -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()  # a dialog would press a button
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.transport.play.setChecked(False)


def _panel(inside: QWidget) -> QFrame:
    frame = QFrame()
    set_role(frame, "role", "panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(10, 8, 10, 8)
    column.addWidget(inside)
    return frame


def _single_shot(parent: QWidget, interval_ms: int, act: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(act)
    return timer
