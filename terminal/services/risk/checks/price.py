"""Checks of the market: is the price fresh, sane, and still the one that was decided on?"""

from terminal.domain.order import OrderKind
from terminal.domain.risk import Check
from terminal.services.risk.checks.verdicts import check, missing, pct
from terminal.services.risk.context import RiskContext


def r7_collar(ctx: RiskContext) -> Check:
    """R7: the order's price stays close to the mark price (on spot: to the middle of the book)."""
    mark = ctx.reference
    if mark is None or mark <= 0:
        return missing("R7", "Price collar", "the mark price")
    if ctx.price is None:
        return missing("R7", "Price collar", "the price this order would meet")
    gap = abs(ctx.price - mark) / mark
    return check("R7", "Price collar", gap <= ctx.limits.price_collar, f"{pct(gap)} from {_name(ctx)}")


def r8_market_order(ctx: RiskContext) -> Check:
    """R8: a market order needs a narrow spread and a very fresh book."""
    name = "Market order"
    if ctx.terms.kind is not OrderKind.MARKET:
        return check("R8", name, True, "not a market order")
    spread = ctx.quote.spread
    if spread is None:
        return missing("R8", name, "a two-sided book")
    fresh = ctx.quote.book_age_s <= ctx.limits.market_quote_age_s
    narrow = 0 <= spread <= ctx.limits.market_max_spread
    return check("R8", name, fresh and narrow, f"spread {pct(spread)}, book {ctx.quote.book_age_s:.1f} s old")


def r9_quote_age(ctx: RiskContext) -> Check:
    """R9: no order from old prices."""
    age_s = ctx.quote.age_s
    if age_s == float("inf"):
        return missing("R9", "Quote age", "the market")
    return check("R9", "Quote age", age_s <= ctx.limits.quote_age_s, f"{age_s:.1f} s old")


def r10_references(ctx: RiskContext) -> Check:
    """R10: last, mark and index must tell the same story."""
    name = "Reference prices"
    mark, last = ctx.reference, ctx.quote.last
    if mark is None or last is None or mark <= 0:
        return missing("R10", name, "last or mark price")
    others = [price for price in (last, ctx.quote.index) if price is not None]
    gap = max(abs(price - mark) / mark for price in others)
    return check("R10", name, gap <= ctx.limits.reference_gap, f"{pct(gap)} apart")


def r11_decision_fresh(ctx: RiskContext) -> Check:
    """R11: a decision is only worth its moment: young, and the market still where it was.

    What drifts is the market, measured on the side of the book the order takes. How far a limit
    price may lie from the market is R7's.
    """
    name = "Decision age and drift"
    if ctx.decision is None:
        return check("R11", name, False, "no decision")
    base, market = ctx.decision.price, ctx.quote.touch(ctx.terms.side)
    if market is None:
        return missing("R11", name, "the present price")
    if base <= 0:
        return missing("R11", name, "the price the decision was made at")
    drift = abs(market - base) / base
    young = ctx.decision.age_s <= ctx.limits.decision_age_s
    close = drift <= ctx.limits.decision_drift
    return check("R11", name, young and close, f"{ctx.decision.age_s:.0f} s old, market moved {pct(drift)}")


def _name(ctx: RiskContext) -> str:
    return "mark" if ctx.quote.mark is not None else "the middle of the book"
