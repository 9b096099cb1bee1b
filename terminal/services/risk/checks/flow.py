"""Checks of pace and repetition: no storms, no duplicates, no trading with ourselves."""

from decimal import Decimal
from itertools import pairwise
from typing import Final

from terminal.domain.competition import SOFT_ORDER_CALLS_PER_S
from terminal.domain.instrument import base_of
from terminal.domain.order import Effect, Order, OrderState, OrderTerms, Side
from terminal.domain.plain_words import order_words
from terminal.domain.risk import Check
from terminal.services.risk.checks.verdicts import check
from terminal.services.risk.context import RiskContext

_CANCEL_RESERVE_PER_S: Final = 3
_TURN_WINDOW_S: Final = 60.0
_ON_ITS_WAY: Final = frozenset({OrderState.SUBMITTING, OrderState.UNKNOWN})
_SAME_SIZE: Final = Decimal("0.01")
_SAME_PRICE: Final = Decimal("0.001")


def r15_order_rate(ctx: RiskContext) -> Check:
    """R15: orders a second, a minute and a day."""
    pace, limits = ctx.pace, ctx.limits
    passed = (
        pace.orders_last_s < limits.orders_per_s
        and pace.orders_last_min < limits.orders_per_min
        and pace.orders_last_day < limits.orders_per_day
    )
    text = (
        f"{pace.orders_last_s} in the last second, {pace.orders_last_min} in a minute, {pace.orders_last_day} in a day"
    )
    return check("R15", "Order rate", passed, text)


def r15_entry_interval(ctx: RiskContext) -> Check:
    """R15: entries of one instrument keep their distance (the rules forbid high-frequency trading)."""
    age_s = ctx.pace.entry_age_s
    passed = age_s is None or age_s >= ctx.limits.entry_interval_s
    return check("R15", "Entry interval", passed, "first entry" if age_s is None else f"last entry {age_s:.1f} s ago")


def r16_cancel_reserve(ctx: RiskContext) -> Check:
    """R16: some of the venue's calls a second stay free for cancels."""
    most = SOFT_ORDER_CALLS_PER_S - _CANCEL_RESERVE_PER_S
    return check(
        "R16", "Cancel reserve", ctx.pace.calls_last_s < most, f"{ctx.pace.calls_last_s} calls in the last second"
    )


def r17_open_orders(ctx: RiskContext) -> Check:
    """R17: not too many orders at the venue."""
    here = sum(order.terms.instrument_id == ctx.terms.instrument_id for order in ctx.working)
    passed = here < ctx.limits.open_orders_per_instrument and len(ctx.working) < ctx.limits.open_orders
    return check("R17", "Open orders", passed, f"{here} here, {len(ctx.working)} in all")


def r18_duplicate(ctx: RiskContext) -> Check:
    """R18: the same order twice within seconds is a mistake."""
    twin_s = next((age_s for terms, age_s in ctx.pace.recent if _is_twin(ctx, terms, age_s)), None)
    text = "no twin" if twin_s is None else f"the same order was sent {twin_s:.1f} s ago"
    return check("R18", "Duplicate", twin_s is None, text)


def _is_twin(ctx: RiskContext, other: OrderTerms, age_s: float) -> bool:
    own = ctx.terms
    return (
        age_s <= ctx.limits.duplicate_window_s
        and (other.instrument_id, other.side, other.effect) == (own.instrument_id, own.side, own.effect)
        and abs(other.size - own.size) <= own.size * _SAME_SIZE
        and abs(other.expected_price - own.expected_price) <= own.expected_price * _SAME_PRICE
    )


def r19_self_match(ctx: RiskContext) -> Check:
    """R19: never trade against an order of our own (wash trading disqualifies)."""
    other = next((order for order in ctx.working if _would_meet(ctx, order)), None)
    text = "nothing of ours in the way"
    if other is not None:
        text = f"our own order to {order_words(other.terms)} stands opposite"
    return check("R19", "Self match", other is None, text)


def _would_meet(ctx: RiskContext, order: Order) -> bool:
    own, other = ctx.terms, order.terms
    if other.instrument_id != own.instrument_id or other.side is own.side:
        return False
    if other.price is None or own.price is None:
        return True
    return own.price >= other.price if own.side is Side.BUY else own.price <= other.price


def r19_turns(ctx: RiskContext) -> Check:
    """R19: a pair is not opened long and short in turns (that looks like a wash, whoever is on the other side)."""
    turns = turns_within(ctx.pace.recent, ctx.terms)
    text = f"{turns} turn{'' if turns == 1 else 's'} of direction within a minute, with this order"
    return check("R19", "Turns of direction", turns <= ctx.limits.flips_per_min, text)


def turns_within(recent: tuple[tuple[OrderTerms, float], ...], new: OrderTerms | None = None) -> int:
    """Count how often entries changed direction within the last minute; `recent` is oldest first, of one pair."""
    sides = [terms.side for terms, age_s in recent if terms.effect is Effect.OPEN and age_s <= _TURN_WINDOW_S]
    sides += [] if new is None else [new.side]
    return sum(one is not other for one, other in pairwise(sides))


def r20_repeated_fills(ctx: RiskContext) -> Check:
    """R20: the same side filled again and again is a runaway."""
    count = ctx.pace.filled_orders_last_min
    return check(
        "R20", "Repeated fills", count < ctx.limits.fills_per_min, f"{count} orders of this side filled in a minute"
    )


def r21_rejects_and_unknown(ctx: RiskContext) -> Check:
    """R21: stop after rejects; nothing opens where an outcome is still unknown."""
    name = "Rejects and unclear orders"
    if ctx.unknown_here:
        return check("R21", name, False, f"an order of {base_of(ctx.terms.instrument_id)} is still being looked up")
    passed = ctx.pace.rejects_last_min < ctx.limits.rejects_per_min and ctx.unknown_orders < ctx.limits.unknown_orders
    return check(
        "R21", name, passed, f"{ctx.pace.rejects_last_min} rejects in a minute, {ctx.unknown_orders} unclear orders"
    )


def r33_in_flight(ctx: RiskContext) -> Check:
    """R33: where an order is known by its terms alone, the next one waits until the venue has answered."""
    name, most = "Orders on their way", ctx.venue.capabilities.orders_in_flight_per_instrument
    if most is None:
        return check("R33", name, True, "any number may be on their way")
    sent = [order for order in ctx.working if order.state in _ON_ITS_WAY]
    here = sum(order.terms.instrument_id == ctx.terms.instrument_id for order in sent)
    words = f"{here} on their way, {ctx.venue.title} allows {most} of a pair at a time"
    return check("R33", name, here < most, words)
