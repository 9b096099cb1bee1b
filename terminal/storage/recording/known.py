"""What is known of the market at a moment: written at the start of each day, so that a day can be played alone."""

from collections.abc import Iterator

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, CandleUpdate, Funding, Interval, OpenInterest, OrderBook, StreamState, Ticker
from terminal.domain.recording import BarsRead, Moment, Recorded, RulesRead, SettlementsRead

_MOST_BARS = 5_000  # of one instrument and interval


class Known:
    """The newest of everything, as the records go by."""

    def __init__(self) -> None:
        self._rules: RulesRead | None = None
        self._bars: dict[tuple[InstrumentId, Interval], dict[int, Candle]] = {}
        self._settled: dict[InstrumentId, SettlementsRead] = {}
        self._newest: dict[tuple[type, str], Recorded] = {}

    def learn(self, what: Recorded) -> None:
        match what:
            case RulesRead():
                self._rules = what
            case BarsRead():
                self._keep((what.instrument_id, what.interval), what.bars)
            case SettlementsRead():
                self._settled[what.instrument_id] = what
            case CandleUpdate():
                series = (what.instrument_id, what.interval)
                if what.candle.closed and series in self._bars:
                    self._keep(series, (what.candle,))
            case Ticker() | OrderBook() | Funding() | OpenInterest():
                self._newest[type(what), what.instrument_id] = what
            case StreamState():
                self._newest[StreamState, what.name] = what
            case _:
                pass  # a print is over once it was told

    def moments(self, at_ms: int) -> Iterator[Moment]:
        """Give everything known, as of a time."""
        facts = () if self._rules is None else (self._rules,)
        bars = (BarsRead(*series, tuple(kept[ms] for ms in sorted(kept))) for series, kept in self._bars.items())
        for what in (*facts, *bars, *self._settled.values(), *self.newest()):
            yield Moment(at_ms, what)

    def newest(self) -> tuple[Recorded, ...]:
        """Give the newest prices, books, rates and states."""
        return tuple(self._newest.values())

    def _keep(self, series: tuple[InstrumentId, Interval], bars: tuple[Candle, ...]) -> None:
        kept = self._bars.setdefault(series, {})
        kept.update((bar.open_ms, bar) for bar in bars if bar.closed)
        if len(kept) > _MOST_BARS * 5 // 4:  # not at each bar: sorting them all takes a while
            for open_ms in sorted(kept)[:-_MOST_BARS]:
                del kept[open_ms]
