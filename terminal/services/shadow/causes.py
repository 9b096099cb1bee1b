"""Which proposals the shadow ledger follows, and with which terms."""

from typing import Final

from terminal.domain.approval import DeskMode
from terminal.domain.decision import Decision
from terminal.domain.market import MINUTE_MS
from terminal.domain.order import ZERO, Effect, OrderTerms
from terminal.domain.recovered import Recovered
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.shadow import ShadowCause, ShadowLeg, ShadowPlan, plan_of
from terminal.ports.clock import Clock
from terminal.services.market.hub import MarketHub

_CAUSES: Final = {
    ReviewState.REJECTED: ShadowCause.REJECTED,
    ReviewState.EXPIRED: ShadowCause.EXPIRED,
    ReviewState.VOIDED: ShadowCause.VOIDED,
}
_NO_ORDERS: Final = frozenset({DeskMode.SHADOW, DeskMode.ADVISORY})


class PlanMaker:
    """Turns answers into plans. Remembers each open proposal as it was shown first."""

    def __init__(self, hub: MarketHub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._shown: dict[str, OrderTerms] = {}
        self._old: frozenset[str] | None = None

    def begin(self, recovered: Recovered) -> None:
        """From now on answers are news; those of earlier runs were taken in apart."""
        self._old = frozenset(each.decision_id for each in recovered.history) | frozenset(
            each.decision_id for each in recovered.unanswered
        )

    def of(self, proposal: Proposal) -> tuple[ShadowPlan, ...]:
        """Give the plans an answer asks for: none, one, or both legs of an amendment."""
        if self._old is None or proposal.decision_id in self._old or proposal.terms.effect is not Effect.OPEN:
            return ()
        if proposal.decision.model == API_TEST_MODEL:
            return ()  # its answer is no veto and proves no skill
        if proposal.is_open:
            self._shown.setdefault(proposal.decision_id, proposal.terms)
        if proposal.mode in _NO_ORDERS:
            return self._plans(proposal, ShadowCause.SHADOW) if proposal.state is not ReviewState.BLOCKED else ()
        if proposal.is_open or proposal.sends_at_s is not None:
            return ()  # it may still be taken back
        cause = _CAUSES.get(proposal.state)
        if proposal.state is ReviewState.APPROVED:
            is_same = proposal.amendment is None or proposal.amendment.is_empty
            cause = ShadowCause.SENT if is_same else ShadowCause.AMENDED
        plans = () if cause is None else self._plans(proposal, cause)
        self._shown.pop(proposal.decision_id, None)
        return plans

    def _plans(self, proposal: Proposal, cause: ShadowCause) -> tuple[ShadowPlan, ...]:
        shown = self._shown.get(proposal.decision_id, proposal.terms)
        legs = [(ShadowLeg.PROPOSED, shown)]
        if cause is ShadowCause.AMENDED:
            legs.append((ShadowLeg.AMENDED, proposal.terms))
        rules = self._hub.instruments.get(proposal.terms.instrument_id)
        if rules is None:
            return ()  # nothing is proposed for a pair without contract rules
        return tuple(
            plan_of(
                terms,
                decision_id=proposal.decision_id,
                leg=leg,
                cause=cause,
                who=proposal.reviewer,
                reason=proposal.reason,
                model=proposal.decision.model,
                price_step=rules.price_step,
                fees=(rules.taker_fee, rules.maker_fee),
                began_ms=self._clock.now_ms(),
                ends_ms=ends_ms(proposal.decision),
            )
            for leg, terms in legs
        )


def ends_ms(decision: Decision) -> int:
    """When a decision's horizon is over."""
    return decision.created_ms + decision.horizon_min * MINUTE_MS


def lost_plans(recovered: Recovered, followed: frozenset[str], now_ms: int) -> tuple[ShadowPlan, ...]:
    """Plans of answers given just before the program ended, and of proposals nobody could answer after it.

    No price of their moment was seen and the contract's fees were not kept, so they can have no result.
    Those whose horizon is over are left out: they are history the ledger never saw.
    """
    plans = [
        _lost(each.decision, each.terms, _CAUSES[each.state], each.reviewer, each.reason, each.reviewed_ms)
        for each in recovered.history
        if each.state in _CAUSES and each.decision_id not in followed
    ]
    decisions = {each.decision_id: each for each in recovered.decisions}
    for record in recovered.unanswered:
        decision = decisions.get(record.decision_id)
        if decision is not None and record.decision_id not in followed:
            words = "the program was restarted before anyone answered"
            plans.append(_lost(decision, record.terms, ShadowCause.EXPIRED, "", words, record.at_ms))
    return tuple(plan for plan in plans if plan is not None and plan.ends_ms > now_ms)


def _lost(
    decision: Decision, terms: OrderTerms, cause: ShadowCause, who: str, reason: str, at_ms: int
) -> ShadowPlan | None:
    if terms.effect is not Effect.OPEN or decision.model == API_TEST_MODEL:
        return None
    return plan_of(
        terms,
        decision_id=decision.decision_id,
        leg=ShadowLeg.PROPOSED,
        cause=cause,
        who=who,
        reason=reason,
        model=decision.model,
        price_step=ZERO,
        fees=(ZERO, ZERO),
        began_ms=at_ms,
        ends_ms=ends_ms(decision),
    )
