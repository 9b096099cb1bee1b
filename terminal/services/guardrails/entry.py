"""Guardrails about the decision itself: inputs, confidence, cost, and what an unproven desk may risk."""

from terminal.domain.order import ZERO
from terminal.domain.plain_words import figure
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.risk import Check
from terminal.services.guardrails.context import GuardContext

_BP = 10_000
_NO_CLAIM = "the API test claims nothing about the market"


def inputs(ctx: GuardContext) -> Check:
    """G1: nothing opens on old bars, an old account or a clock that is off."""
    limits, faults = ctx.limits, []
    if ctx.bar_close_ms is None:
        faults.append("no closed bar is known")
        bar = "no bar"
    else:
        age = (ctx.now_ms - ctx.bar_close_ms) / ctx.interval_ms
        bar = f"bar {age:.1f} intervals old"
        if age > float(limits.bar_age_intervals):
            faults.append(f"the newest bar closed {age:.1f} intervals ago, at most {limits.bar_age_intervals}")
    if ctx.account_age_s > float(limits.account_age_s):
        faults.append(f"the account was read {ctx.account_age_s:.0f} s ago, at most {limits.account_age_s} s")
    error = ctx.clock_error_ms
    if error is None:
        faults.append("the venue's time was not measured yet; it is, with the next request")
    elif error > limits.clock_error_ms:
        faults.append(f"the venue's time is known to ±{error:.0f} ms only, at most {limits.clock_error_ms} ms")
    text = "; ".join(faults) or f"{bar}, account {ctx.account_age_s:.0f} s, venue's time ±{error or 0:.0f} ms"
    return Check("G1", "Fresh inputs", not faults, text)


def cost(ctx: GuardContext) -> Check:
    """G3: what is expected must be left after fees, spread and slippage, and the spread itself must be small."""
    limits, faults = ctx.limits, []
    edge = ctx.decision.expected_value_bp
    claims = ctx.decision.model != API_TEST_MODEL
    if claims and not edge > float(limits.least_edge_bp):
        faults.append(f"{edge:+.1f} bp expected after costs, above {limits.least_edge_bp} bp is needed")
    if ctx.spread is None:
        faults.append("the spread is not known")
    elif ctx.spread * _BP > limits.spread_bp:
        faults.append(f"the spread is {float(ctx.spread) * _BP:.1f} bp, at most {limits.spread_bp} bp")
    spread = "" if ctx.spread is None else f", spread {float(ctx.spread) * _BP:.1f} bp"
    expected = f"{edge:+.1f} bp expected after costs" if claims else _NO_CLAIM
    return Check("G3", "Cost", not faults, "; ".join(faults) or f"{expected}{spread}")


def confidence(ctx: GuardContext) -> Check:
    """G4: a floor under the probability, calibrated or a language model's own claim."""
    if ctx.decision.model == API_TEST_MODEL:
        return Check("G4", "Confidence", passed=True, text=_NO_CLAIM)
    has, floor = ctx.decision.confidence, float(ctx.limits.confidence_floor)
    return Check("G4", "Confidence", has >= floor, f"{has:.0%}, at least {floor:.0%} is needed")


def unproven(ctx: GuardContext) -> Check:
    """G13: what a desk may risk that was made automatic without having earned it."""
    cap, name = ctx.cap, "Unproven cap"
    if cap is None:
        return Check("G13", name, passed=True, text="no override is in force")
    faults = []
    if ctx.terms.leverage > cap.leverage:
        faults.append(f"the leverage is {ctx.terms.leverage}x, at most {cap.leverage}x; lower it in Trade")
    if not ctx.equity or not ctx.day_equity or ctx.at_risk is None:
        faults.append("equity or stop is not known")
    else:
        risk = ctx.at_risk / ctx.equity
        if risk > cap.risk:
            faults.append(f"{risk * 100:.2f} % of equity at risk, at most {figure(cap.risk * 100)} %")
        lost = max(ZERO, (ctx.day_equity - ctx.equity) / ctx.day_equity)
        if lost >= cap.day_loss:
            faults.append(f"lost {lost * 100:.1f} % today, openings end at {figure(cap.day_loss * 100)} %")
    return Check("G13", name, not faults, "; ".join(faults) or "within the cap of an unproven desk")
