"""Checks of size, leverage, margin and protection."""

from decimal import Decimal
from typing import Final

from terminal.domain.competition import MAX_GROSS_TIMES_EQUITY, MAX_LEVERAGE
from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO, Effect, OrderKind, OrderTerms, PositionSide
from terminal.domain.risk import Check
from terminal.services.risk.checks.verdicts import check, missing, pct, plain, usdt
from terminal.services.risk.context import RiskContext

_MAINTENANCE: Final = Decimal("0.005")  # margin fraction at which a venue liquidates; cautious guess


def r4_leverage(ctx: RiskContext) -> Check:
    """R4: leverage as read back from the venue, not as we think we set it."""
    if not ctx.venue.capabilities.leverage:
        text = f"{ctx.venue.title} has no leverage here; the order was sized at {ctx.terms.leverage}x"
        return check("R4", "Leverage", ctx.terms.leverage == 1, text)
    if ctx.leverage is None:
        return missing("R4", "Leverage", "the leverage set at the venue")
    top = min(ctx.limits.max_leverage, MAX_LEVERAGE)
    same = ctx.terms.leverage == ctx.leverage
    text = f"{ctx.leverage}x at the venue, limit {top}x"
    if not same:
        text += f"; the order was sized at {ctx.terms.leverage}x"
    return check("R4", "Leverage", 0 < ctx.leverage <= top and same, text)


def r5_order_notional(ctx: RiskContext) -> Check:
    """R5: one order is at most a part of the day's equity."""
    if ctx.notional is None or ctx.day_start_equity is None:
        return missing("R5", "Order notional", "price or equity")
    limit = ctx.limits.order_notional * ctx.day_start_equity
    return check("R5", "Order notional", ctx.notional <= limit, f"{usdt(ctx.notional)} of {usdt(limit)}")


def r6_position_notional(ctx: RiskContext) -> Check:
    """R6: position and whole book after this order stay within their limits (and 20x equity)."""
    name = "Position and gross notional"
    if ctx.notional is None or ctx.price is None or ctx.day_start_equity is None or ctx.balance is None:
        return missing("R6", name, "price or equity")
    if not ctx.positions_fresh:
        return missing("R6", name, "the position after the last fill")
    waiting = sum((order.open_size for order in ctx.working if _adds_to_same(ctx.terms, order.terms)), ZERO)
    position = (ctx.held + waiting + ctx.terms.size) * ctx.price
    gross = ctx.gross_notional + ctx.notional
    position_limit = ctx.limits.position_notional * ctx.day_start_equity
    gross_limit = min(ctx.limits.gross_notional * ctx.day_start_equity, MAX_GROSS_TIMES_EQUITY * ctx.balance.equity)
    passed = position <= position_limit and gross <= gross_limit
    text = f"position {usdt(position)} of {usdt(position_limit)}, gross {usdt(gross)} of {usdt(gross_limit)}"
    return check("R6", name, passed, text)


def _adds_to_same(own: OrderTerms, other: OrderTerms) -> bool:
    return (
        other.effect is Effect.OPEN
        and other.instrument_id == own.instrument_id
        and other.position_side is own.position_side
    )


def r12_steps(ctx: RiskContext) -> Check:
    """R12: contract rules: tick, step, least and largest sizes. Nothing is rounded here."""
    if ctx.instrument is None:
        return missing("R12", "Contract rules", "the contract")
    faults = _size_faults(ctx, ctx.instrument) + _price_faults(ctx, ctx.instrument)
    return check("R12", "Contract rules", not faults, "; ".join(faults) or f"size {plain(ctx.terms.size)} fits")


def _size_faults(ctx: RiskContext, rules: Instrument) -> list[str]:
    size, faults = ctx.terms.size, []
    opens = ctx.terms.effect is Effect.OPEN
    # What is left of a position may be below the least size and must still be closable.
    if size <= 0 or (opens and size < rules.min_size):
        faults.append(f"size {plain(size)} is below the least size {plain(rules.min_size)}")
    if not rules.is_on_step(size):
        faults.append(f"size {plain(size)} is not a multiple of {plain(rules.size_step)}")
    if size > rules.max_size:
        faults.append(f"size {plain(size)} is above the largest size {plain(rules.max_size)}")
    if opens and ctx.price is not None and size * ctx.price < rules.min_notional:
        worth, least = usdt(size * ctx.price), usdt(rules.min_notional)
        faults.append(f"size {plain(size)} is worth {worth}, less than the least order {least}")
    most = rules.max_market_open_size
    if opens and ctx.terms.kind is OrderKind.MARKET and most is not None and size > most:
        faults.append(f"size {plain(size)} is above the largest market size {plain(most)}")
    if opens and ctx.held + size > rules.max_position_size:
        faults.append(f"the position would be above {plain(rules.max_position_size)}")
    return faults


def _price_faults(ctx: RiskContext, rules: Instrument) -> list[str]:
    prices = (ctx.terms.price, ctx.terms.stop_price, ctx.terms.target_price)
    return [
        f"price {plain(price)} is not a multiple of {plain(rules.price_step)}"
        for price in prices
        if price is not None and (price <= 0 or not rules.is_on_tick(price))
    ]


def r13_margin(ctx: RiskContext) -> Check:
    """R13: margin, both fees and a buffer must be free."""
    if ctx.balance is None or ctx.instrument is None or ctx.notional is None or ctx.day_start_equity is None:
        return missing("R13", "Margin", "balance, price or contract")
    if ctx.terms.leverage <= 0:
        return missing("R13", "Margin", "the leverage")
    needed = ctx.notional / ctx.terms.leverage + ctx.notional * ctx.instrument.taker_fee * 2
    buffer = ctx.limits.margin_buffer * ctx.day_start_equity
    free = ctx.balance.available - buffer
    text = f"needs {usdt(needed)}, free {usdt(free)} after a buffer of {usdt(buffer)}"
    return check("R13", "Margin", needed <= free, text)


def r14_liquidation(ctx: RiskContext) -> Check:
    """R14: liquidation must lie far away, and the stop before it (isolated margin assumed: the worse case)."""
    if ctx.terms.leverage <= 0 or ctx.price is None:
        return missing("R14", "Liquidation distance", "leverage or price")
    distance = Decimal(1) / ctx.terms.leverage - _MAINTENANCE
    passed = distance >= ctx.limits.liquidation_gap
    if ctx.terms.stop_price is not None:
        passed = passed and abs(ctx.price - ctx.terms.stop_price) / ctx.price < distance
    return check("R14", "Liquidation distance", passed, f"about {pct(distance)} from entry")


def r24_reduce_only(ctx: RiskContext) -> Check:
    """R24: a close is never larger than what is held and not being closed already."""
    if ctx.terms.effect is Effect.OPEN:
        return check("R24", "Close within position", True, "opens a position")
    closing = sum(
        (
            order.open_size
            for order in ctx.working
            if order.terms.instrument_id == ctx.terms.instrument_id
            and order.terms.effect is Effect.CLOSE
            and order.terms.position_side is ctx.terms.position_side
        ),
        ZERO,
    )
    free = ctx.held - closing
    return check("R24", "Close within position", ctx.terms.size <= free, f"{plain(max(free, ZERO))} left to close")


def r25_protection(ctx: RiskContext) -> Check:
    """R25: every opening carries a stop on the right side of the present price.

    The venue keeps it; where it keeps none the program does (`services/protection/local_venue`).
    """
    name = "Protective stop"
    stop, target, price = ctx.terms.stop_price, ctx.terms.target_price, ctx.price
    if stop is None:
        return check("R25", name, not ctx.limits.stop_required, "no stop price")
    if price is None:
        return missing("R25", name, "the present price")
    long = ctx.terms.position_side is PositionSide.LONG
    if (stop >= price) if long else (stop <= price):
        return check("R25", name, False, f"stop {plain(stop)} is on the wrong side of {plain(price)}")
    if target is not None and ((target <= price) if long else (target >= price)):
        return check("R25", name, False, f"target {plain(target)} is on the wrong side of {plain(price)}")
    kept = "" if ctx.venue.capabilities.triggers else ", kept by this program while it runs"
    return check("R25", name, True, f"stop at {plain(stop)}{kept}")


def r34_other_side(ctx: RiskContext) -> Check:
    """R34: where long and short are one net position, opening one side would close the other."""
    name = "Other side"
    if ctx.venue.capabilities.hedge_mode:
        return check("R34", name, True, "long and short are held apart here")
    side = ctx.terms.position_side
    held = any(each.instrument_id == ctx.terms.instrument_id and each.side is not side for each in ctx.positions)
    opened = any(
        order.terms.instrument_id == ctx.terms.instrument_id
        and order.terms.effect is Effect.OPEN
        and order.terms.position_side is not side
        for order in ctx.working
    )
    if held or opened:
        words = f"{ctx.venue.title} keeps one net position, and the other side is {'held' if held else 'being opened'}"
        return check("R34", name, False, words + ": close it first")
    return check("R34", name, True, "nothing of the other side")


def r32_direction(ctx: RiskContext) -> Check:
    """R32: what is not held cannot be sold on spot."""
    short = ctx.terms.position_side is PositionSide.SHORT
    if short and not ctx.venue.capabilities.short:
        words = f"{ctx.venue.title} trades spot here: coins can be bought and sold again, not sold short"
        return check("R32", "Direction", False, words)
    return check("R32", "Direction", True, f"{'short' if short else 'long'} can be held here")
