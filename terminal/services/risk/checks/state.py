"""Checks of the program's own state: may anything open at all, and is there an AI behind it?"""

from typing import Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS, is_allowed
from terminal.domain.instrument import base_of
from terminal.domain.order import Effect
from terminal.domain.plain_words import clause, trading_words
from terminal.domain.risk import Check, TradingState
from terminal.domain.rules import named_rule
from terminal.services.risk.checks.verdicts import check
from terminal.services.risk.context import RiskContext, RiskStage

_SETTLEMENT_MS: Final = 8 * 3_600_000  # 00:00, 08:00 and 16:00 UTC
_SETTLEMENT_GAP_MS: Final = 60_000


def r1_trading_state(ctx: RiskContext) -> Check:
    """R1: openings need ACTIVE, and an instrument that is not paused."""
    if ctx.state is not TradingState.ACTIVE:
        return check("R1", "Trading state", False, f"trading is {trading_words(ctx.state)}: {clause(ctx.state_reason)}")
    if ctx.pause:
        rule = f", {named_rule(13, 'unexplained position')}" if ctx.is_frozen else ""
        words = f"{base_of(ctx.terms.instrument_id)} is paused{rule}: {clause(ctx.pause)}"
        return check("R1", "Trading state", False, words)
    return check("R1", "Trading state", True, "active")


def r2_allowed(ctx: RiskContext) -> Check:
    """R2: only the pairs of the competition; openings only in those the season's settings leave."""
    where = base_of(ctx.terms.instrument_id)
    allowed = is_allowed(ctx.terms.instrument_id)
    if allowed and ctx.terms.effect is Effect.OPEN and ctx.terms.instrument_id not in ctx.season_pairs:
        left = ", ".join(map(base_of, ctx.season_pairs))
        return check("R2", "Allowed pair", False, f"{where} is not among the pairs your season settings leave ({left})")
    text = f"{where} is {'one' if allowed else 'not one'} of the {len(ALLOWED_INSTRUMENTS)} allowed pairs"
    return check("R2", "Allowed pair", allowed, text)


def r3_decision(ctx: RiskContext) -> Check:
    """R3: no purely manual opening: decision, approval (at the end) and AI log must exist."""
    name = "AI decision"
    facts = ctx.decision
    if facts is None:
        return check("R3", name, False, "no AI decision stands behind this order; use Ask the AI")
    if not facts.log_ready:
        return check("R3", name, False, "its AI log is missing or was changed")
    if ctx.stage is RiskStage.FINAL and not facts.has_approval:
        return check("R3", name, False, "nobody approved it")
    return check("R3", name, True, f"decision {facts.decision_id}")


def r28_log_backlog(ctx: RiskContext) -> Check:
    """R28: an overdue or refused AI log blocks openings, never exits."""
    if ctx.logs_needing_hand:
        return check("R28", "AI logs", False, f"{ctx.logs_needing_hand} AI logs need a person; see the AI-log desk")
    late = ctx.log_overdue_s > ctx.limits.log_overdue_s
    text = f"oldest AI log waits for {ctx.log_overdue_s:.0f} s" if ctx.log_overdue_s else "all accepted"
    return check("R28", "AI logs", not late, text)


def r30_settlement(ctx: RiskContext) -> Check:
    """R30: nothing opens within a minute of a funding settlement; spot has none."""
    if ctx.venue.capabilities.is_spot:
        return check("R30", "Settlement", True, "spot pays no funding")
    since = ctx.now_ms % _SETTLEMENT_MS
    near = min(since, _SETTLEMENT_MS - since) < _SETTLEMENT_GAP_MS
    text = "funding settles within a minute; propose again after it" if near else "no settlement near"
    return check("R30", "Settlement", not near, text)


def r31_venue(ctx: RiskContext) -> Check:
    """R31: under a competition profile only the competition's venue receives an order, exits included."""
    refusal = ctx.venue.why_no_orders
    return check("R31", "Venue", not refusal, refusal or f"orders go to {ctx.venue.title}")
