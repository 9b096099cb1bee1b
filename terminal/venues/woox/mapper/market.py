"""Market figures to domain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from terminal.domain.competition import MAX_LEVERAGE, is_allowed
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
from terminal.net.wire.decode import parse
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.mapper.words import side_of
from terminal.venues.woox.wire.account import FeeReply
from terminal.venues.woox.wire.market import (
    BookReply,
    BookRow,
    FundingPast,
    FundingRow,
    FuturesRow,
    InstrumentRow,
    KlinePush,
    KlineRow,
    TradePush,
    TradeRow,
)

TRADING: Final = "TRADING"
_BASIS_POINT: Final = Decimal("0.0001")
_NO_CAP: Final = Decimal(10)  # a venue without a band: ten times the price is as good as none
_HOUR_MIN: Final = 60


@dataclass(frozen=True, slots=True)
class Fees:
    """Fractions of an order's value; a rebate is negative."""

    maker: Decimal
    taker: Decimal


PERPETUAL_FEES: Final = Fees(Decimal(0), Decimal("0.0003"))
SPOT_FEES: Final = Fees(Decimal(0), Decimal("0.0006"))
"""What an account without any discount pays, for as long as its own fees cannot be asked for."""


def fees_from(reply: FeeReply) -> Fees:
    return Fees(reply.maker * _BASIS_POINT, reply.taker * _BASIS_POINT)


def rows_of_ours(rows: Sequence[dict[str, Any]], symbols: Symbols) -> list[InstrumentRow]:
    """Read the rows of the pairs this program trades, those that can be traded now.

    Rows of other pairs are not read: an oddity in one must not stop ours.

    Raises:
        MalformedReply: one of ours is not as documented.
    """
    ours = [row for row in rows if _is_ours(row, symbols)]
    return [row for row in (parse(InstrumentRow, raw) for raw in ours) if row.status == TRADING]


def _is_ours(row: dict[str, Any], symbols: Symbols) -> bool:
    symbol = row.get("symbol")
    return isinstance(symbol, str) and symbols.is_ours(symbol) and is_allowed(symbols.instrument_of(symbol))


def instrument_from(row: InstrumentRow, fees: Fees, symbols: Symbols) -> Instrument:
    """Give the rules of a pair. WOO X names no largest position, so the largest order stands for it."""
    above, below = bands_of(row)
    return Instrument(
        instrument_id=symbols.instrument_of(row.symbol),
        price_step=row.price_step,
        size_step=row.size_step,
        min_size=row.min_size,
        max_size=row.max_size,
        max_position_size=row.max_size,
        max_market_open_size=None,
        min_leverage=1,
        max_leverage=1 if symbols.is_spot else _most_leverage(row),
        maker_fee=fees.maker,
        taker_fee=fees.taker,
        buy_limit_ratio=above,
        sell_limit_ratio=below,
        min_notional=row.min_notional or Decimal(0),
    )


def bands_of(row: InstrumentRow) -> tuple[Decimal, Decimal]:
    """Give how far above the market a buy may be priced, and how far below it a sale, as fractions."""
    above = row.bid_cap - 1 if row.bid_cap else _NO_CAP
    return above, 1 - row.ask_floor if row.ask_floor else Decimal(1)


def _most_leverage(row: InstrumentRow) -> int:
    return max(1, int(1 / row.initial_margin)) if row.initial_margin else MAX_LEVERAGE


def book_from(instrument_id: InstrumentId, reply: BookReply, *, synchronised: bool = True) -> OrderBook:
    """Give a book fetched once, sorted best first: the documents and the venue differ on the order of asks.

    Raises:
        MalformedReply: it is crossed, so it is no book.
    """
    bids = tuple(sorted(map(_level, reply.data.bids), key=lambda level: -level.price))
    asks = tuple(sorted(map(_level, reply.data.asks), key=lambda level: level.price))
    if bids and asks and bids[0].price >= asks[0].price:
        raise MalformedReply(f"The book of {instrument_id} is crossed.", venue=VENUE)
    return OrderBook(instrument_id, bids, asks, reply.changed_ms, synchronised, reply.changed_ms)


def _level(row: BookRow) -> BookLevel:
    return BookLevel(row.price, row.size)


def trades_from(instrument_id: InstrumentId, rows: Iterable[TradeRow]) -> tuple[PublicTrade, ...]:
    """Give prints oldest first; WOO X names no ids."""
    return tuple(
        PublicTrade(instrument_id, "", row.price, row.size, side_of(row.side), row.time)
        for row in sorted(rows, key=lambda row: row.time)
    )


def trade_from_push(instrument_id: InstrumentId, push: TradePush, ts_ms: int) -> PublicTrade:
    """Give a print; the push carries its time beside it."""
    return PublicTrade(instrument_id, "", push.price, push.size, side_of(push.side), ts_ms)


def candle_from(row: KlineRow | KlinePush, interval_ms: int, venue_now_ms: int) -> Candle:
    """Give the bar; closed once the venue's clock has passed its end.

    Raises:
        MalformedReply: it cannot have happened.
    """
    if not row.low <= min(row.open, row.close) <= max(row.open, row.close) <= row.high:
        raise MalformedReply(f"The candle of {row.open_ms} contradicts itself.", venue=VENUE)
    return Candle(
        open_ms=row.open_ms,
        open=float(row.open),
        high=float(row.high),
        low=float(row.low),
        close=float(row.close),
        volume=float(row.volume),
        closed=row.open_ms + interval_ms <= venue_now_ms,
    )


def candles_from(rows: Iterable[KlineRow], interval_ms: int, venue_now_ms: int) -> tuple[Candle, ...]:
    """Give bars oldest first, one an open time. A bar with a later one after it is closed.

    Raises:
        MalformedReply: any of them cannot have happened; a gap must not pass for a bar.
    """
    named = {row.open_ms: row for row in rows}
    now_ms = max(venue_now_ms, max(named, default=0))
    return tuple(candle_from(named[key], interval_ms, now_ms) for key in sorted(named))


def ticker_from_day(instrument_id: InstrumentId, row: FuturesRow, now_ms: int) -> Ticker:
    """Give the day's figures of a perpetual.

    Raises:
        MalformedReply: nothing was traded yet, so there is no price.
    """
    if row.last is None:
        raise MalformedReply(f"The venue names no price of {instrument_id}.", venue=VENUE)
    return Ticker(
        instrument_id=instrument_id,
        last=row.last,
        mark=row.mark,
        index=row.index,
        change_24h=change_of(row.open, row.last),
        high_24h=row.high,
        low_24h=row.low,
        base_volume_24h=row.base_volume,
        quote_volume_24h=row.quote_volume,
        ts_event_ms=now_ms,
    )


def ticker_from_hours(instrument_id: InstrumentId, rows: Sequence[KlineRow], now_ms: int) -> Ticker:
    """Give the day's figures from hourly bars: spot has no such reply.

    Raises:
        MalformedReply: there is no bar.
    """
    bars = sorted(rows, key=lambda row: row.open_ms)
    if not bars:
        raise MalformedReply(f"The venue names no price of {instrument_id}.", venue=VENUE)
    return Ticker(
        instrument_id=instrument_id,
        last=bars[-1].close,
        mark=None,
        index=None,
        change_24h=change_of(bars[0].open, bars[-1].close),
        high_24h=max(bar.high for bar in bars),
        low_24h=min(bar.low for bar in bars),
        base_volume_24h=sum((bar.volume for bar in bars), Decimal(0)),
        quote_volume_24h=None,
        ts_event_ms=now_ms,
    )


def change_of(first: Decimal | None, last: Decimal) -> Decimal | None:
    """Give a move as a fraction; None when the start is not known."""
    return None if first is None else last / first - 1


def funding_from(instrument_id: InstrumentId, row: FundingRow) -> Funding:
    """Give the rate that is expected, or the last settled one where none is.

    Raises:
        MalformedReply: neither is named.
    """
    rate = row.last if row.estimated is None else row.estimated
    if rate is None:
        raise MalformedReply(f"The venue names no funding rate of {instrument_id}.", venue=VENUE)
    return Funding(instrument_id, rate, row.next_ms, row.interval_hours * _HOUR_MIN)


def settled_from(instrument_id: InstrumentId, row: FundingPast) -> FundingSettled:
    return FundingSettled(instrument_id, row.rate, row.time)


def open_interest_from(instrument_id: InstrumentId, row: FuturesRow, now_ms: int) -> OpenInterest:
    """Give the open contracts, and their value where there is a price.

    Raises:
        MalformedReply: the venue names none.
    """
    if row.open_interest is None:
        raise MalformedReply(f"The venue names no open interest of {instrument_id}.", venue=VENUE)
    price = row.mark or row.last
    return OpenInterest(instrument_id, row.open_interest, None if price is None else row.open_interest * price, now_ms)
