"""Carries a shadow trade over a time nobody watched, by the bars of that time. Pure and pessimistic.

A bar does not say what came first, so: stop and target in one bar is the stop; a stop in the bar of the
entry counts, a target in it does not; a limit is not filled by a bar that began before the order did.
Bars show trades and not the other side of the book: an exit that is not a target leaves a tick worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from terminal.domain.market import Candle, FundingSettled
from terminal.domain.order import PositionSide
from terminal.domain.shadow import ShadowExit, ShadowPhase, ShadowTrade
from terminal.services.shadow.fills import NEVER_THROUGH, closed, filled_at_limit, is_through, missed, settled


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar as decimals; `close_ms` is when the next one opens."""

    open_ms: int
    close_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


def bars_of(candles: Sequence[Candle], interval_ms: int) -> tuple[Bar, ...]:
    """Take candles as bars; their prices are what the venue wrote, so their shortest text is exact."""
    return tuple(
        Bar(
            each.open_ms,
            each.open_ms + interval_ms,
            Decimal(repr(each.open)),
            Decimal(repr(each.high)),
            Decimal(repr(each.low)),
            Decimal(repr(each.close)),
        )
        for each in candles
    )


def is_whole(bars: Sequence[Bar], from_ms: int, to_ms: int) -> bool:
    """Tell whether the bars cover a time without a hole."""
    if not bars or bars[0].open_ms > from_ms or bars[-1].close_ms < to_ms:
        return False
    return all(before.close_ms == after.open_ms for before, after in pairwise(bars))


def unknown(trade: ShadowTrade, note: str, at_ms: int) -> ShadowTrade:
    """End a trade without a result: prices are missing, and none is made up."""
    return replace(trade, phase=ShadowPhase.UNKNOWN, note=note, seen_ms=at_ms, exit_ms=at_ms)


def replayed(
    trade: ShadowTrade, bars: Sequence[Bar], settlements: Sequence[FundingSettled], now_ms: int
) -> ShadowTrade:
    """Carry a trade from the newest price it saw to `now_ms`.

    `bars` must cover that time (`is_whole`), or as much of it as the horizon needs; `settlements` are
    those of the same time. A trade that is not over then goes on with quotes.
    """
    for bar in bars:
        if trade.phase.is_over or bar.close_ms <= trade.seen_ms:
            continue
        for each in settlements:
            if bar.open_ms <= each.ts_event_ms < bar.close_ms and each.ts_event_ms <= now_ms:
                trade = settled(trade, each.rate, bar.open, each.ts_event_ms)
        trade = _over(trade, bar)
    return trade if trade.phase.is_over else replace(trade, seen_ms=max(trade.seen_ms, now_ms))


def _over(trade: ShadowTrade, bar: Bar) -> ShadowTrade:
    plan = trade.plan
    if trade.phase is ShadowPhase.WAITING:
        if bar.open_ms >= plan.ends_ms:
            return missed(trade, NEVER_THROUGH, plan.ends_ms)
        is_own = bar.open_ms >= plan.began_ms
        if not is_own or not is_through(trade, bar.low if plan.side is PositionSide.LONG else bar.high):
            return trade
        return _stopped(filled_at_limit(trade, bar.open_ms), bar) or replace(
            filled_at_limit(trade, bar.open_ms), seen_ms=bar.close_ms
        )
    if bar.open_ms >= plan.ends_ms:
        return closed(trade, _worse(trade, bar.open), plan.ends_ms, ShadowExit.HORIZON)
    stopped = _stopped(trade, bar)
    if stopped is not None:
        return stopped
    is_seen_whole = bar.open_ms >= trade.seen_ms and bar.close_ms <= plan.ends_ms
    best = bar.high if plan.side is PositionSide.LONG else bar.low
    if is_seen_whole and plan.target is not None and (best - plan.target) * plan.sign >= plan.price_step:
        return closed(trade, plan.target, bar.close_ms, ShadowExit.TARGET)
    return trade


def _stopped(trade: ShadowTrade, bar: Bar) -> ShadowTrade | None:
    """Leave at the stop, or where the bar opened when that is worse."""
    plan = trade.plan
    worst = bar.low if plan.side is PositionSide.LONG else bar.high
    if plan.stop is None or (plan.stop - worst) * plan.sign < 0:
        return None
    opened_beyond = bar.open_ms > trade.entry_ms and (plan.stop - bar.open) * plan.sign > 0
    price = bar.open if opened_beyond else plan.stop
    return closed(trade, _worse(trade, price), max(bar.open_ms, trade.entry_ms), ShadowExit.STOP)


def _worse(trade: ShadowTrade, price: Decimal) -> Decimal:
    """A price one tick worse for who leaves; never below a tick."""
    step = trade.plan.price_step
    return max(price - step * trade.plan.sign, step)
