"""Logs of what is no order: each frozen when it happens, uploaded with `orderId` null, and held to its cap."""

import json
from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from helpers.held_world import LONG, said, world_with_position
from terminal.domain.ai_log import KEPT_ON_PAPER, AiLogState
from terminal.domain.canonical import canonical_json
from terminal.domain.commands import SetTradingState
from terminal.domain.decision import Action, Decided
from terminal.domain.frozen import ModelFitted
from terminal.domain.hand_messages import MoveStop
from terminal.domain.messages import AiLogChanged
from terminal.domain.records import AiLogAttempted, AiLogFrozen, AiLogLinked, DecisionRecorded
from terminal.domain.risk import RiskLimits, TradingState
from terminal.ports.venue import LogReceipt
from terminal.services.ai_logs.event_logs import FITS_A_DAY

pytestmark = pytest.mark.asyncio
HOLD = make_decision("h1", action=Action.HOLD, stop_price=None, target_price=None, explanation="The edge is too small.")
REFUSED = LogReceipt(accepted=False, code="40753", message="api permission disabled", permanent=True)
DAY_MS = 86_400_000


def event_logs(world: World, stage: str = ""):
    found = [log for log in world.engine.core.outbox.logs.values() if not log.is_about_order]
    return [log for log in found if stage in {"", log.stage}]


def bodies(world: World) -> list[dict]:
    return [json.loads(body) for body in world.venue.uploads]


def fitted(number: int = 1, **model) -> ModelFitted:
    text = canonical_json(
        {"kind": "made-up", "rows": 12_000, "validation": {"skill_low": 0.01}, "simulated": False} | model
    )
    return ModelFitted("made-up-model 1", f"{number:064x}", text, '{"margin_bp":5}', 7, 0)


# -- holds -------------------------------------------------------------------------


async def test_the_holds_of_a_cycle_are_one_log_without_an_order():
    world = World(HOLD, replace(HOLD, decision_id="h2", instrument_id=ETH, evidence=()))
    await world.start()
    await world.clock.advance(5)
    (log,) = event_logs(world)
    assert (log.stage, log.state, log.venue_order_id) == ("Decision Making", AiLogState.ACCEPTED, None)
    (body,) = bodies(world)
    assert body["orderId"] is None
    assert body["model"] == "made-up-model 1"
    assert [each["decision_id"] for each in body["output"]["decisions"]] == ["h1", "h2"]
    assert len(body["input"]["inputs"]) == 2
    assert body["input"]["audit"]["seq"] > 0
    assert "BTC hold: The edge is too small." in body["explanation"]
    assert "ETH hold" in body["explanation"]
    assert world.disk.of(DecisionRecorded) == []
    await world.close()


async def test_it_is_frozen_with_the_cycle_and_its_bytes_are_linked_before_they_leave():
    world = World(HOLD)
    await world.start()
    await world.clock.advance(5)
    (frozen,), (link,) = world.disk.of(AiLogFrozen), world.disk.of(AiLogLinked)
    assert world.venue.uploads == [link.body]
    assert link.venue_order_id is None
    assert frozen.log.created_ms <= world.disk.of(AiLogAttempted)[0].at_ms
    assert world.calls.index("commit AiLogFrozen AiLogLinked") < world.calls.index("upload")
    await world.close()


async def test_a_cycle_of_openings_has_no_log_of_holds():
    world = World(make_decision())
    await world.start()
    await world.clock.advance(5)
    assert event_logs(world) == []
    await world.close()


async def test_a_hold_whose_texts_do_not_pass_is_left_out_and_said():
    world = World(HOLD, replace(HOLD, decision_id="h2", instrument_id=ETH, model="another model"))
    await world.start()
    await world.clock.advance(5)
    (body,) = bodies(world)
    assert [each["decision_id"] for each in body["output"]["decisions"]] == ["h1"]
    assert said(world, "ETH hold goes without an AI log")
    await world.close()


async def test_the_cap_of_an_hour_holds_and_is_said_once():
    world = World(HOLD, limits=RiskLimits(event_logs_per_hour=3))
    holds = [0]

    def answer(snapshot):
        holds[0] += 1
        one = replace(HOLD, decision_id=f"h{holds[0]}", cycle_id=snapshot.cycle_id)
        return Decided(snapshot.cycle_id, (one,), 1.0)

    world.worker.answer = answer
    await world.start()
    for _ in range(8):
        world.engine.core.cycle.request("test")
        await world.clock.advance(5)
    assert len(event_logs(world)) == 3
    assert sum("3 AI logs about holds and vetoes" in str(event) for event in world.events) == 1
    await world.clock.advance(3_600)
    world.engine.core.cycle.request("test")
    await world.clock.advance(5)
    assert len(event_logs(world)) > 3
    await world.crash()


async def test_a_long_day_of_inputs_is_named_by_hash():
    big = canonical_json({"features": {"trend": 0.004}, "prompt": "x" * 40_000})
    many = [replace(HOLD, decision_id=f"h{n}", input_json=big) for n in range(2)]
    world = World(*many)
    await world.start()
    await world.clock.advance(5)
    (body,) = bodies(world)
    assert body["input"]["truncated"] is True
    assert len(body["input"]["inputs"][0]["sha256"]) == 64
    assert len(world.venue.uploads[0]) < 50_000
    await world.close()


# -- vetoes --------------------------------------------------------------------------


async def test_a_veto_at_the_draft_tells_every_check():
    world = World(make_decision(stop_price=None))  # R-stop: an opening without a stop
    await world.start()
    await world.clock.advance(5)
    assert world.proposal().state.value == "BLOCKED"
    (log,) = event_logs(world, "Risk Assessment")
    body = next(each for each in bodies(world) if each["stage"] == "Risk Assessment")
    assert body["orderId"] is None
    assert body["input"]["decision_id"] == "d1"
    assert body["input"]["checked_at"] == "draft"
    assert body["output"]["allowed"] is False
    assert any(not check["passed"] for check in body["output"]["checks"])
    assert "The checks stopped the order of decision d1" in body["explanation"]
    assert log.state is AiLogState.ACCEPTED
    # The decision's own log is kept: no order came of it.
    (own,) = [each for each in world.engine.core.outbox.logs.values() if each.is_about_order]
    assert own.state is AiLogState.KEPT
    await world.close()


# -- stops ---------------------------------------------------------------------------


async def test_a_moved_stop_is_told_with_who_and_before():
    world = await world_with_position()
    world.engine.post(MoveStop(BTC, LONG, D("59500.0"), "ann"))
    await world.clock.advance(15)
    (log,) = event_logs(world, "Position Management")
    body = next(each for each in bodies(world) if each["stage"] == "Position Management")
    assert body["orderId"] is None
    assert body["input"]["before"] == {"stop_price": "59000.0", "target_price": "62000.0"}
    assert body["output"]["stop_price"] == "59500.0"
    assert (body["output"]["set_by"], body["output"]["decided_by_model"]) == ("ann", False)
    assert log.decision_id == "d1"
    await world.close()


async def test_a_refused_move_has_no_log():
    world = await world_with_position()
    world.engine.post(MoveStop(BTC, LONG, D("58000.0"), "ann"))
    await world.clock.advance(15)
    assert event_logs(world) == []
    await world.close()


# -- models --------------------------------------------------------------------------


async def test_a_new_model_is_told_at_most_four_times_a_day():
    world = World()
    await world.start()
    for number in range(7):
        world.engine._on_worker(fitted(number))
        await world.clock.advance(60)
    logs = event_logs(world, "Strategy Generation")
    assert len(logs) == FITS_A_DAY
    body = bodies(world)[0]
    assert body["input"]["rows"] == 12_000
    assert body["input"]["policy"] == {"margin_bp": 5}
    assert body["output"]["validation"] == {"skill_low": 0.01}
    assert body["output"]["model_sha256"] == f"{0:064x}"
    assert {log.decision_id for log in logs} == {""}
    world.clock.start_ms += DAY_MS
    world.engine._on_worker(fitted(9))
    await world.clock.advance(60)
    assert len(event_logs(world, "Strategy Generation")) == FITS_A_DAY + 1
    await world.crash()


async def test_a_model_that_was_not_taken_is_told_as_such():
    world = World()
    await world.start()
    world.engine._on_worker(replace(fitted(1), accepted=False, verdict="worse: the model before stays"))
    await world.clock.advance(60)
    (body,) = bodies(world)
    assert body["output"]["in_use"] is False
    assert body["output"]["comparison"] == "worse: the model before stays"
    assert "is not used" in body["explanation"]
    assert "decides from now on" not in body["explanation"]
    await world.crash()


async def test_the_day_goes_on_after_a_restart():
    world = World()
    await world.start()
    for number in range(FITS_A_DAY):
        world.engine._on_worker(fitted(number))
    await world.clock.advance(5)
    await world.restart()
    world.engine._on_worker(fitted(8))
    await world.clock.advance(5)
    assert len(event_logs(world, "Strategy Generation")) == FITS_A_DAY
    assert all(log.state is AiLogState.ACCEPTED for log in event_logs(world))
    assert len(world.venue.uploads) == FITS_A_DAY
    await world.close()


# -- where they may go ------------------------------------------------------------------


async def test_risk_8_nothing_simulated_is_sent_to_a_real_venue():
    world = World()
    await world.start()
    world.engine._on_worker(fitted(1, simulated=True))
    await world.clock.advance(30)
    (log,) = event_logs(world)
    assert log.simulated
    assert log.state is AiLogState.KEPT
    assert "simulated trading" in log.last_message
    assert world.venue.uploads == []
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_on_paper_they_are_kept():
    world = World(HOLD, simulated=True)
    world.venue.receipts.append(LogReceipt(False, "paper", KEPT_ON_PAPER, permanent=True, kept=True))
    await world.start()
    await world.clock.advance(5)
    (log,) = event_logs(world)
    assert log.is_on_paper
    await world.close()


async def test_while_uploading_is_not_permitted_they_wait_behind_one_refusal():
    world = World(HOLD)
    world.venue.receipts.append(REFUSED)
    await world.start()
    await world.clock.advance(5)
    world.engine._on_worker(fitted(1))
    await world.clock.advance(600)
    states = [log.state for log in event_logs(world)]
    assert states == [AiLogState.NEEDS_HAND, AiLogState.QUEUED]
    assert len(world.venue.uploads) == 1
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "the venue takes no AI logs from this account" in world.engine._switch.reason
    assert "api permission disabled" in world.engine._switch.reason
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await settle()
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    await world.close()


async def test_a_permission_that_comes_back_lets_all_of_them_go():
    world = World(HOLD)
    busy = LogReceipt(accepted=False, code="40021", message="check openapi permission is error", permanent=False)
    world.venue.receipts.extend((busy, busy))
    await world.start()
    await world.clock.advance(1)
    world.engine._on_worker(fitted(1))
    await world.clock.advance(1)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "check openapi permission is error" in world.engine._switch.reason
    assert "tried again by itself" in world.engine._switch.reason
    await world.clock.advance(60)
    assert [log.state for log in event_logs(world)] == [AiLogState.ACCEPTED] * 2
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


async def test_each_attempt_is_kept_with_its_times_and_the_venues_words():
    world = World(HOLD)
    busy = LogReceipt(accepted=False, code="40015", message="system error", permanent=False)
    world.venue.receipts.extend((busy, busy))
    await world.start()
    await world.clock.advance(60)
    tries = world.of(AiLogChanged)[-1].log.tries
    assert [(one.attempt, one.code, one.message) for one in tries] == [
        (1, "40015", "system error"),
        (2, "40015", "system error"),
        (3, "00000", "upload success"),
    ]
    assert all(one.at_ms <= one.answered_ms for one in tries)
    await world.close()
