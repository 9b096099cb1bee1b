"""Which answers the shadow ledger follows, and with which terms."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_decision, make_instrument, make_terms
from helpers.fake_clock import ManualClock
from helpers.fake_journal import Disk, recover
from terminal.domain.approval import Amendment, DeskMode
from terminal.domain.order import Effect, OrderKind
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import Verdict
from terminal.domain.shadow import ShadowCause, ShadowLeg
from terminal.services.shadow.causes import PlanMaker, ends_ms, lost_plans

NOTHING = recover(Disk())


class Hub:
    """All the maker asks of the market: contract rules."""

    instruments = {BTC: make_instrument()}  # noqa: RUF012 - never changed


def proposal(state=ReviewState.PENDING, **changes) -> Proposal:
    made = Proposal(make_decision(), make_terms(), "c1", state, Verdict(()), 0.0, 90.0)
    return replace(made, **changes)


@pytest.fixture
def maker():
    made = PlanMaker(Hub(), ManualClock())
    made.begin(NOTHING)
    return made


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (ReviewState.REJECTED, ShadowCause.REJECTED),
        (ReviewState.EXPIRED, ShadowCause.EXPIRED),
        (ReviewState.VOIDED, ShadowCause.VOIDED),
    ],
)
def test_answers_other_than_yes_are_followed(maker, state, cause):
    assert maker.of(proposal()) == ()
    [plan] = maker.of(proposal(state, reviewer="ann", reason="news soon"))
    assert (plan.cause, plan.who, plan.reason) == (cause, "ann", "news soon")
    assert (plan.size, plan.stop, plan.target, plan.limit) == (D("0.0050"), D("59000.0"), D("62000.0"), None)
    assert plan.ends_ms == make_decision().created_ms + 240 * 60_000


@pytest.mark.parametrize("state", [ReviewState.BLOCKED, ReviewState.PENDING])
def test_what_waits_and_what_the_gate_stopped_are_not_followed(maker, state):
    assert maker.of(proposal(state)) == ()


def test_closes_are_not_followed(maker):
    assert maker.of(proposal(ReviewState.REJECTED, terms=make_terms(effect=Effect.CLOSE))) == ()


def test_an_amendment_is_followed_with_both_terms(maker):
    maker.of(proposal())
    smaller = make_terms(size=D("0.0020"), stop_price=D("59500.0"))
    changed = proposal(ReviewState.APPROVED, terms=smaller, amendment=Amendment(D("0.0020"), D("59500.0")))
    plans = maker.of(changed)
    assert [(plan.leg, plan.size, plan.stop) for plan in plans] == [
        (ShadowLeg.PROPOSED, D("0.0050"), D("59000.0")),
        (ShadowLeg.AMENDED, D("0.0020"), D("59500.0")),
    ]
    assert {plan.cause for plan in plans} == {ShadowCause.AMENDED}


def test_an_approval_that_can_still_be_taken_back_is_not_followed_yet(maker):
    maker.of(proposal())
    amendment = Amendment(D("0.0020"))
    waits = proposal(ReviewState.APPROVED, terms=make_terms(size=D("0.0020")), amendment=amendment, sends_at_s=5.0)
    assert maker.of(waits) == ()
    assert len(maker.of(replace(waits, sends_at_s=None))) == 2


def test_a_voided_amendment_is_followed_as_the_ai_had_proposed_it(maker):
    maker.of(proposal())
    [plan] = maker.of(proposal(ReviewState.VOIDED, terms=make_terms(size=D("0.0020")), reviewer="ann"))
    assert plan.size == D("0.0050")


@pytest.mark.parametrize("amendment", [None, Amendment()])
def test_a_plain_yes_is_followed_beside_its_order(maker, amendment):
    maker.of(proposal())
    [plan] = maker.of(proposal(ReviewState.APPROVED, amendment=amendment))
    assert (plan.cause, plan.leg) == (ShadowCause.SENT, ShadowLeg.PROPOSED)


@pytest.mark.parametrize("mode", [DeskMode.SHADOW, DeskMode.ADVISORY])
def test_without_an_order_path_it_is_followed_from_the_start(maker, mode):
    [plan] = maker.of(proposal(mode=mode))
    assert plan.cause is ShadowCause.SHADOW
    [again] = maker.of(proposal(ReviewState.EXPIRED, mode=mode))
    assert again.key == plan.key  # the ledger has it already
    assert maker.of(proposal(ReviewState.BLOCKED, mode=mode)) == ()


def test_a_limit_is_followed_as_a_limit(maker):
    terms = make_terms(kind=OrderKind.LIMIT, price=D("59900.0"))
    [plan] = maker.of(proposal(ReviewState.REJECTED, terms=terms))
    assert plan.limit == D("59900.0")


def test_nothing_is_news_before_the_start_nor_if_it_is_old():
    early = PlanMaker(Hub(), ManualClock())
    old = proposal(ReviewState.REJECTED)
    assert early.of(old) == ()
    early.begin(replace(NOTHING, history=(old,)))
    assert early.of(old) == ()


def test_answers_of_the_last_moments_are_lost_and_said_so():
    now_ms = make_decision().created_ms + 60_000
    answered = proposal(ReviewState.REJECTED, reviewer="ann", reviewed_ms=now_ms - 1)
    found = replace(NOTHING, history=(answered,))
    [plan] = lost_plans(found, frozenset(), now_ms)
    assert (plan.decision_id, plan.who, plan.began_ms) == ("d1", "ann", now_ms - 1)
    assert lost_plans(found, frozenset({"d1"}), now_ms) == ()
    assert lost_plans(found, frozenset(), ends_ms(make_decision())) == ()
