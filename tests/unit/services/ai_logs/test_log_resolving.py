"""A log the venue refused for good: the same bytes again, or the gap on record; entries wait for either."""

from dataclasses import replace

import pytest

from helpers.builders import make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import ACCEPTED
from helpers.fake_world import World
from helpers.held_world import said
from terminal.domain.ai_log import AiLogState, LogResolution
from terminal.domain.commands import ResolveLog, SetTradingState
from terminal.domain.errors import StorageError, VenueUnavailable
from terminal.domain.messages import AiLogChanged
from terminal.domain.order import Effect
from terminal.domain.records import AiLogAttempted, AiLogFrozen, AiLogResolved
from terminal.domain.risk import TradingState
from terminal.ports.venue import LogReceipt

pytestmark = pytest.mark.asyncio
REFUSED = LogReceipt(accepted=False, code="40753", message="api permission disabled", permanent=True)
RETRY, UNMENDABLE = LogResolution.RETRY, LogResolution.UNMENDABLE


async def refused_world(*more) -> World:
    """One filled order whose log the venue refused for good."""
    world = World(make_decision())
    world.venue.receipts.extend((REFUSED, *more))
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert the_log(world).state is AiLogState.NEEDS_HAND
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    return world


def the_log(world: World):
    (log,) = world.engine.core.outbox.logs.values()
    return log


async def resolve(world: World, resolution, reason: str = "", log_id: str = "") -> None:
    world.engine.post(ResolveLog(log_id or the_log(world).log_id, resolution, reason, "ann"))
    await settle()


def opens(world: World) -> bool:
    outbox = world.engine.core.outbox
    return world.engine.trading_state is TradingState.ACTIVE and outbox.needing_hand() == 0


async def test_the_same_bytes_again_and_entries_resume_with_the_acceptance():
    world = await refused_world()
    world.calls.clear()
    await resolve(world, RETRY)
    (record,) = world.disk.of(AiLogResolved)
    assert (record.who, record.resolution, record.code) == ("ann", RETRY, "40753")
    assert record.at_ms > 0
    assert record.content_sha256 == world.disk.of(AiLogFrozen)[0].log.content_sha256
    assert world.calls.index("commit AiLogResolved") < world.calls.index("upload")
    await world.clock.advance(3)
    assert the_log(world).state is AiLogState.ACCEPTED
    assert len(world.venue.uploads) == 2
    assert len(set(world.venue.uploads)) == 1
    assert world.engine.tally.gaps() == ()
    assert opens(world)
    await world.close()


async def test_risk_8_entries_wait_while_the_retry_is_on_its_way_and_after_another_no():
    world = await refused_world(VenueUnavailable("reset"), REFUSED, ACCEPTED)
    await resolve(world, RETRY)
    await world.clock.advance(0.5)
    assert the_log(world).state is AiLogState.RETRYING
    assert not opens(world)
    assert world.engine.core.facts.context(world.order().terms, None, None).logs_needing_hand == 1
    await world.clock.advance(10)
    assert the_log(world).state is AiLogState.NEEDS_HAND
    assert not opens(world)
    await resolve(world, RETRY)
    await world.clock.advance(10)
    assert opens(world)
    assert [record.attempt for record in world.disk.of(AiLogAttempted)] == [1, 2, 3, 4]
    await world.close()


async def test_a_recorded_gap_lets_entries_resume_and_stays_a_gap():
    world = await refused_world()
    frozen = the_log(world)
    await resolve(world, UNMENDABLE, "  the key had no permission that day  ")
    log = the_log(world)
    assert (log.state, log.resolved_by, log.resolved_reason) == (
        AiLogState.GAP,
        "ann",
        "the key had no permission that day",
    )
    assert (log.content, log.content_sha256, log.last_code) == (frozen.content, frozen.content_sha256, "40753")
    assert [record.reason for record in world.disk.of(AiLogResolved)] == ["the key had no permission that day"]
    assert opens(world)
    await world.clock.advance(400)
    assert len(world.venue.uploads) == 1
    assert [order.decision_id for order in world.engine.tally.gaps()] == ["d1"]
    assert world.of(AiLogChanged)[-1].log == log
    assert said(world, "recorded that the AI log of order")
    await world.close()


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 501])
async def test_a_gap_needs_a_reason(reason):
    world = await refused_world()
    await resolve(world, UNMENDABLE, reason)
    assert the_log(world).state is AiLogState.NEEDS_HAND
    assert world.disk.of(AiLogResolved) == []
    assert said(world, "Write down why")
    assert not opens(world)
    await world.close()


async def test_arming_resumes_nothing_while_a_refused_log_waits():
    world = await refused_world()
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(2)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await settle()
    await resolve(world, UNMENDABLE, "never again")
    assert world.engine.trading_state is TradingState.HALTED  # somebody's own word stands
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await settle()
    assert opens(world)
    await world.close()


async def test_two_refused_logs_need_two_decisions():
    world = await refused_world()
    first = the_log(world)
    second = replace(first, log_id="log2", client_order_id="other")
    world.engine.core.outbox.add(second)
    await resolve(world, UNMENDABLE, "lost", first.log_id)
    assert not opens(world)
    await resolve(world, UNMENDABLE, "lost too", "log2")
    assert opens(world)
    await world.close()


@pytest.mark.parametrize("resolution", list(LogResolution))
async def test_a_decision_is_carried_out_once(resolution):
    world = await refused_world()
    for _ in range(5):
        world.engine.post(ResolveLog(the_log(world).log_id, resolution, "a good reason", "ann"))
    await world.clock.advance(5)
    assert len(world.disk.of(AiLogResolved)) == 1
    assert len(world.venue.uploads) == (2 if resolution is RETRY else 1)
    assert said(world, "does not wait for a person any more")
    await world.close()


async def test_only_a_refused_log_can_be_dealt_with():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    await resolve(world, UNMENDABLE, "for fun")
    assert the_log(world).state is AiLogState.ACCEPTED
    await resolve(world, RETRY, log_id="nobody")
    assert said(world, "not known here")
    assert world.disk.of(AiLogResolved) == []
    await world.close()


async def test_a_changed_content_is_never_retried_but_its_gap_can_be_recorded():
    world = await refused_world()
    log = the_log(world)
    world.engine.core.outbox.logs[log.log_id] = replace(log, content=log.content.replace(b"Trend", b"Trick"))
    await resolve(world, RETRY)
    assert said(world, "not what was frozen")
    assert len(world.venue.uploads) == 1
    await resolve(world, UNMENDABLE, "the content was damaged on disk")
    assert the_log(world).state is AiLogState.GAP
    await world.close()


async def test_an_order_without_a_number_cannot_be_retried():
    world = await refused_world()
    log = the_log(world)
    world.engine.core.outbox.logs[log.log_id] = replace(log, venue_order_id=None)
    await resolve(world, RETRY)
    assert said(world, "has no number the venue would take")
    assert len(world.venue.uploads) == 1
    await world.close()


async def test_nothing_is_done_unless_it_is_written():
    world = await refused_world()
    world.journal.fail_with.append(StorageError("disk full"))
    await resolve(world, RETRY)
    assert the_log(world).state is AiLogState.NEEDS_HAND
    assert len(world.venue.uploads) == 1
    assert said(world, "so nothing was done")
    await world.close()


@pytest.mark.parametrize(("resolution", "state"), [(RETRY, AiLogState.RETRYING), (UNMENDABLE, AiLogState.GAP)])
async def test_a_decision_outlives_the_program(resolution, state):
    world = await refused_world(VenueUnavailable("reset"), VenueUnavailable("reset"))
    await resolve(world, resolution, "a good reason")
    await world.clock.advance(0.2)
    world.venue.receipts.extend([VenueUnavailable("reset")] * 50)
    await world.restart()
    await world.clock.advance(1)
    log = the_log(world)
    assert log.state is state
    assert (log.resolved_by, log.resolved_reason) == ("ann", "a good reason")
    assert log.resolved_ms > 0
    assert (world.engine.core.outbox.needing_hand() == 0) is (resolution is UNMENDABLE)
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await settle()
    assert opens(world) is (resolution is UNMENDABLE)
    await world.crash()


async def test_risk_8_exits_pass_while_a_log_waits():
    world = await refused_world()
    terms = replace(world.order().terms, effect=Effect.CLOSE, side=world.order().terms.side.opposite)
    assert world.engine.core.orders._may_send(replace(world.order(), terms=terms))
    await world.close()
