"""Book and tape of the pair on the ladder, as the engine tells them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from terminal.domain.depth import DepthSnapshot, Prints
from terminal.domain.fill import Fill
from terminal.domain.instrument import Instrument, InstrumentId

if TYPE_CHECKING:  # the ring brings NumPy along, which the first paint must not wait for
    from terminal.ui.viewmodels.tape_ring import TapeRing

MakeTape = Callable[[Instrument], "TapeRing"]


class DepthBook(QObject):
    """The newest of each pair looked at.

    Attributes:
        snapshots: newest book by pair.
        tapes: prints by pair.
        handlers: what takes each kind of event.

    Signals:
        book_changed (InstrumentId): told at the engine's pace, some fifty times a second.
        tape_changed (InstrumentId): new prints, or one of them turned out to be ours.
    """

    book_changed = Signal(object)
    tape_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapshots: dict[InstrumentId, DepthSnapshot] = {}
        self.tapes: dict[InstrumentId, TapeRing] = {}
        self._make_tape: MakeTape | None = None
        self._rules: dict[InstrumentId, Instrument] = {}
        self.handlers: dict[type, Callable[..., None]] = {
            DepthSnapshot: self._on_snapshot,
            Prints: self._on_prints,
        }

    def learn(self, instruments: Iterable[Instrument]) -> None:
        """Take the ticks and steps of the pairs: without them nobody knows how to write their prices."""
        self._rules = {rules.instrument_id: rules for rules in instruments}

    def use_tapes(self, make: MakeTape) -> None:
        """Say how an empty tape is made; until then prints are passed over."""
        self._make_tape = make

    def mark_own(self, fill: Fill) -> None:
        tape = self.tapes.get(fill.instrument_id)
        if tape is not None:
            tape.mark_own(fill)
            self.tape_changed.emit(fill.instrument_id)

    def _tape(self, pair: InstrumentId) -> "TapeRing | None":
        rules = self._rules.get(pair)
        if pair not in self.tapes and rules is not None and self._make_tape is not None:
            self.tapes[pair] = self._make_tape(rules)
        return self.tapes.get(pair)

    def _on_snapshot(self, snapshot: DepthSnapshot) -> None:
        self.snapshots[snapshot.instrument_id] = snapshot
        self.book_changed.emit(snapshot.instrument_id)

    def _on_prints(self, event: Prints) -> None:
        tape = self._tape(event.instrument_id)
        if tape is None:
            return
        if event.whole:
            tape.clear()
        tape.append(event.prints)
        self.tape_changed.emit(event.instrument_id)
