"""The outbox: identical bytes through every retry, permanent refusals, tampering, restarts."""

import itertools
import json
from dataclasses import replace
from hashlib import sha256

import pytest

from helpers.builders import make_decision
from helpers.fake_venue import ACCEPTED, Step
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import SetTradingState
from terminal.domain.errors import RateLimited, VenueUnavailable
from terminal.domain.messages import AiLogChanged, TradingStateChanged
from terminal.domain.records import AiLogAnswered, AiLogAttempted, AiLogLinked
from terminal.domain.risk import TradingState
from terminal.ports.venue import LogReceipt

BUSY = LogReceipt(accepted=False, code="429", message="slow down", permanent=False)
REFUSED = LogReceipt(accepted=False, code="40753", message="api permission disabled", permanent=True)


async def with_receipts(*receipts, **options) -> World:
    world = World(make_decision(), **options)
    world.venue.receipts.extend(receipts)
    await world.start()
    await world.approve()
    return world


def the_log(world: World):
    (log,) = world.engine.core.outbox.logs.values()
    return log


@pytest.mark.asyncio
async def test_retries_upload_the_same_bytes_with_growing_pauses():
    world = await with_receipts(VenueUnavailable("reset"), BUSY, VenueUnavailable("reset"), BUSY)
    await world.clock.until(lambda: the_log(world).state is AiLogState.ACCEPTED, 600)
    assert len(world.venue.uploads) == 5
    assert len(set(world.venue.uploads)) == 1
    (link,) = world.disk.of(AiLogLinked)
    assert world.venue.uploads[0] == link.body
    assert sha256(link.body).hexdigest() == link.body_sha256
    times = [record.at_ms for record in world.disk.of(AiLogAttempted)]
    gaps_s = [(after - before) / 1_000 for before, after in itertools.pairwise(times)]
    assert [2 <= gap <= 2.1 or 2 <= gap <= 4.1 for gap in gaps_s[:2]] == [True, True]
    assert gaps_s[-1] >= 8
    assert [record.attempt for record in world.disk.of(AiLogAttempted)] == [1, 2, 3, 4, 5]
    assert [record.outcome for record in world.disk.of(AiLogAnswered)] == ["RETRYING"] * 4 + ["ACCEPTED"]
    await world.close()


@pytest.mark.asyncio
async def test_pauses_end_at_five_minutes():
    world = await with_receipts(*[BUSY] * 16)
    await world.clock.until(lambda: the_log(world).state is AiLogState.ACCEPTED, 10_000)
    times = [record.at_ms / 1_000 for record in world.disk.of(AiLogAttempted)]
    assert max(after - before for before, after in itertools.pairwise(times)) <= 300.1
    await world.close()


@pytest.mark.asyncio
async def test_retry_after_is_honoured():
    world = await with_receipts(RateLimited("slow down", retry_after_s=40.0))
    await world.clock.advance(39)
    assert len(world.venue.uploads) == 1
    await world.clock.advance(2)
    assert len(world.venue.uploads) == 2
    await world.close()


@pytest.mark.asyncio
async def test_a_permanent_refusal_reduces_only_with_the_venues_words_and_waits_for_a_hand():
    world = await with_receipts(REFUSED)
    await world.clock.advance(600)
    log = the_log(world)
    assert (log.state, log.last_code) == (AiLogState.NEEDS_HAND, "40753")
    assert len(world.venue.uploads) == 1
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "api permission disabled" in world.of(TradingStateChanged)[-1].reason
    assert [order.decision_id for order in world.engine.tally.gaps()] == ["d1"]
    # Arming alone does not lift it: somebody has to deal with the log.
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(3)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert len(world.venue.uploads) == 1
    await world.close()


@pytest.mark.asyncio
async def test_risk_8_an_overdue_log_blocks_openings():
    world = await with_receipts(*[BUSY] * 100)
    await world.clock.advance(59)
    assert world.engine.core.outbox.overdue_s() <= 60
    await world.clock.advance(5)
    assert world.engine.core.outbox.overdue_s() > 60
    assert [order.decision_id for order in world.engine.tally.gaps()] == ["d1"]
    await world.crash()


@pytest.mark.asyncio
async def test_a_changed_content_is_never_uploaded():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    log = the_log(world)
    world.engine.core.outbox.logs[log.log_id] = replace(log, content=log.content.replace(b"Trend", b"Trick"))
    await world.approve()
    await world.clock.advance(5)
    assert world.venue.sends == []  # R3: the log behind it is not what was frozen
    assert "its AI log is missing or was changed" in world.proposal().reason
    await world.close()


@pytest.mark.asyncio
async def test_a_content_changed_after_linking_needs_a_hand():
    world = await with_receipts(BUSY)
    await world.clock.advance(1)
    log = the_log(world)
    world.engine.core.outbox.logs[log.log_id] = replace(log, content=log.content.replace(b"Trend", b"Trick"))
    await world.clock.advance(10)
    assert the_log(world).state is AiLogState.NEEDS_HAND
    assert len(world.venue.uploads) == 1
    await world.close()


@pytest.mark.asyncio
async def test_no_upload_without_a_durable_attempt():
    world = World(make_decision())
    failing = iter([True])

    def refuse(records):
        return any(isinstance(record, AiLogAttempted) for record in records) and next(failing, False)

    world.journal.refuse = refuse
    await world.start()
    await world.approve()
    await world.clock.advance(1)
    assert world.venue.uploads == []
    await world.clock.advance(5)
    assert the_log(world).state is AiLogState.ACCEPTED
    await world.close()


@pytest.mark.asyncio
async def test_a_restart_during_an_upload_uploads_the_same_bytes_again():
    world = await with_receipts(BUSY)
    await world.clock.advance(0.5)
    await world.restart()
    await world.clock.advance(10)
    assert the_log(world).state is AiLogState.ACCEPTED
    assert len(world.venue.uploads) == 2
    assert len(set(world.venue.uploads)) == 1
    await world.close()


@pytest.mark.asyncio
async def test_a_built_in_exchange_started_anew_cannot_know_an_old_order():
    world = await with_receipts(BUSY, simulated=True)
    await world.clock.advance(0.5)
    world.venue.receipts.append(REFUSED)
    await world.restart()
    await world.clock.advance(10)
    assert the_log(world).state is AiLogState.KEPT
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_a_log_waits_while_its_order_is_unclear():
    world = World(make_decision())
    world.venue.script.append(Step(answer="unclear", arrives=False))
    await world.start()
    await world.approve()
    await world.clock.advance(60)
    assert the_log(world).state is AiLogState.WAITING
    await world.clock.advance(100)
    assert the_log(world).state is AiLogState.KEPT
    assert world.venue.uploads == []
    await world.close()


@pytest.mark.asyncio
async def test_the_body_is_the_frozen_content_with_the_order_id_as_a_number_in_front():
    world = await with_receipts(ACCEPTED)
    await world.clock.advance(2)
    body = json.loads(world.venue.uploads[0])
    log = the_log(world)
    assert set(body) == {"orderId", "stage", "model", "input", "output", "explanation"}
    assert body.pop("orderId") == int(log.venue_order_id)
    assert body == json.loads(log.content)
    assert body["input"]["close"] == 60_000.0
    assert body["input"]["audit"]["seq"] > 0
    assert len(body["input"]["audit"]["head16"]) == 16
    assert body["output"]["p"] == 0.62
    assert body["output"]["proposed_order"]["size"] == str(world.order().terms.size)
    assert world.of(AiLogChanged)[-1].log.state is AiLogState.ACCEPTED
    await world.close()


@pytest.mark.asyncio
async def test_a_venue_that_takes_no_logs_leaves_nothing_to_do():
    kept = LogReceipt(accepted=False, code="", message="paper trading sends no logs", permanent=False, kept=True)
    world = await with_receipts(kept)
    await world.clock.advance(5)
    report = next(iter(world.venue.orders.values()))
    world.venue.say(replace(report, updated_ms=report.updated_ms + 1))
    await world.clock.advance(120)
    assert the_log(world).state is AiLogState.KEPT
    assert len(world.venue.uploads) == 1
    assert world.engine.tally.gaps() == ()
    assert world.engine.core.outbox.overdue_s() == 0.0
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()
