"""The chart as it was: bars known at the moment, what had happened by then, and nothing of later unless asked for."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.decision import Decision
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Candle
from terminal.domain.records import DecisionRecorded, FillBooked
from terminal.domain.time_messages import DayMark, MarkKind
from terminal.ui import formatting
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.layers.later_veil import LaterVeil
from terminal.ui.charts.layers.level_lines import Level, exit_levels
from terminal.ui.charts.layers.markers import Marker, fill_marker, said_marker
from terminal.ui.charts.series.bars import Bars
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.time_machine import TimeBook
from terminal.ui.widgets.plain_text import visible

LATER_BARS: Final = 60
MARKS: Final = 300
MOST_DECIMALS: Final = 8
TICK_BARS: Final = 60  # so many bars hardly all end in the same digit


class ThenChart(QWidget):
    """A pair's chart at a moment.

    Signals:
        pair_chosen (InstrumentId): a person wants another pair's bars.
        later_toggled (bool): what came after is shown, or no longer.
    """

    pair_chosen = Signal(object)
    later_toggled = Signal(bool)

    def __init__(self, book: TimeBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._seq = 0
        self._shown: tuple[InstrumentId, int, int] | None = None
        self._made: dict[int, Marker] = {}  # by record
        self.pair = QComboBox()
        self.pair.setAccessibleName("Pair on the chart")
        self.later = QPushButton("What came after")
        self.later.setCheckable(True)
        self.later.setAutoDefault(False)
        set_role(self.later, "kind", "segment")
        self.later.setToolTip("Shows the bars that followed, dimmed. Nobody knew them at this moment.")
        self.note = QLabel()
        set_role(self.note, "tone", "muted")
        self.view = ChartView(self)
        self.view.setMinimumSize(280, 150)
        self.veil = LaterVeil(self.view.pane)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.pair)
        row.addWidget(self.later)
        row.addWidget(self.note, 1, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        self.pair.activated.connect(lambda _: self.pair_chosen.emit(self.pair_id))
        self.later.toggled.connect(self._on_later)
        book.bars_changed.connect(self._on_bars)

    @property
    def pair_id(self) -> InstrumentId | None:
        found: InstrumentId | None = self.pair.currentData()
        return found

    def offer(self, pairs: tuple[InstrumentId, ...]) -> None:
        """Offer the day's pairs; the one on show stays when it is among them."""
        before = self.pair_id
        self._made.clear()
        self.pair.clear()
        for pair in pairs:
            self.pair.addItem(base_of(pair), pair)
        if before in pairs:
            self.pair.setCurrentIndex(pairs.index(before))
        self._shown = None

    def choose(self, pair: InstrumentId) -> None:
        """Show a pair, and ask for its bars when they are not here yet."""
        index = self.pair.findData(pair)
        if index >= 0 and index != self.pair.currentIndex():
            self.pair.setCurrentIndex(index)
            self.pair_chosen.emit(pair)

    def show_moment(self, seq: int, decision: Decision | None) -> None:
        """Draw what was known after a record; `decision` gives the lines when it is of this pair."""
        self._seq = seq
        self._draw_bars()
        self._draw_marks()
        mine = decision is not None and decision.instrument_id == self.pair_id
        self.view.set_levels(decision_levels(decision) if decision is not None and mine else ())

    # -- drawing --------------------------------------------------------------------

    def _on_bars(self, pair: InstrumentId) -> None:
        if pair == self.pair_id:
            self._shown = None
            self._draw_bars()
            self._draw_marks()

    def _on_later(self, on: bool) -> None:
        self._draw_bars()
        self.later_toggled.emit(on)

    def _draw_bars(self) -> None:
        bars = None if self.pair_id is None else self._book.bars.get(self.pair_id)
        if bars is None or bars.problem or self.pair_id is None:
            self.view.set_bars(Bars(60_000))
            self._shown = None
            words = "Reading the bars of that day…" if bars is None else bars.problem
            self.view.message.set_text(words)
            self.note.setText("")
            return
        book = self._book.known[self.pair_id]
        known = book.at(self._seq)
        later = book.after(self._seq)[:LATER_BARS] if self.later.isChecked() else ()
        drawn = (self.pair_id, book.place(self._seq), len(later))
        if drawn == self._shown:
            return
        self._shown = drawn
        self._put(bars.interval.ms, known, later)
        name = base_of(self.pair_id)
        self.view.message.set_text("" if known or later else f"No bars of {name} were frozen by this moment.")
        newest = formatting.local_minute(known[-1].open_ms + bars.interval.ms) if known else formatting.DASH
        self.note.setText(visible(f"{len(known):,} bars of {bars.interval.label} known, the newest closed {newest}"))

    def _put(self, interval_ms: int, known: tuple[Candle, ...], later: tuple[Candle, ...]) -> None:
        self.view.last_price.setVisible(not later)
        self.view.set_bars(Bars.from_candles(interval_ms, (*known, *later)))
        self.veil.cover_from(len(known) if later else None)
        if known:
            self.view.set_decimals(decimals_of(known))

    def _draw_marks(self) -> None:
        lanes, pair = self._book.lanes, self.pair_id
        if lanes is None or pair is None:
            self.view.set_markers(())
            return
        fills = [mark for mark in lanes.upto(self._seq, MarkKind.FILL, MARKS) if mark.instrument_id == pair]
        said = [mark for mark in lanes.upto(self._seq, MarkKind.DECISION, MARKS) if mark.instrument_id == pair]
        self.view.set_markers([self._marker(mark) for mark in (*fills, *said)])

    def _marker(self, mark: DayMark) -> Marker:
        """Give a mark's marker, made once: a hand that scrubs comes by many times."""
        made = self._made.get(mark.seq)
        if made is None:
            record = mark.record
            made = fill_marker(record.fill) if isinstance(record, FillBooked) else _said(mark)
            self._made[mark.seq] = made
        return made


def _said(mark: DayMark) -> Marker:
    record = mark.record
    short = isinstance(record, DecisionRecorded) and record.decision.action.value == "OPEN_SHORT"
    return said_marker(mark.at_ms, mark.text, below=not short)


def decision_levels(decision: Decision) -> tuple[Level, ...]:
    """Give the lines of a decision as it was made; none for one that opens nothing."""
    if not decision.action.opens:
        return ()
    entry = decision.entry_price or decision.reference_price
    word = "long" if decision.action.value == "OPEN_LONG" else "short"
    return (
        Level(float(entry), f"AI {word}", "ai"),
        *exit_levels(decision.stop_price, decision.target_price, entry),
    )


def decimals_of(bars: tuple[Candle, ...]) -> int:
    """Give the decimals prices were quoted in: the contract's tick of that day is not on record."""
    prices = (price for bar in bars[-TICK_BARS:] for price in (bar.open, bar.high, bar.low, bar.close))
    found = max(-int(Decimal(repr(price)).normalize().as_tuple().exponent) for price in prices)
    return max(0, min(found, MOST_DECIMALS))
