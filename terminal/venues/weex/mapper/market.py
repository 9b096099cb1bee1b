"""Market figures of either dialect to domain."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from terminal.domain.competition import is_allowed
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    BookLevel,
    Candle,
    Funding,
    FundingSettled,
    OpenInterest,
    OrderBook,
    PublicTrade,
    Ticker,
)
from terminal.domain.order import Side
from terminal.net.wire.decode import parse
from terminal.venues.weex.mapper.words import instrument_of
from terminal.venues.weex.wire.market import (
    BookReply,
    BookRow,
    CandleRow,
    ContractRow,
    FundingPast,
    FundingRow,
    OpenInterestRow,
    TradeRow,
    candle_row,
)
from terminal.venues.weex.wire.quick import Print, TickerFigures


def step_of(decimals: int, end_step: Decimal = Decimal(1)) -> Decimal:
    """Turn a count of decimals into a step: 4 gives 0.0001, 0 gives 1, -2 gives 100."""
    return end_step * Decimal(1).scaleb(-decimals)


def instrument_from(row: ContractRow) -> Instrument:
    return Instrument(
        instrument_id=instrument_of(row.symbol),
        price_step=step_of(row.price_decimals, row.price_end_step),
        size_step=step_of(row.size_decimals),
        min_size=row.min_order_size,
        max_size=row.max_order_size,
        max_position_size=row.max_position_size,
        max_market_open_size=row.market_open_limit_size,
        min_leverage=row.min_leverage,
        max_leverage=row.max_leverage,
        maker_fee=row.maker_fee_rate,
        taker_fee=row.taker_fee_rate,
        buy_limit_ratio=row.buy_limit_price_ratio,
        sell_limit_ratio=row.sell_limit_price_ratio,
    )


def instruments_from(model: type[ContractRow], rows: Sequence[dict[str, Any]]) -> tuple[Instrument, ...]:
    """Give the rules of the competition's pairs.

    Rows of other pairs are not parsed: an oddity in one must not stop the eight.

    Raises:
        MalformedReply: one of the eight does not fit `model`.
    """
    return tuple(instrument_from(parse(model, row)) for row in rows if is_ours(row))


def is_ours(contract: dict[str, Any]) -> bool:
    """Tell whether a raw contract row is one of the competition's pairs."""
    symbol = contract.get("symbol")
    try:
        return isinstance(symbol, str) and is_allowed(instrument_of(symbol))
    except MalformedReply:
        return False


def sane(row: CandleRow) -> CandleRow:
    """Refuse a bar that cannot have happened.

    Raises:
        MalformedReply: low above open or close, or high below.
    """
    if not row.low <= min(row.open, row.close) <= max(row.open, row.close) <= row.high:
        raise MalformedReply(f"The candle of {row.open_ms} contradicts itself.", venue="WEEX")
    return row


def candle_from(row: CandleRow, interval_ms: int, venue_now_ms: int) -> Candle:
    """Give the domain bar; closed once the venue's clock has passed its end."""
    return Candle(
        open_ms=row.open_ms,
        open=float(row.open),
        high=float(row.high),
        low=float(row.low),
        close=float(row.close),
        volume=float(row.base_volume),
        closed=row.open_ms + interval_ms <= venue_now_ms,
    )


def candles_from(rows: list[Any], interval_ms: int, venue_now_ms: int) -> tuple[Candle, ...]:
    """Give bars oldest first (the venue does not state its order), one an open time.

    A bar with a later one after it is closed, even while our clock lags a little.

    Raises:
        MalformedReply: any row is unreadable; a gap must not pass for a bar.
    """
    named = {row.open_ms: row for row in (sane(candle_row(row)) for row in rows)}
    now_ms = max(venue_now_ms, max(named, default=0))
    return tuple(candle_from(named[key], interval_ms, now_ms) for key in sorted(named))


def ticker_from(row: TickerFigures, now_ms: int) -> Ticker:
    """Give the ticker; pushes carry no time, so the caller gives the venue's clock."""
    symbol, last, mark, index, change, high, low, base_volume, quote_volume, time_ms = row
    at_ms = time_ms or now_ms
    return Ticker(instrument_of(symbol), last, mark, index, change, high, low, base_volume, quote_volume, at_ms)


def book_from(
    symbol: str,
    bids: tuple[BookLevel, ...],
    asks: tuple[BookLevel, ...],
    *,
    version: int,
    synchronised: bool,
    ts_event_ms: int,
) -> OrderBook:
    """Give the book; levels stand best first."""
    return OrderBook(
        instrument_id=instrument_of(symbol),
        bids=bids,
        asks=asks,
        version=version,
        synchronised=synchronised,
        ts_event_ms=ts_event_ms,
    )


def book_from_reply(instrument_id: InstrumentId, reply: BookReply, now_ms: int) -> OrderBook:
    """Give a book fetched once, sorted best first.

    Raises:
        MalformedReply: it is crossed, so it is no book.
    """
    bids = tuple(sorted(map(_level, reply.bids), key=lambda level: -level.price))
    asks = tuple(sorted(map(_level, reply.asks), key=lambda level: level.price))
    if bids and asks and bids[0].price >= asks[0].price:
        raise MalformedReply(f"The book of {instrument_id} is crossed.", venue="WEEX")
    return OrderBook(instrument_id, bids, asks, reply.version, synchronised=True, ts_event_ms=reply.time or now_ms)


def _level(row: BookRow) -> BookLevel:
    return BookLevel(row.price, row.size)


def trade_from(instrument_id: InstrumentId, row: TradeRow | Print) -> PublicTrade:
    """Give a print: when the buyer was the maker, the taker sold."""
    taker = Side.SELL if row.buyer_maker else Side.BUY
    return PublicTrade(instrument_id, row.trade_id, row.price, row.size, taker, row.time)


def trades_from(instrument_id: InstrumentId, rows: Sequence[TradeRow | Print]) -> tuple[PublicTrade, ...]:
    """Give prints oldest first; neither dialect keeps an order."""
    return tuple(trade_from(instrument_id, row) for row in sorted(rows, key=lambda row: row.time))


def funding_from(row: FundingRow, next_ms: int) -> Funding:
    """Give the present rate; v2 tells the next settlement's time in another reply."""
    return Funding(instrument_of(row.symbol), row.rate, next_ms, row.collect_cycle)


def settled_from(row: FundingPast) -> FundingSettled:
    return FundingSettled(instrument_of(row.symbol), row.funding_rate, row.funding_time)


def open_interest_from(row: OpenInterestRow, now_ms: int) -> OpenInterest:
    return OpenInterest(instrument_of(row.symbol), row.base_size, row.quote_size, row.time or now_ms)
