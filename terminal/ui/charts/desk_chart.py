"""One series of the desk on one chart: its bars, everything known about them, older pages as one scrolls back.

It repaints when the desk announces something, never for a single message of the market.
"""

from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.chart_messages import ShowOlderBars
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Candle, Interval
from terminal.ui import formatting
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.drawings.drawing_hand import DrawingHand
from terminal.ui.charts.series.bars import Bars, rows_of
from terminal.ui.charts.studies.keeper import StudyKeeper
from terminal.ui.charts.trading.line_hand import LineHand
from terminal.ui.charts.trading.lines import levels_for
from terminal.ui.charts.trading.trade_book import TradeBook
from terminal.ui.charts.trading.trade_marks import TradeMarks
from terminal.ui.viewmodels.desk import Desk

STALE_S: Final = 10.0
_EDGE_SHARE: Final = 0.3  # of the view: nearer to the first bar than this, older ones are asked for
_ASK_AGAIN_S: Final = 5.0  # after an asking that brought nothing

_Series = tuple[InstrumentId, Interval]


class DeskChart(QObject):
    """Keeps a chart in step with a series of the desk.

    Attributes:
        view: the chart.
        series: instrument and interval it shows.
        studies: the indicators of its pair.
        marks: fills, results and decisions on it.
        hand: what a person does with its lines.
        drawing: what a person draws on it.

    Signals:
        pointed (DeskChart, object): the moment the pointer is at, Unix ms; None when it has left.
        pressed (DeskChart): a mouse button went down on it.
    """

    pointed = Signal(object, object)
    pressed = Signal(object)

    def __init__(
        self, desk: Desk, trades: TradeBook, view: ChartView, series: _Series, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.view = view
        self.series = series
        self.studies = StudyKeeper(desk.preferences, view.studies, self)
        self._trades = trades
        self.marks = TradeMarks(desk, trades, view, self)
        self.hand = LineHand(desk, view, self)
        self.drawing = DrawingHand(desk, view, self)
        self._drawn: _Series | None = None
        self._shown_proposal: str | None = None
        self._asking = self._came = False
        self._ask_from_s = 0.0
        self._connect()
        self.show_series(series)

    def _connect(self) -> None:
        desk = self._desk
        desk.candles_loaded.connect(self._on_loaded)
        desk.candles_changed.connect(self._on_candles)
        desk.older_loaded.connect(self._on_older)
        desk.older_ended.connect(self._on_older_ended)
        desk.instruments_changed.connect(self._refresh_decimals)
        desk.positions_changed.connect(self._refresh_levels)
        desk.safety.protection_changed.connect(self._refresh_levels)
        desk.order_changed.connect(self._refresh_levels)
        desk.safety.amended.connect(self._refresh_levels)
        desk.proposal_changed.connect(self._refresh_levels)
        desk.figures_changed.connect(self._on_figures)
        desk.mark_changed.connect(self._show_mark)
        desk.stream_changed.connect(self._refresh_words)
        self.view.pane.moved.connect(self._ask_for_older)
        self.view.pointed.connect(self._on_pointed)
        self.view.pressed.connect(self._on_pressed)

    def _on_pointed(self, at_ms: int | None) -> None:
        self.pointed.emit(self, at_ms)

    def _on_pressed(self) -> None:
        self.pressed.emit(self)

    @property
    def instrument_id(self) -> InstrumentId:
        return self.series[0]

    def show_series(self, series: _Series) -> None:
        """Show another series; what is loaded of it at once, the rest when it comes."""
        self.series = series
        self._asking, self._ask_from_s = False, 0.0
        instrument_id, interval = series
        self.view.setAccessibleName(f"{base_of(instrument_id)} chart, bars of {interval.label}")
        self._refresh_decimals()
        self.studies.show_pair(instrument_id)
        self._load()
        self._refresh_levels()
        self.marks.show_pair(instrument_id)
        self.drawing.show_pair(instrument_id)

    def show_proposal(self, decision_id: str | None) -> None:
        """Draw entry, stop and target of this proposal when its instrument is shown and nothing is held."""
        self._shown_proposal = decision_id
        self._refresh_levels()

    def on_second(self) -> None:
        """Move the countdown to the bar's close on, and fade the price when its quote is old."""
        bars = self.view.bars
        left_ms = int(bars.open_ms[-1]) + bars.interval_ms - self._desk.now_ms() if len(bars) else 0
        self.view.last_price.set_countdown(formatting.countdown(left_ms / 1_000) if left_ms > 0 else "")
        age_s = self._desk.quote_age_s(self.instrument_id)
        self.view.last_price.set_stale(age_s is not None and age_s > STALE_S)

    # -- the series -------------------------------------------------------

    def _on_loaded(self, instrument_id: InstrumentId, interval: Interval) -> None:
        if (instrument_id, interval) == self.series:
            self._load()
            self._refresh_levels()

    def _load(self) -> None:
        """Draw the desk's bars; a series that was on show already stays where it was scrolled and zoomed to."""
        held = self._place() if self._drawn == self.series else None
        bars = Bars.from_candles(self.series[1].ms, self._desk.candles.get(self.series, []))
        self.view.set_bars(bars)
        if held is not None and len(bars):
            at_ms, offset, span = held
            left = offset + (len(bars) - 1 if at_ms is None else bars.place_of(at_ms))
            self.view.pane.show_range(left, left + span)
        self._drawn = self.series
        self.view.edge_words.set_text("")
        self._show_mark()
        self._refresh_words()
        self.on_second()

    def _place(self) -> tuple[int | None, float, float] | None:
        """Give a bar in view (its opening time; None: the newest), the left edge from there, the width in bars."""
        bars, time = self.view.bars, self.view.pane.time
        if not len(bars):
            return None
        if time.follows:
            return None, time.x0 - (len(bars) - 1), time.span
        first = round(time.x0)
        return bars.time_at(first), time.x0 - first, time.span

    def _on_candles(self, instrument_id: InstrumentId, interval: Interval) -> None:
        if (instrument_id, interval) != self.series:
            return
        candles = self._desk.candles[self.series]
        bars = self.view.bars
        if not len(bars) or candles[0].open_ms != bars.open_ms[0] or len(candles) < len(bars):
            self._load()
            return
        known = len(bars)
        bars.update_last(_values(candles[known - 1]))
        for candle in candles[known:]:
            bars.append(candle.open_ms, _values(candle))
        self.view.bars_moved(len(candles) - known)

    # -- older bars -------------------------------------------------------

    def _ask_for_older(self) -> None:
        time, bars = self.view.pane.time, self.view.bars
        if self._asking or not len(bars) or time.x0 > time.span * _EDGE_SHARE or self._drawn != self.series:
            return
        if self.series in self._desk.first_bars or self._desk.monotonic_s() < self._ask_from_s:
            return
        self._asking, self._came = True, False
        self.view.edge_words.set_text("Loading older bars…")
        self._desk.send(ShowOlderBars(*self.series, int(bars.open_ms[0])))

    def _on_older(self, instrument_id: InstrumentId, interval: Interval, count: int) -> None:
        if (instrument_id, interval) == self.series and len(self.view.bars):
            self._came = True
            self.view.prepend(*rows_of(self._desk.candles[self.series][:count]))

    def _on_older_ended(self, instrument_id: InstrumentId, interval: Interval) -> None:
        if (instrument_id, interval) == self.series:
            self._asking = False
            if not self._came:
                self._ask_from_s = self._desk.monotonic_s() + _ASK_AGAIN_S
            self._refresh_edge()

    def _refresh_edge(self) -> None:
        """Say why nothing older is to be seen."""
        if self.series in self._desk.first_bars:
            text = "The venue has no older bars."
        elif self._asking or self._came:
            text = "Loading older bars…"
        else:
            text = "Older bars could not be read. They are asked for again when you move the chart."
        self.view.edge_words.set_text(text)

    # -- what is drawn on it ----------------------------------------------

    def _refresh_decimals(self) -> None:
        instrument = self._desk.instruments.get(self.instrument_id)
        if instrument is not None:
            self.view.set_decimals(instrument.price_decimals)

    def _show_mark(self) -> None:
        """Mark evidence, when the desk's newest is of this series."""
        mark = self._desk.chart_mark
        mine = mark is not None and (mark.instrument_id, mark.interval) == self.series
        self.view.show_evidence(mark if mine else None, reveal=True)

    def _on_figures(self, changed: frozenset[InstrumentId]) -> None:
        held = any(position.instrument_id == self.instrument_id for position in self._desk.positions)
        if held and self.instrument_id in changed:
            self._refresh_levels()  # it is worth something else now

    def _refresh_levels(self) -> None:
        working = self._trades.working(self.instrument_id)
        self.view.set_levels(levels_for(self._desk, self.instrument_id, working, self._shown_proposal))

    def _refresh_words(self) -> None:
        """Say why the chart is empty: still loading, nothing to load, or no connection."""
        instrument_id, interval = self.series
        name = f"{interval.label} bars of {base_of(instrument_id)}"
        candles = self._desk.candles.get(self.series)
        stream = self._desk.streams.get("public")
        if candles:
            text = ""
        elif stream is not None and not stream.connected:
            text = f"No {name}: the market stream is down ({stream.detail}). It reconnects by itself."
        elif candles is None:
            text = f"Loading {name}…"
        else:
            text = f"The venue has no {name}. Choose another interval above."
        self.view.message.set_text(text)


def _values(candle: Candle) -> tuple[float, float, float, float, float]:
    return candle.open, candle.high, candle.low, candle.close, candle.volume
