"""A person may make an order tighter, never wider; the AI log says whose change it was."""

import json

import pytest

from helpers.builders import BTC, D, make_decision, make_instrument, make_terms
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import Amendment
from terminal.domain.errors import RequestRejected
from terminal.domain.messages import Notice
from terminal.domain.order import Effect, Origin, Side
from terminal.domain.records import AiLogFrozen, ApprovalGiven, IntentCommitted
from terminal.domain.review import ReviewState
from terminal.services.review.amending import AmendmentRefused, amended_terms

RULES = make_instrument()
LONG = make_terms()
SHORT = make_terms(side=Side.SELL, stop_price=D("61000.0"), target_price=D("58000.0"))


@pytest.mark.parametrize(
    ("terms", "change", "expected"),
    [
        (LONG, Amendment(size=D("0.00219")), {"size": D("0.0021")}),
        (LONG, Amendment(size=D("0.0050")), {}),
        (LONG, Amendment(stop_price=D("59500.01")), {"stop_price": D("59500.1")}),
        (SHORT, Amendment(stop_price=D("60500.09")), {"stop_price": D("60500.0")}),
        (LONG, Amendment(leverage=2), {"leverage": 2}),
    ],
)
def test_tighter_terms_are_floored_and_put_on_the_tick(terms, change, expected):
    changed = amended_terms(terms, change, RULES, D("60001.0"))
    for name in ("size", "stop_price", "leverage", "side", "instrument_id", "target_price"):
        assert getattr(changed, name) == expected.get(name, getattr(terms, name))


@pytest.mark.parametrize(
    ("terms", "change", "words"),
    [
        (LONG, Amendment(size=D("0.0051")), "not larger"),
        (LONG, Amendment(size=D(0)), "above zero"),
        (LONG, Amendment(size=D("NaN")), "above zero"),
        (LONG, Amendment(size=D("0.00009")), "below the least size"),
        (LONG, Amendment(stop_price=D("58999.9")), "not wider"),
        (SHORT, Amendment(stop_price=D("61000.1")), "not wider"),
        (LONG, Amendment(stop_price=D("60001.0")), "must lie below"),
        (SHORT, Amendment(stop_price=D("59000.0")), "must lie above"),
        (LONG, Amendment(stop_price=D("Infinity")), "above zero"),
        (LONG, Amendment(leverage=6), "not raise"),
        (LONG, Amendment(leverage=0), "1x or more"),
        (make_terms(effect=Effect.CLOSE, stop_price=None), Amendment(size=D("0.001")), "a close is approved as it is"),
    ],
)
def test_anything_else_is_refused_in_plain_words(terms, change, words):
    with pytest.raises(AmendmentRefused, match=words):
        amended_terms(terms, change, RULES, D("60001.0"))


async def opened() -> World:
    world = World(make_decision())
    await world.start()
    await world.proposed()
    return world


def half(world: World) -> Amendment:
    return Amendment(size=world.proposal().terms.size / 2, stop_price=D("59400.0"))


@pytest.mark.asyncio
async def test_the_amended_order_is_what_is_sent_and_what_the_journal_says():
    world = await opened()
    card = world.proposal()
    world.engine.post(world.yes(amendment=half(world)))
    await world.clock.advance(2)
    order = world.order()
    assert order.origin is Origin.AI_AMENDED
    assert order.terms.size == RULES.floor_size(card.terms.size / 2)
    assert order.terms.stop_price == D("59400.0")
    shown = world.proposal()
    assert (shown.terms, shown.amendment.stop_price) == (order.terms, D("59400.0"))
    assert shown.fingerprint != card.fingerprint
    (given,) = world.disk.of(ApprovalGiven)
    assert given.approval.fingerprint == card.fingerprint
    assert given.approval.sent_fingerprint == shown.fingerprint
    assert given.approval.terms == order.terms
    await world.close()


@pytest.mark.asyncio
async def test_the_orders_log_says_what_the_person_changed_and_the_decisions_own_is_kept():
    world = await opened()
    (before,) = [each.log for each in world.disk.of(AiLogFrozen)]
    card = world.proposal()
    world.engine.post(world.yes(amendment=half(world)))
    await world.clock.advance(10)
    first, second = (each.log for each in world.disk.of(AiLogFrozen))
    assert first == before
    assert second.supersedes == first.log_id
    body, own = json.loads(second.content), json.loads(first.content)
    assert (body["stage"], body["model"], body["explanation"]) == ("Order Execution", own["model"], own["explanation"])
    assert {name: body["output"][name] for name in own["output"]} == own["output"]
    person = body["output"]["human_approval"]
    assert (person["by"], person["how"], person["decided_by_model"]) == ("ann", "key A", False)
    assert set(person["changes"]) == {"size", "stop_price"}
    assert person["changes"]["stop_price"] == {"model": "59000.0", "person": "59400.0"}
    assert body["output"]["order"]["stop_price"] == "59400.0"
    logs = world.engine.core.outbox.logs
    assert logs[first.log_id].state is AiLogState.KEPT
    assert logs[first.log_id].venue_order_id is None
    assert logs[second.log_id].state is AiLogState.ACCEPTED
    assert len([each for each in world.venue.uploads if card.decision_id.encode() in each]) == 1
    written = [type(each).__name__ for each in world.disk.records]
    assert written.index("ApprovalGiven") > len(written) - 1 - written[::-1].index("AiLogFrozen")
    assert world.engine.tally.summary()["whole_passports"] == 1
    await world.close()


@pytest.mark.asyncio
async def test_an_unchanged_amendment_is_a_plain_approval():
    world = await opened()
    world.engine.post(world.yes(amendment=Amendment(size=world.proposal().terms.size)))
    await world.clock.advance(2)
    assert world.order().origin is Origin.AI
    assert len(world.disk.of(AiLogFrozen)) == 1
    await world.close()


@pytest.mark.asyncio
async def test_a_refused_change_leaves_the_card_open():
    world = await opened()
    world.engine.post(world.yes(amendment=Amendment(stop_price=D("58000.0"))))
    await settle()
    assert world.state_of() is ReviewState.PENDING
    assert any("not wider" in each.text for each in world.of(Notice))
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_a_lower_leverage_is_set_at_the_venue_before_the_order():
    world = await opened()
    world.engine.post(world.yes(amendment=Amendment(leverage=2)))
    await world.clock.advance(5)
    assert world.engine.core.facts.leverage_of(BTC) == 2
    assert world.order().terms.leverage == 2
    assert len(world.venue.sends) == 1
    await world.close()


@pytest.mark.asyncio
async def test_a_leverage_that_cannot_be_set_is_refused_and_the_card_waits():
    world = await opened()

    async def refuse(*_):
        raise RequestRejected("not now")

    world.venue.set_leverage = refuse
    world.engine.post(world.yes(amendment=Amendment(leverage=2)))
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert world.state_of() is ReviewState.PENDING
    assert any("could not be lowered to 2x" in each.text for each in world.of(Notice))
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [AiLogFrozen, IntentCommitted])
async def test_a_crash_after_the_commit_leaves_one_order_with_one_log(kind):
    world = await opened()
    world.journal.crash_after = lambda records: any(isinstance(each, kind) for each in records)
    world.engine.post(world.yes(amendment=half(world)))
    await world.clock.advance(1)
    assert world.venue.sends == []
    await world.restart()
    await world.clock.advance(60)
    await world.approve_late()
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert len(world.disk.of(IntentCommitted)) == 1
    assert [log.venue_order_id for log in world.engine.core.outbox.logs.values()] == [None, None]
    assert {log.state for log in world.engine.core.outbox.logs.values()} <= {AiLogState.KEPT, AiLogState.WAITING}
    await world.close()


@pytest.mark.asyncio
async def test_a_restart_after_the_order_was_sent_links_only_the_amended_log():
    world = await opened()
    world.engine.post(world.yes(amendment=half(world)))
    await settle()
    await world.restart()
    await world.clock.advance(30)
    own, amended = world.engine.core.outbox.logs.values()
    assert amended.supersedes == own.log_id
    assert (own.state, own.venue_order_id) == (AiLogState.KEPT, None)
    assert amended.venue_order_id == world.order().venue_order_id is not None
    assert amended.state is AiLogState.ACCEPTED
    await world.close()


@pytest.mark.asyncio
async def test_a_journal_that_fails_sends_no_amended_order():
    world = await opened()
    world.journal.refuse = lambda records: any(isinstance(each, IntentCommitted) for each in records)
    world.engine.post(world.yes(amendment=half(world)))
    await world.clock.advance(2)
    assert world.venue.sends == []
    assert world.disk.of(ApprovalGiven) == []
    assert world.state_of() is ReviewState.BLOCKED
    await world.close()
