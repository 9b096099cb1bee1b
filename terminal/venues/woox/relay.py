"""Between the public stream and the core: wire models in, domain events out.

The stream knows no domain but a book's levels, and the mapper knows no sockets; here they meet.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import CandleUpdate, Interval, StreamState, Ticker
from terminal.net.server_clock import ServerClock
from terminal.net.wire.decode import parse
from terminal.ports.market_feed import FeedSink
from terminal.venues.woox.books import Books
from terminal.venues.woox.mapper.market import candle_from, change_of, trade_from_push
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.mapper.words import interval_of
from terminal.venues.woox.stream.frames import Data
from terminal.venues.woox.wire.market import KlinePush, PricePush, TickerPush, TradePush


@dataclass(slots=True)
class _Prices:
    """What the topics of one pair have said so far: each tells its own part of a ticker."""

    ticker: Ticker | None = None
    mark: Decimal | None = None
    index: Decimal | None = None


class FeedRelay:
    """Turns public pushes into market events. Everything that reads a push raises `MalformedReply`."""

    def __init__(self, sink: FeedSink, server_clock: ServerClock, symbols: Symbols, books: Books) -> None:
        self._sink = sink
        self._server_clock = server_clock
        self._symbols = symbols
        self._books = books
        self._prices: dict[InstrumentId, _Prices] = {}
        self._newest: dict[tuple[InstrumentId, Interval], tuple[KlinePush, bool]] = {}  # bar, told as closed

    def figures(self, data: Data) -> None:
        """Take a topic of prices, and give the ticker as it is known now."""
        instrument_id = self._instrument(data)
        prices = self._prices.setdefault(instrument_id, _Prices())
        if data.kind == "ticker":
            prices.ticker = _ticker(instrument_id, parse(TickerPush, data.data), data.sent_ms)
        elif data.kind == "markprice":
            prices.mark = parse(PricePush, data.data).price
        else:
            prices.index = parse(PricePush, data.data).price
        if prices.ticker is not None:
            at_ms = max(prices.ticker.ts_event_ms, data.sent_ms)
            self._sink(replace(prices.ticker, mark=prices.mark, index=prices.index, ts_event_ms=at_ms))

    def trade(self, data: Data) -> None:
        push = parse(TradePush, data.data)
        self._sink(trade_from_push(self._symbols.instrument_of(push.symbol), push, data.sent_ms))

    def book(self, symbol: str) -> None:
        self._sink(self._books.shown(symbol))

    def bars(self, data: Data) -> None:
        """Pass a bar on; the one before a new one is passed once more, closed."""
        bar = parse(KlinePush, data.data)
        key = (self._symbols.instrument_of(bar.symbol), interval_of(bar.interval))
        last, told_closed = self._newest.get(key, (None, True))
        if last is not None and bar.open_ms > last.open_ms and not told_closed:
            self._emit(key, last, venue_now_ms=bar.open_ms)  # by then the earlier bar is over
        closed = self._emit(key, bar, venue_now_ms=self._server_clock.now_ms())
        if last is None or bar.open_ms >= last.open_ms:
            self._newest[key] = (bar, closed)

    def state(self, connected: bool, detail: str) -> None:
        if not connected:
            self._newest.clear()  # what was missed meanwhile would make a bar look final
            self._prices.clear()
        self._sink(StreamState("public", connected, detail))

    def _emit(self, key: tuple[InstrumentId, Interval], bar: KlinePush, *, venue_now_ms: int) -> bool:
        instrument_id, interval = key
        candle = candle_from(bar, interval.ms, venue_now_ms)
        self._sink(CandleUpdate(instrument_id, interval, candle))
        return candle.closed

    def _instrument(self, data: Data) -> InstrumentId:
        """Give the pair of a topic of prices; an index is named by its coin."""
        symbol = data.topic.partition("@")[2]
        return self._symbols.of_index(symbol) if data.kind == "indexprice" else self._symbols.instrument_of(symbol)


def _ticker(instrument_id: InstrumentId, push: TickerPush, sent_ms: int) -> Ticker:
    return Ticker(
        instrument_id=instrument_id,
        last=push.last,
        mark=None,
        index=None,
        change_24h=change_of(push.open, push.last),
        high_24h=push.high,
        low_24h=push.low,
        base_volume_24h=push.base_volume,
        quote_volume_24h=push.quote_volume,
        ts_event_ms=sent_ms,
    )
