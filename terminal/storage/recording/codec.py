"""One line of JSON a record; books are written as what changed in them.

Prices and sizes are text, exactly as they were; times are differences to the line before, because
small numbers pack well. Both sides begin anew at each START chunk, so that one can be read alone.
"""

from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import orjson

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import (
    BookLevel,
    Candle,
    CandleUpdate,
    Funding,
    Interval,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.domain.order import Side
from terminal.domain.recording import Moment
from terminal.domain.recording import Recorded as Recorded  # noqa: PLC0414 - the codec's own word for what it takes
from terminal.storage.recording.facts import fact_of, row_of_fact

_SIDES: Final = {Side.BUY: "B", Side.SELL: "S"}
_TAKERS: Final = {"B": Side.BUY, "S": Side.SELL}
_Levels = dict[str, str]


class Encoder:
    """Turns records into lines."""

    def __init__(self) -> None:
        self._at_ms = 0
        self._books: dict[str, tuple[_Levels, _Levels]] = {}

    def begin(self) -> None:
        """Forget what was written: the next lines stand by themselves."""
        self._at_ms = 0
        self._books.clear()

    def line(self, moment: Moment) -> bytes:
        passed_ms, self._at_ms = moment.at_ms - self._at_ms, moment.at_ms
        return orjson.dumps([passed_ms, *self._row(moment.what, moment.at_ms)]) + b"\n"

    def _row(self, what: Recorded, at_ms: int) -> list[Any]:
        match what:
            case OrderBook():
                return self._book_row(what, at_ms)
            case Ticker():
                return _ticker_row(what, at_ms)
            case CandleUpdate():
                bar = what.candle
                values = [bar.open_ms, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.closed]
                return ["c", what.instrument_id, what.interval.value, *values]
            case PublicTrade():
                terms = [what.trade_id, str(what.price), str(what.size), _SIDES[what.taker]]
                return ["p", what.instrument_id, *terms, what.ts_event_ms - at_ms]
            case Funding():
                return ["f", what.instrument_id, str(what.rate), what.next_ms, what.interval_min]
            case StreamState():
                return ["s", what.name, what.connected, what.detail]
            case _:
                return row_of_fact(what)

    def _book_row(self, book: OrderBook, at_ms: int) -> list[Any]:
        name = str(book.instrument_id)
        bids, asks = _texts(book.bids), _texts(book.asks)
        head = [name, book.version, book.synchronised, book.ts_event_ms - at_ms]
        known = self._books.get(name)
        if not (_is_plain(book.bids, bids, falls=True) and _is_plain(book.asks, asks, falls=False)):
            self._books.pop(name, None)  # an odd book (unsorted, a price twice) is written as it is
            return ["B", *head, _flat_levels(book.bids), _flat_levels(book.asks)]
        self._books[name] = bids, asks
        if known is None:
            return ["B", *head, _flat(bids), _flat(asks)]
        return ["b", *head, _changes(known[0], bids), _changes(known[1], asks)]


class Decoder:
    """Turns lines back into records; the same order, equal to the last digit."""

    def __init__(self) -> None:
        self._at_ms = 0
        self._books: dict[str, tuple[dict[str, BookLevel], dict[str, BookLevel]]] = {}

    def begin(self) -> None:
        self._at_ms = 0
        self._books.clear()

    def moment(self, line: bytes) -> Moment:
        """Read one line.

        Raises:
            ValueError: it is none of ours (LookupError, TypeError and ArithmeticError alike).
        """
        passed_ms, kind, *row = orjson.loads(line)
        self._at_ms += passed_ms
        return Moment(self._at_ms, self._what(kind, row))

    def _what(self, kind: str, row: list[Any]) -> Recorded:
        match kind:
            case "b" | "B":
                return self._book(row, whole=kind == "B")
            case "t":
                return _ticker(row, self._at_ms)
            case "c":
                name, minutes, open_ms, o, h, low, c, volume, closed = row
                candle = Candle(open_ms, o, h, low, c, volume, closed=closed)
                return CandleUpdate(InstrumentId(name), Interval(minutes), candle)
            case "p":
                name, trade_id, price, size, taker, late_ms = row
                ts_ms = self._at_ms + late_ms
                return PublicTrade(InstrumentId(name), trade_id, Decimal(price), Decimal(size), _TAKERS[taker], ts_ms)
            case "f":
                name, rate, next_ms, minutes = row
                return Funding(InstrumentId(name), Decimal(rate), next_ms, minutes)
            case "s":
                name, connected, detail = row
                return StreamState(name, connected=connected, detail=detail)
            case _:
                return fact_of(kind, row)

    def _book(self, row: list[Any], *, whole: bool) -> OrderBook:
        name, version, synchronised, late_ms, bid_texts, ask_texts = row
        if whole:
            bids, asks = _levels(bid_texts), _levels(ask_texts)
            self._books[name] = {str(one.price): one for one in bids}, {str(one.price): one for one in asks}
        else:
            kept = self._books[name]
            _apply(kept[0], bid_texts)
            _apply(kept[1], ask_texts)
            bids = tuple(sorted(kept[0].values(), key=_price, reverse=True))
            asks = tuple(sorted(kept[1].values(), key=_price))
        return OrderBook(
            InstrumentId(name), bids, asks, version, synchronised=synchronised, ts_event_ms=self._at_ms + late_ms
        )


def _ticker_row(what: Ticker, at_ms: int) -> list[Any]:
    figures = (
        what.last, what.mark, what.index, what.change_24h, what.high_24h, what.low_24h, what.base_volume_24h,
        what.quote_volume_24h,
    )  # fmt: skip
    texts = [None if each is None else str(each) for each in figures]
    return ["t", what.instrument_id, *texts, what.ts_event_ms - at_ms]


def _ticker(row: list[Any], at_ms: int) -> Ticker:
    name, last, *texts, late_ms = row
    mark, index, change, high, low, base, quote = (None if each is None else Decimal(each) for each in texts)
    return Ticker(
        InstrumentId(name), Decimal(last), mark, index, change, high, low, base, quote, ts_event_ms=at_ms + late_ms
    )


def _texts(levels: tuple[BookLevel, ...]) -> _Levels:
    return {str(level.price): str(level.size) for level in levels}


def _is_plain(levels: tuple[BookLevel, ...], texts: _Levels, *, falls: bool) -> bool:
    """Tell whether sorting the prices gives these levels again."""
    prices = [level.price for level in levels]
    return len(texts) == len(levels) and all(a > b if falls else a < b for a, b in pairwise(prices))


def _flat(levels: _Levels) -> list[str]:
    return [text for level in levels.items() for text in level]


def _flat_levels(levels: tuple[BookLevel, ...]) -> list[str]:
    return [text for level in levels for text in (str(level.price), str(level.size))]


def _changes(before: _Levels, after: _Levels) -> list[str]:
    """Prices with their new size, "" for one that is gone."""
    texts = [text for price in before if price not in after for text in (price, "")]
    texts += [text for price, size in after.items() if before.get(price) != size for text in (price, size)]
    return texts


def _levels(texts: list[str]) -> tuple[BookLevel, ...]:
    pairs = zip(texts[::2], texts[1::2], strict=True)
    return tuple(BookLevel(Decimal(price), Decimal(size)) for price, size in pairs)


def _apply(levels: dict[str, BookLevel], texts: list[str]) -> None:
    for price, size in zip(texts[::2], texts[1::2], strict=True):
        if size:
            levels[price] = BookLevel(Decimal(price), Decimal(size))
        else:
            levels.pop(price, None)


def _price(level: BookLevel) -> Decimal:
    return level.price
