"""Guardrails about what the pair, and the desk, did before: cooldown, churn, repetition, the day's openings."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.plain_words import position_word
from terminal.domain.risk import Check
from terminal.services.guardrails.context import GuardContext
from terminal.services.guardrails.trades import Trade

MINUTE_MS: Final = 60_000
_BUCKETS: Final = 200  # a level is the same within half a percent


def cooldown(ctx: GuardContext) -> Check:
    """G5: a pair rests after a loss, longer after a stop, and longer with each further stop of the day."""
    losses = [trade for trade in ctx.trades if trade.is_loss]
    if not losses:
        return Check("G5", "Cooldown", passed=True, text="no loss of this pair within a day")
    rest_min, last = _rest_min(ctx, losses), max(losses, key=lambda trade: trade.ended_ms)
    gone_min = (ctx.now_ms - last.ended_ms) / MINUTE_MS
    what = "a stop" if last.by_stop else "a loss"
    name = base_of(ctx.terms.instrument_id)
    if gone_min < rest_min:
        left = max(1, round(rest_min - gone_min))
        return Check("G5", "Cooldown", passed=False, text=f"{name} rests {left} min more after {what}")
    return Check("G5", "Cooldown", passed=True, text=f"{what} {gone_min:.0f} min ago, {rest_min} min of rest are over")


def _rest_min(ctx: GuardContext, losses: Sequence[Trade]) -> int:
    limits, last = ctx.limits, max(losses, key=lambda trade: trade.ended_ms)
    if not last.by_stop:
        return limits.loss_cooldown_min
    stops = sum(trade.by_stop for trade in losses)
    doubled = limits.stop_cooldown_min << min(stops - 1, 10)
    return max(limits.stop_cooldown_min, min(limits.most_cooldown_min, doubled))


def churn(ctx: GuardContext) -> Check:
    """G6: a pair is not turned from long to short and back all day; fees eat what that earns."""
    sides = [trade.side for trade in ctx.trades] + [ctx.side]
    turns = sum(one is not other for one, other in pairwise(sides))
    most = ctx.limits.turns_per_day
    text = f"{turns} turn{'' if turns == 1 else 's'} of direction in a day with this one, at most {most}"
    changes = len(sides) > 1 and sides[-1] is not sides[-2]
    return Check("G6", "Churn", turns <= most or not changes, text)


def repeat(ctx: GuardContext) -> Check:
    """G7: the same pair, side and level again within minutes is the same decision, not a new one."""
    since_ms = ctx.now_ms - ctx.limits.repeat_min * MINUTE_MS
    level = ctx.terms.expected_price
    twin = next(
        (
            trade
            for trade in reversed(ctx.trades)
            if trade.side is ctx.side
            and trade.opened_ms > since_ms
            and abs(trade.entry - level) * _BUCKETS <= max(trade.entry, level)
        ),
        None,
    )
    if twin is None:
        return Check("G7", "Repetition", passed=True, text=f"not opened like this within {ctx.limits.repeat_min} min")
    ago = (ctx.now_ms - twin.opened_ms) / MINUTE_MS
    words = f"{base_of(ctx.terms.instrument_id)} {position_word(ctx.side)} was opened at this level {ago:.0f} min ago"
    return Check("G7", "Repetition", passed=False, text=f"{words}; not again within {ctx.limits.repeat_min} min")


def day_budget(ctx: GuardContext) -> Check:
    """G8: more openings than a few a day are a habit, not an edge."""
    most = ctx.limits.opens_per_day
    text = f"{ctx.opens_day} openings within a day, at most {most}"
    return Check("G8", "Openings of the day", ctx.opens_day < most, text)
