"""The chart panel: the desk's selected series with everything known about it drawn on it.

It repaints when the desk announces something, never for a single message of the market.
"""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Candle, Interval
from terminal.ui import formatting
from terminal.ui.charts.bars import Bars
from terminal.ui.charts.chart_header import STALE_S, ChartHeader, market_facts
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.level_lines import levels_for
from terminal.ui.charts.markers import decision_markers, fill_markers
from terminal.ui.theme.tokens import DARK, Tokens
from terminal.ui.viewmodels.desk import Desk

_SECOND_MS: Final = 1_000


class ChartPanel(QWidget):
    """Header and chart, linked to the desk's selection.

    Attributes:
        view: the chart.
        header: the line above it.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None, tokens: Tokens = DARK) -> None:
        super().__init__(parent)
        self.setAccessibleName("Chart")
        self._desk = desk
        self._shown_proposal: str | None = None
        self.header = ChartHeader(tokens, self)
        self.view = ChartView(tokens, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self._on_second)
        self._second.start()
        self._connect(desk)
        self._on_selection(*desk.selection)

    def _connect(self, desk: Desk) -> None:
        self.header.interval_chosen.connect(desk.select_interval)
        self.header.newest_wanted.connect(self.view.pane.show_newest)
        self.view.pane.moved.connect(self._on_moved)
        desk.selection_changed.connect(self._on_selection)
        desk.candles_loaded.connect(self._on_loaded)
        desk.candles_changed.connect(self._on_candles)
        desk.tickers_changed.connect(self._on_market)
        desk.books_changed.connect(self._on_market)
        desk.instruments_changed.connect(self._on_instruments)
        desk.positions_changed.connect(self._refresh_levels)
        desk.safety.protection_changed.connect(self._refresh_levels)
        desk.order_changed.connect(self._on_order)
        desk.proposal_changed.connect(self._on_proposal)
        desk.fill_seen.connect(self._on_fill)
        desk.mark_changed.connect(self._on_mark)
        desk.stream_changed.connect(self._refresh_words)
        newest = QShortcut(QKeySequence("Alt+R"), self)
        newest.setAutoRepeat(False)
        newest.activated.connect(self.view.pane.show_newest)

    def show_proposal(self, decision_id: str | None) -> None:
        """Draw entry, stop and target of this proposal when its instrument is shown and nothing is held."""
        self._shown_proposal = decision_id
        self._refresh_levels()

    # -- the series -------------------------------------------------------

    @property
    def _instrument_id(self) -> InstrumentId:
        return self._desk.selection[0]

    def _on_selection(self, instrument_id: InstrumentId, interval: Interval) -> None:
        self.header.set_selection(instrument_id, interval)
        self.view.setAccessibleName(f"{base_of(instrument_id)} chart, bars of {interval.label}")
        self._on_instruments()
        self._load()
        self._refresh_levels()
        self._refresh_markers()

    def _on_loaded(self, instrument_id: InstrumentId, interval: Interval) -> None:
        if (instrument_id, interval) == self._desk.selection:
            self._load()
            self._refresh_levels()

    def _load(self) -> None:
        candles = self._desk.candles.get(self._desk.selection, [])
        self.view.set_bars(Bars.from_candles(self._desk.selection[1].ms, candles))
        self._show_mark(reveal=True)
        self._refresh_words()
        self._on_second()

    def _on_candles(self, instrument_id: InstrumentId, interval: Interval) -> None:
        if (instrument_id, interval) != self._desk.selection:
            return
        candles = self._desk.candles[self._desk.selection]
        bars = self.view.bars
        if not len(bars) or candles[0].open_ms != bars.open_ms[0] or len(candles) < len(bars):
            self._load()
            return
        known = len(bars)
        bars.update_last(_values(candles[known - 1]))
        for candle in candles[known:]:
            bars.append(candle.open_ms, _values(candle))
        self.view.bars_moved(len(candles) - known)

    # -- what is drawn on it ----------------------------------------------

    def _on_instruments(self) -> None:
        instrument = self._desk.instruments.get(self._instrument_id)
        if instrument is not None:
            self.view.set_decimals(instrument.price_decimals)
        self._refresh_header()

    def _on_market(self, changed: frozenset[InstrumentId]) -> None:
        if self._instrument_id in changed:
            self._refresh_header()

    def _on_order(self, order: object) -> None:
        del order  # the newest filled order of a side gives the stop and target lines
        self._refresh_levels()

    def _on_proposal(self, proposal: object) -> None:
        del proposal
        self._refresh_levels()
        self._refresh_markers()

    def _on_fill(self, fill: object) -> None:
        del fill
        self._refresh_markers()

    def _on_mark(self, mark: object) -> None:
        del mark  # the desk's newest, when it is of the series on show
        self._show_mark(reveal=True)

    def _show_mark(self, *, reveal: bool) -> None:
        mark = self._desk.chart_mark
        mine = mark is not None and (mark.instrument_id, mark.interval) == self._desk.selection
        self.view.show_evidence(mark if mine else None, reveal=reveal)

    def _refresh_levels(self) -> None:
        desk = self._desk
        waiting = [item for item in desk.open_proposals() if item.decision.instrument_id == self._instrument_id]
        chosen = [item for item in waiting if item.decision_id == self._shown_proposal]
        proposal = next(iter(chosen or waiting), None)
        self.view.set_levels(levels_for(self._instrument_id, desk.positions, desk.safety.protection, proposal))

    def _refresh_markers(self) -> None:
        desk, shown = self._desk, self._instrument_id
        self.view.set_markers(
            [*fill_markers(desk.fills.values(), shown), *decision_markers(desk.proposals.values(), shown)]
        )

    # -- words ------------------------------------------------------------

    def _on_moved(self) -> None:
        self.header.newest.setVisible(not self.view.pane.follows)

    def _on_second(self) -> None:
        """Move the countdowns on."""
        bars = self.view.bars
        left_ms = int(bars.open_ms[-1]) + bars.interval_ms - self._desk.now_ms() if len(bars) else 0
        self.view.last_price.set_countdown(formatting.countdown(left_ms / 1_000) if left_ms > 0 else "")
        self._refresh_header()

    def _refresh_header(self) -> None:
        desk, shown = self._desk, self._instrument_id
        ticker, instrument = desk.tickers.get(shown), desk.instruments.get(shown)
        age_s = desk.quote_age_s(shown)
        stale = age_s is not None and age_s > STALE_S
        self.header.set_price(ticker, instrument, stale=stale)
        self.header.facts.set_facts(
            market_facts(ticker, desk.funding.get(shown), desk.books.get(shown), instrument, desk.now_ms(), age_s)
        )
        self.view.last_price.set_stale(stale)

    def _refresh_words(self) -> None:
        """Say why the chart is empty: still loading, nothing to load, or no connection."""
        instrument_id, interval = self._desk.selection
        series = f"{interval.label} bars of {base_of(instrument_id)}"
        candles = self._desk.candles.get(self._desk.selection)
        stream = self._desk.streams.get("public")
        if candles:
            text = ""
        elif stream is not None and not stream.connected:
            text = f"No {series}: the market stream is down ({stream.detail}). It reconnects by itself."
        elif candles is None:
            text = f"Loading {series}…"
        else:
            text = f"The venue has no {series}. Choose another interval above."
        self.view.message.set_text(text)


def _values(candle: Candle) -> tuple[float, float, float, float, float]:
    return candle.open, candle.high, candle.low, candle.close, candle.volume
