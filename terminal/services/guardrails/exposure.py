"""Guardrails about what is at risk together: one direction, correlated stops, the loss of the last hour."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import isfinite, log, sqrt
from typing import Final

from terminal.domain.order import ZERO, PositionSide
from terminal.domain.plain_words import position_word
from terminal.domain.risk import Check
from terminal.services.guardrails.context import GuardContext

_LEAST_RETURNS: Final = 50
UNKNOWN: Final = 1.0
"""A correlation nobody has measured counts as full: what is not known never lowers a risk."""


def hour_loss(ctx: GuardContext) -> Check:
    """G2: equity that fell fast opens nothing for the rest of the hour."""
    name, most = "Loss of the hour", ctx.limits.hour_loss
    if not ctx.equity or not ctx.hour_high:
        return Check("G2", name, passed=False, text="equity is not known yet; wait a moment")
    lost = max(ZERO, (ctx.hour_high - ctx.equity) / ctx.hour_high)
    text = f"{lost * 100:.2f} % below the hour's highest equity, less than {most * 100:.2f} % is allowed"
    return Check("G2", name, lost < most, text)


def direction(ctx: GuardContext) -> Check:
    """G11: longs less shorts stay within a multiple of equity; an order that lowers the sum passes."""
    name, most = "One direction", ctx.limits.net_exposure
    if not ctx.equity or ctx.equity <= 0:
        return Check("G11", name, passed=False, text="equity is not known yet; wait a moment")
    before = sum((_signed(each.side, each.notional) for each in ctx.exposed), ZERO)
    after = before + _signed(ctx.side, ctx.terms.notional)
    multiple = abs(after) / ctx.equity
    word = position_word(PositionSide.LONG if after >= 0 else PositionSide.SHORT)
    text = f"net {word} {multiple:.2f}x of equity with this order, at most {most}x"
    return Check("G11", name, multiple <= most or abs(after) < abs(before), text)


def _signed(side: PositionSide, notional: Decimal) -> Decimal:
    return notional if side is PositionSide.LONG else -notional


def correlation(ctx: GuardContext) -> Check:
    """G12: what goes when the stops of everything that moves together are hit, this order's among them.

    A pair on the other side adds when it moves the other way.
    """
    name, most = "Correlated stops", ctx.limits.stop_risk
    if not ctx.equity or ctx.equity <= 0 or ctx.at_risk is None:
        return Check("G12", name, passed=False, text="equity or stop is not known; nothing is opened without")
    floor = float(ctx.limits.correlated_from)
    total, others = ctx.at_risk, 0
    for each in ctx.exposed:
        same_way = each.correlation if each.side is ctx.side else -each.correlation
        if same_way >= floor:
            total += each.at_risk * Decimal(str(round(same_way, 4)))
            others += 1
    share = total / ctx.equity
    beside = "" if not others else f" with {others} that move{'s' if others == 1 else ''} together"
    text = f"{share * 100:.2f} % of equity goes when the stops are hit{beside}, at most {most * 100:.1f} %"
    return Check("G12", name, share <= most, text)


def return_correlation(one: Sequence[tuple[int, float]], other: Sequence[tuple[int, float]]) -> float:
    """Correlate the log returns of two series of (time, close), at the times both have.

    Too little in common, or a price that cannot be, is `UNKNOWN`.
    """
    second = dict(other)
    shared = [(close, second[at]) for at, close in one if at in second and close > 0 and second[at] > 0]
    first_returns = [log(b[0] / a[0]) for a, b in pairwise(shared)]
    second_returns = [log(b[1] / a[1]) for a, b in pairwise(shared)]
    count = len(first_returns)
    if count < _LEAST_RETURNS:
        return UNKNOWN
    first_mean, second_mean = sum(first_returns) / count, sum(second_returns) / count
    above = [(a - first_mean, b - second_mean) for a, b in zip(first_returns, second_returns, strict=True)]
    spread = sqrt(sum(a * a for a, _ in above) * sum(b * b for _, b in above))
    if not isfinite(spread) or spread <= 0:
        return UNKNOWN
    return max(-1.0, min(1.0, sum(a * b for a, b in above) / spread))
