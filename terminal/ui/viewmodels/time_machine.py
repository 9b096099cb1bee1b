"""The decision time machine's state: a recorded day, and where in it somebody looks.

Part of the desk's state. GUI thread only.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.instrument import InstrumentId
from terminal.domain.time_messages import (
    AskingAgain,
    BarsThen,
    DayMark,
    DayOpened,
    DayReading,
    DaySealed,
    DecisionThen,
    MomentShown,
    OpenDay,
)
from terminal.ui.viewmodels.day_lanes import DayLanes
from terminal.ui.viewmodels.known_bars import KnownBars


class TimeBook(QObject):
    """What the engine last told about the day that is open.

    Attributes:
        opened: the newest answer to `OpenDay`; its `problem` says why there is no day.
        lanes: the day's marks; None while none is open.
        sealed: whether the day's records fit their seals; None while that is being checked.
        moment: the account at the newest moment asked for.
        bars: by pair; of this day only.
        known: which of them were known when, by pair.
        decision: everything about the decision asked for last.
        asking: the question asked again last, by decision.

    Signals:
        wanted (OpenDay): somebody wants to see a day or a moment: the window opens.
    """

    wanted = Signal(object)
    reading = Signal(object)
    day_changed = Signal()
    sealed_changed = Signal()
    moment_changed = Signal()
    bars_changed = Signal(object)
    decision_changed = Signal()
    asking_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: DayOpened | None = None
        self.lanes: DayLanes | None = None
        self.sealed: DaySealed | None = None
        self.moment: MomentShown | None = None
        self.bars: dict[InstrumentId, BarsThen] = {}
        self.known: dict[InstrumentId, KnownBars] = {}
        self.decision: DecisionThen | None = None
        self.asking: dict[str, AskingAgain] = {}
        self.handlers: dict[type, Callable[[Any], None]] = {
            DayReading: self._on_reading,
            DayOpened: self._on_opened,
            DaySealed: self._on_sealed,
            MomentShown: self._on_moment,
            BarsThen: self._on_bars,
            DecisionThen: self._on_decision,
            AskingAgain: self._on_asking,
        }

    def show_decision(self, decision_id: str) -> None:
        """Ask for the window at the moment of a decision."""
        self.wanted.emit(OpenDay(decision_id=decision_id))

    def show_order(self, client_order_id: str) -> None:
        """Ask for the window at the moment an order's decision was made, or the order began."""
        self.wanted.emit(OpenDay(client_order_id=client_order_id))

    def chosen(self, seq: int) -> str:
        """Give the decision that is looked at from a place: that of the mark there, else the newest by then."""
        mark: DayMark | None = None if self.lanes is None else self.lanes.at(seq)
        if mark is not None and mark.decision_id:
            return mark.decision_id
        return "" if self.moment is None else self.moment.decision_id

    # -- events -------------------------------------------------------------------

    def _on_reading(self, event: DayReading) -> None:
        self.reading.emit(event)

    def _on_opened(self, event: DayOpened) -> None:
        self.opened = event
        self.moment = self.decision = self.sealed = None
        self.bars.clear()
        self.known.clear()
        self.lanes = None if event.day is None else DayLanes(event.day, event.marks, event.times)
        self.day_changed.emit()

    def _on_sealed(self, event: DaySealed) -> None:
        if self.lanes is not None and event.day == self.lanes.day:
            self.sealed = event
            self.sealed_changed.emit()

    def _on_moment(self, event: MomentShown) -> None:
        self.moment = event
        self.moment_changed.emit()

    def _on_bars(self, event: BarsThen) -> None:
        self.bars[event.instrument_id] = event
        self.known[event.instrument_id] = KnownBars(event.learnt)
        self.bars_changed.emit(event.instrument_id)

    def _on_decision(self, event: DecisionThen) -> None:
        self.decision = event
        self.decision_changed.emit()

    def _on_asking(self, event: AskingAgain) -> None:
        self.asking[event.decision_id] = event
        self.asking_changed.emit(event)
