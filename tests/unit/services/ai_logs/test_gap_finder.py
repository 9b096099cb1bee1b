"""Gaps are found from the venue's lists; entries wait for them, exits never; nothing is made up."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_terms
from helpers.fake_clock import settle
from helpers.fake_venue import ACCEPTED
from helpers.fake_world import World
from helpers.held_world import LONG, SHORT, add_leg, said, world_with_position
from terminal.domain.ai_log import AiLogState, LogResolution
from terminal.domain.commands import ClosePosition, ResolveLog, SetTradingState
from terminal.domain.errors import VenueUnavailable
from terminal.domain.log_messages import AiLogGaps, FindLogGaps, GapKind, RecordLogGap
from terminal.domain.records import AiLogFrozen, AiLogGapRecorded
from terminal.domain.risk import TradingState
from terminal.ports.venue import LogReceipt, VenueStatus

pytestmark = pytest.mark.asyncio
BUSY = LogReceipt(accepted=False, code="40015", message="system error", permanent=False)
REFUSED = LogReceipt(accepted=False, code="40017", message="validation failed", permanent=True)
HOUR_S = 3_600.0


def gaps(world: World):
    return world.engine.core.logs.finder.gaps


def shown(world: World) -> AiLogGaps:
    return world.of(AiLogGaps)[-1]


async def look(world: World) -> None:
    world.engine.post(FindLogGaps("ann"))
    await settle()


async def test_an_order_with_an_accepted_log_is_no_gap():
    world = await world_with_position()
    await world.clock.advance(100)
    assert gaps(world) == ()
    assert shown(world).occasion == "start"
    await look(world)
    assert (shown(world).occasion, shown(world).orders_seen) == ("asked by ann", 1)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_an_order_of_ours_without_its_accepted_log_stops_entries_but_no_exit():
    world = World(make_decision())
    world.venue.receipts.extend([BUSY] * 12)
    await world.start()
    await world.approve()
    await world.clock.advance(45)
    assert gaps(world) == ()
    await world.clock.advance(60)
    (gap,) = gaps(world)
    assert gap.kind is GapKind.ORDER
    assert gap.venue_order_id == world.order().venue_order_id
    assert "not accepted yet: system error" in gap.what
    assert "uploaded again by itself" in gap.advice
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "the AI logs have a gap" in world.engine._switch.reason
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await settle()
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await world.clock.advance(5)
    assert len(world.venue.sends) == 2
    world.venue.receipts.clear()
    await world.clock.advance(700)
    assert gaps(world) == ()
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_an_order_that_lost_its_log_is_found_from_the_venue_alone():
    world = await world_with_position()
    shelf = world.engine.core.outbox._shelf
    shelf._of_order.clear()  # as if no log had ever been frozen
    await world.clock.advance(100)
    (gap,) = gaps(world)
    assert (gap.kind, gap.log_id) == (GapKind.ORDER, "")
    assert "has no AI log" in gap.what
    assert "none is made up now" in gap.advice
    await world.close()


async def test_a_venue_exit_without_its_log_is_found():
    world = await world_with_position()
    world.journal.refuse = lambda records: any(
        isinstance(each, AiLogFrozen) and each.log.stage == "Position Management" for each in records
    )
    held = world.engine.core.portfolio.held(BTC, LONG)
    world.venue.close_by_stop(BTC, LONG, held)
    await world.clock.advance(120)
    (gap,) = gaps(world)
    assert gap.kind is GapKind.VENUE_EXIT
    world.journal.refuse = None
    await world.crash()


async def test_a_liquidation_counts_and_its_log_settles_it():
    world = await world_with_position()
    held = world.engine.core.portfolio.held(BTC, LONG)
    world.venue.close_by_stop(BTC, LONG, held, forced=True)
    await world.clock.advance(200)
    assert gaps(world) == ()
    causes = [body for body in world.venue.uploads if b"forced by the venue" in body]
    assert len(causes) == 1
    await world.close()


async def test_an_external_order_is_on_record_as_one_and_no_log_is_invented():
    world = await world_with_position()
    add_leg(world)
    await world.clock.advance(120)
    (gap,) = gaps(world)
    assert gap.kind is GapKind.EXTERNAL
    assert not gap.is_open
    (record,) = world.disk.of(AiLogGapRecorded)
    assert (record.who, record.kind) == ("", "external order")
    assert "no AI log can exist" in record.reason
    assert len(world.engine.core.outbox.logs) == 1
    await look(world)
    assert len(world.disk.of(AiLogGapRecorded)) == 1  # once is enough
    await world.restart()
    await world.clock.advance(120)
    assert len(world.disk.of(AiLogGapRecorded)) == 1
    await world.close()


async def test_a_persons_exit_of_a_position_of_no_decision_is_on_record():
    world = await world_with_position()
    add_leg(world)
    await world.clock.advance(20)

    world.engine.post(ClosePosition(ETH, SHORT, D(1), "ann"))
    await world.clock.advance(120)
    found = {gap.kind: gap for gap in gaps(world)}
    assert set(found) == {GapKind.EXTERNAL, GapKind.ORDER}
    assert not found[GapKind.ORDER].is_open
    assert "no decision of ours opened the position" in found[GapKind.ORDER].recorded_reason
    await world.close()


async def test_a_log_for_an_order_the_venue_does_not_know():
    world = await world_with_position()
    order_id = world.order().venue_order_id
    await world.clock.advance(61)
    world.venue.hidden.add(order_id)
    world.engine.core.logs.finder._seen.clear()
    await look(world)
    (gap,) = gaps(world)
    assert (gap.kind, gap.venue_order_id) == (GapKind.UNKNOWN_ORDER, order_id)
    assert "does not know such an order" in gap.what
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    world.venue.hidden.clear()
    await look(world)
    assert gaps(world) == ()
    await world.close()


async def test_no_answer_is_no_information():
    world = await world_with_position()
    await world.clock.advance(61)
    before = gaps(world)
    world.venue.read_error = VenueUnavailable("connection refused", venue="fake")
    await look(world)
    assert "Connection refused" in shown(world).trouble
    assert gaps(world) == before
    await world.close()


async def test_a_full_look_comes_at_the_start_and_every_hour():
    world = await world_with_position()
    await world.clock.advance(10)
    assert [each.occasion for each in world.of(AiLogGaps)].count("start") == 1
    await world.clock.advance(HOUR_S + 20)
    assert [each.occasion for each in world.of(AiLogGaps)].count("hourly") == 1
    await world.crash()


async def test_a_look_without_an_answer_comes_again_within_a_minute_or_two():
    world = World()
    await world.start()
    await world.clock.advance(HOUR_S - 100)
    world.venue.read_error = VenueUnavailable("connection refused", venue="fake")
    await world.clock.advance(120)
    assert "refused" in shown(world).trouble
    world.venue.read_error = None
    await world.clock.advance(90)
    assert (shown(world).trouble, shown(world).occasion) == ("", "hourly")
    await world.crash()


# -- on record -----------------------------------------------------------------------


async def test_a_gap_without_a_log_is_recorded_by_a_person_with_a_reason_and_survives():
    world = await world_with_position()
    world.engine.core.outbox._shelf._of_order.clear()
    await world.clock.advance(100)
    (gap,) = gaps(world)
    for reason in ("", " ", "no", "x" * 501):
        world.engine.post(RecordLogGap(gap.gap_id, reason, "ann"))
        await settle()
    assert world.disk.of(AiLogGapRecorded) == []
    assert said(world, "Write down why")
    world.engine.post(RecordLogGap(gap.gap_id, " the disk was full ", "ann"))
    await settle()
    (record,) = world.disk.of(AiLogGapRecorded)
    assert (record.who, record.reason, record.venue_order_id) == ("ann", "the disk was full", gap.venue_order_id)
    assert [each.is_open for each in gaps(world)] == [False]
    assert world.engine.trading_state is TradingState.ACTIVE
    world.engine.post(RecordLogGap(gap.gap_id, "once more", "ann"))
    world.engine.post(RecordLogGap("nothing", "a reason", "ann"))
    await settle()
    assert len(world.disk.of(AiLogGapRecorded)) == 1
    await world.close()


async def test_a_refused_logs_gap_is_dealt_with_in_the_log():
    world = World(make_decision())
    world.venue.receipts.append(REFUSED)
    await world.start()
    await world.approve()
    await world.clock.advance(40)
    (gap,) = gaps(world)
    assert "refused its log for good" in gap.what
    world.engine.post(RecordLogGap(gap.gap_id, "a good reason", "ann"))
    await settle()
    assert world.disk.of(AiLogGapRecorded) == []
    assert said(world, "open the log and decide there")
    world.engine.post(ResolveLog(gap.log_id, LogResolution.UNMENDABLE, "a good reason", "ann"))
    await settle()
    assert world.engine.trading_state is TradingState.ACTIVE  # at once, not at the next comparison
    await look(world)
    (gap,) = gaps(world)
    assert (gap.is_open, gap.recorded_by, gap.recorded_reason) == (False, "ann", "a good reason")
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_a_gap_that_was_not_written_down_stays_open():
    world = await world_with_position()
    world.engine.core.outbox._shelf._of_order.clear()
    await world.clock.advance(100)
    (gap,) = gaps(world)
    world.journal.refuse = lambda records: any(isinstance(each, AiLogGapRecorded) for each in records)
    world.engine.post(RecordLogGap(gap.gap_id, "the disk was full", "ann"))
    await settle()
    assert gaps(world)[0].is_open
    await world.close()


# -- backlog -------------------------------------------------------------------------


async def test_a_long_backlog_stops_entries_until_it_is_gone():
    world = await world_with_position()
    core = world.engine.core
    (log,) = core.outbox.logs.values()
    world.venue.receipts.extend([BUSY] * 250)
    for number in range(25):
        name = f"evt-{number}"
        core.outbox.add(replace(log, log_id=name, client_order_id=name, venue_order_id=None, state=AiLogState.QUEUED))
    await world.clock.advance(31)
    assert core.outbox.backlog()[0] > 20
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "too many AI logs wait" in world.engine._switch.reason
    world.venue.receipts.clear()
    await world.clock.advance(300)
    assert core.outbox.backlog() == (0, 0.0)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.crash()


async def test_an_order_before_the_journal_is_not_ours_to_explain():
    world = World(make_decision())
    report = world.venue.make_order(make_terms())
    old = replace(report, created_ms=1, updated_ms=1, status=VenueStatus.FILLED, filled_size=report.size)
    world.venue.orders[report.venue_order_id] = old
    await world.start()
    world.venue.receipts.append(ACCEPTED)
    await look(world)
    assert gaps(world) == ()
    await world.close()
