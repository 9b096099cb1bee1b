"""Market replies to domain."""

from decimal import Decimal
from typing import Any

from terminal.domain.competition import is_allowed
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument
from terminal.domain.market import BookLevel, Candle, Funding, OrderBook, Ticker
from terminal.venues.weex.mapper.words import instrument_of
from terminal.venues.weex.wire.decode import parse
from terminal.venues.weex.wire.market import CandleRow, Contract, FundingRate, FundingTime, TickerPush

_ROW_FIELDS = ("open_ms", "open", "high", "low", "close", "base_volume")
_ROW_LENGTH = 7


def step_of(decimals: int, end_step: Decimal = Decimal(1)) -> Decimal:
    """Turn a count of decimals into a step: 4 gives 0.0001, 0 gives 1, -2 gives 100."""
    return end_step * Decimal(1).scaleb(-decimals)


def instrument_from(contract: Contract) -> Instrument:
    """Give a contract's rules."""
    return Instrument(
        instrument_id=instrument_of(contract.symbol),
        price_step=step_of(contract.tick_size, contract.price_end_step),
        size_step=step_of(contract.size_increment),
        min_size=contract.min_order_size,
        max_size=contract.max_order_size,
        max_position_size=contract.max_position_size,
        max_market_open_size=contract.market_open_limit_size,
        min_leverage=contract.min_leverage,
        max_leverage=contract.max_leverage,
        maker_fee=contract.maker_fee_rate,
        taker_fee=contract.taker_fee_rate,
        buy_limit_ratio=contract.buy_limit_price_ratio,
        sell_limit_ratio=contract.sell_limit_price_ratio,
    )


def is_ours(contract: dict[str, Any]) -> bool:
    """Tell whether a raw contract row is one of the competition's pairs.

    Rows of other pairs are not parsed: an oddity in one must not stop the eight.
    """
    symbol = contract.get("symbol")
    try:
        return isinstance(symbol, str) and is_allowed(instrument_of(symbol))
    except MalformedReply:
        return False


def candle_row(row: Any) -> CandleRow:
    """Name the parts of an array row: open time, O, H, L, C, base volume, quote volume.

    Raises:
        MalformedReply: not seven parts, or a bar whose low or high does not bound it.
    """
    if not isinstance(row, list) or len(row) < _ROW_LENGTH:
        raise MalformedReply("A candle has fewer than seven parts.", venue="WEEX")
    return sane(parse(CandleRow, dict(zip(_ROW_FIELDS, row, strict=False))))


def candle_from_push(element: Any) -> CandleRow:
    """Read an element of a kline channel: an object, or a list as one client met.

    Raises:
        MalformedReply: as `candle_row`.
    """
    if isinstance(element, list):
        return candle_row(element)
    if not isinstance(element, dict):
        raise MalformedReply("A candle is neither object nor list.", venue="WEEX")
    named = {key: element.get(key) for key in ("open", "high", "low", "close")}
    return sane(parse(CandleRow, {**named, "open_ms": element.get("klineTime"), "base_volume": element.get("size")}))


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
    named = {row.open_ms: row for row in map(candle_row, rows)}
    now_ms = max(venue_now_ms, max(named, default=0))
    return tuple(candle_from(named[key], interval_ms, now_ms) for key in sorted(named))


def funding_from(rate: FundingRate, time: FundingTime) -> Funding:
    return Funding(instrument_of(rate.symbol), rate.funding_rate, time.funding_time, rate.collect_cycle)


def ticker_from(push: TickerPush, ts_event_ms: int) -> Ticker:
    """Give the ticker; the push carries no time, so the caller gives the venue's clock."""
    return Ticker(
        instrument_id=instrument_of(push.symbol),
        last=push.last_price,
        mark=push.mark_price,
        index=push.index_price,
        change_24h=push.price_change_percent,
        high_24h=push.high,
        low_24h=push.low,
        base_volume_24h=push.size,
        quote_volume_24h=push.value,
        ts_event_ms=ts_event_ms,
    )


def book_from(
    symbol: str,
    bids: list[tuple[Decimal, Decimal]],
    asks: list[tuple[Decimal, Decimal]],
    *,
    version: int,
    synchronised: bool,
    ts_event_ms: int,
) -> OrderBook:
    """Give the book; levels are (price, size) pairs, best first."""
    return OrderBook(
        instrument_id=instrument_of(symbol),
        bids=tuple(BookLevel(price, size) for price, size in bids),
        asks=tuple(BookLevel(price, size) for price, size in asks),
        version=version,
        synchronised=synchronised,
        ts_event_ms=ts_event_ms,
    )
