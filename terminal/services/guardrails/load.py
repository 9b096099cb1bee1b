"""Guardrails about how much is asked at once: openings of a cycle, cards a person can read."""

from terminal.domain.risk import Check
from terminal.services.guardrails.context import GuardContext


def cycle_budget(ctx: GuardContext) -> Check:
    """G9: one cycle opens only so many positions; they share one view of one moment."""
    most = ctx.limits.opens_per_cycle
    text = f"{ctx.opened_here} before it in this cycle, at most {most} in all"
    return Check("G9", "Openings of the cycle", ctx.opened_here < most, text)


def desk_budget(ctx: GuardContext) -> Check:
    """G10: a person can weigh only so many cards; more than that is pressure, not review."""
    limits, faults = ctx.limits, []
    if ctx.waiting >= limits.waiting_proposals:
        faults.append(f"{ctx.waiting} cards wait already, at most {limits.waiting_proposals}")
    if ctx.proposals_hour >= limits.proposals_per_hour:
        faults.append(f"{ctx.proposals_hour} proposals within an hour, at most {limits.proposals_per_hour}")
    text = "; ".join(faults) or f"{ctx.waiting} cards wait, {ctx.proposals_hour} proposals within an hour"
    return Check("G10", "Desk load", not faults, text)
