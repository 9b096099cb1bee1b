"""Account replies to domain."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from terminal.domain.account import Balance, Income, IncomeKind, LeverageSetting, MarginMode
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, PositionSide
from terminal.domain.position import Position
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.mapper.symbols import QUOTE, Symbols
from terminal.venues.woox.mapper.words import BOTH, held_side, margin_mode_of
from terminal.venues.woox.wire.account import (
    AccountInfo,
    FundingFeeRow,
    HoldingRow,
    LeverageReply,
    LeverageRow,
    PositionRow,
)


def unrealized_of(row: PositionRow) -> Decimal | None:
    """Give holding times the way from entry to mark; None when one of the two is not named."""
    if row.mark is None or row.entry_price is None:
        return None
    return row.holding * (row.mark - row.entry_price)


def positions_from(rows: Sequence[PositionRow], symbols: Symbols, now_ms: int) -> tuple[Position, ...]:
    """Give held positions; the venue also returns rows that hold nothing."""
    return tuple(position_from(row, symbols, now_ms) for row in rows if row.holding and symbols.is_ours(row.symbol))


def position_from(row: PositionRow, symbols: Symbols, now_ms: int) -> Position:
    """Give one position.

    Raises:
        MalformedReply: something is held, but its price is not named.
    """
    if row.entry_price is None:
        raise MalformedReply(f"The venue names no entry price of {row.symbol}.", venue=VENUE)
    size = abs(row.holding)
    isolated = margin_mode_of(row.margin_mode) is MarginMode.ISOLATED
    own = row.isolated_margin if isolated else None
    leverage = max(1, row.leverage)
    return Position(
        instrument_id=symbols.instrument_of(row.symbol),
        side=held_side(row.position_side, is_short=row.holding < 0),
        size=size,
        entry_price=row.entry_price,
        leverage=leverage,
        margin=own or size * (row.mark or row.entry_price) / leverage,
        unrealized_pnl=unrealized_of(row),
        liquidation_price=row.liquidation,
        updated_ms=row.time or now_ms,
    )


def balance_from(info: AccountInfo, rows: Iterable[PositionRow], now_ms: int) -> Balance:
    """Give the account's money: equity is the venue's own figure, what is frozen is what is neither free nor gain."""
    gain = sum((unrealized_of(row) or ZERO for row in rows), ZERO)
    free = info.equity if info.free_collateral is None else info.free_collateral
    return Balance(
        equity=info.equity,
        available=max(ZERO, free),
        frozen=max(ZERO, info.equity - gain - free),
        unrealized_pnl=gain,
        ts_init_ms=now_ms,
    )


def moved_balance(last: Balance, coins: Decimal, gain: Decimal, now_ms: int) -> Balance:
    """Give the balance after the margin coin changed by `coins` and the open positions now stand at `gain`."""
    moved = coins + gain - last.unrealized_pnl
    return Balance(last.equity + moved, max(ZERO, last.available + moved), last.frozen, gain, now_ms)


def quote_row(rows: Iterable[HoldingRow]) -> HoldingRow:
    """Give the margin coin's row.

    Raises:
        MalformedReply: there is none; an account without money still has the row.
    """
    for row in rows:
        if row.token.upper() == QUOTE:
            return row
    raise MalformedReply(f"The account shows no {QUOTE} balance.", venue=VENUE)


def spot_balance(rows: Sequence[HoldingRow], gain: Decimal, value: Decimal, now_ms: int) -> Balance:
    """Give the balance of a spot account: the quote coin, and the coins held at `value` in its equity."""
    row = quote_row(rows)
    free = row.holding - row.frozen if row.available is None else row.available
    return Balance(row.holding + value, max(ZERO, free), row.frozen, gain, now_ms)


def leverage_from(
    instrument_id: InstrumentId, reply: LeverageReply, mode: MarginMode, other: LeverageSetting | None
) -> LeverageSetting:
    """Give the leverage read back in `mode`.

    WOO X answers for one margin mode at a time. What is in force is always what was read; the other
    mode's figures are those of `other`, an earlier reading, or the same where there was none.

    Raises:
        MalformedReply: a side is missing.
    """
    long, short = (_leverage_of(reply.details, side) for side in (PositionSide.LONG, PositionSide.SHORT))
    shared = max(long, short)
    if mode is MarginMode.CROSS:
        kept = other or LeverageSetting(instrument_id, shared, long, short, is_isolated=False)
        return LeverageSetting(instrument_id, shared, kept.isolated_long, kept.isolated_short, is_isolated=False)
    return LeverageSetting(instrument_id, shared if other is None else other.cross, long, short, is_isolated=True)


def _leverage_of(rows: Sequence[LeverageRow], side: PositionSide) -> int:
    for row in rows:
        if row.position_side.upper() in {side.value, BOTH}:
            return row.leverage
    raise MalformedReply("The venue names the leverage of one side only.", venue=VENUE)


def income_from(row: FundingFeeRow, symbols: Symbols) -> Income:
    """Give a funding payment: what was paid is negative, what was received positive."""
    paid = row.kind.upper() == "PAY"
    return Income(
        income_id=f"funding-{row.id}",
        kind=IncomeKind.FUNDING,
        amount=-abs(row.fee) if paid else abs(row.fee),
        fee=ZERO,
        instrument_id=symbols.instrument_of(row.symbol),
        detail=f"funding {row.kind.lower()}",
        ts_event_ms=row.time,
    )
