"""Automatic is earned, or taken by a typed, recorded, capped override; the way back is the program's own."""

from decimal import Decimal

import pytest

from helpers.builders import BTC, make_decision, make_terms
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.approval import UNPROVEN_RISK, DeskMode, DeskModeSet
from terminal.domain.comparison import Comparison
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.messages import EquityPoint, Notice
from terminal.domain.order import PositionSide
from terminal.domain.promotion import IncidentNoted, PromotionChanged, PromotionJudged
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import DeskModeChanged, SetDeskMode
from terminal.domain.risk import TradingState
from terminal.services.guardrails.desk import DAY_MS
from terminal.services.guardrails.trades import Trade

pytestmark = pytest.mark.asyncio


def mode(world):
    return world.engine.core.binding.modes.mode


async def started(*decisions):
    world = World(*decisions)
    await world.start()
    await world.clock.advance(3)
    return world


async def ask_for(world, typed, wanted=DeskMode.AUTO):
    world.engine.post(SetDeskMode(wanted, typed, "ann"))
    await settle()


async def test_the_gate_is_told_from_the_start():
    world = await started()
    report = world.of(PromotionChanged)[-1].report
    assert report.strategy == "made-up-model 1"
    assert report.rows[0].stands == "0 of 150 decisions"
    assert not report.is_earned
    await world.close()


async def test_automatic_that_is_not_earned_says_what_is_missing_and_what_to_type():
    world = await started()
    await ask_for(world, "AUTO")
    assert mode(world) is DeskMode.SEMI_AUTO
    said = next(each.text for each in world.of(Notice) if "was not set to automatic" in each.text)
    assert "0 of 150 decisions, 0 of 14 days" in said
    assert "type AUTO UNPROVEN" in said
    assert world.disk.of(DeskModeSet) == []
    await world.close()


async def test_an_override_is_recorded_with_what_was_missing_and_caps_the_size():
    world = await started()
    await ask_for(world, "AUTO UNPROVEN")
    assert mode(world) is DeskMode.AUTO
    (record,) = world.disk.of(DeskModeSet)
    assert "0 of 150 decisions" in record.override
    assert world.of(DeskModeChanged)[-1].override == record.override
    await world.clock.advance(3)
    (judged,) = world.disk.of(PromotionJudged)
    assert (judged.occasion, judged.who) == ("made automatic by override", "ann")
    guards = world.engine.core.guard_kit.guards
    assert guards.risk_of(make_decision(risk_fraction=Decimal("0.01"))) == UNPROVEN_RISK
    await ask_for(world, "SEMI_AUTO", DeskMode.SEMI_AUTO)
    assert guards.risk_of(make_decision(risk_fraction=Decimal("0.01"))) == Decimal("0.01")
    await world.close()


async def test_a_restart_ends_the_override_too():
    world = await started()
    await ask_for(world, "AUTO UNPROVEN")
    await world.clock.advance(3)
    await world.restart()
    assert mode(world) is DeskMode.SEMI_AUTO
    assert not world.engine.core.binding.modes.is_unproven
    await world.close()


async def test_it_falls_back_by_itself_when_the_model_is_another():
    world = await started()
    await ask_for(world, "AUTO UNPROVEN")
    desk = world.engine.core.guard_kit.promotion
    desk._model_now = lambda: "another-model 2"
    desk._changed.set()
    await world.clock.advance(3)
    assert mode(world) is DeskMode.SEMI_AUTO
    assert "another one now" in world.disk.of(DeskModeSet)[-1].reason
    assert any(each.text.startswith("Automatic ended") for each in world.of(Notice))
    assert "another one now" in world.disk.of(PromotionJudged)[-1].occasion
    await world.close()


async def test_an_unproven_desk_falls_back_after_its_loss_of_the_day():
    world = await started()
    await ask_for(world, "AUTO UNPROVEN")
    portfolio = world.engine.core.portfolio
    portfolio.day_start_equity = portfolio.live_equity() * Decimal("1.02")
    world.engine.core.guard_kit.promotion._changed.set()
    await world.clock.advance(3)
    assert mode(world) is DeskMode.SEMI_AUTO
    assert "1 % a day" in world.disk.of(DeskModeSet)[-1].reason
    await world.close()


async def test_a_halt_is_an_incident_that_outlives_the_run():
    world = await started()
    world.engine._switch.demand("test", TradingState.HALTED, "lost 6 % today")
    await world.clock.advance(3)
    (noted,) = world.disk.of(IncidentNoted)
    assert (noted.kind, noted.strategy) == ("trading was halted", "made-up-model 1")
    await world.restart()
    await world.clock.advance(3)
    assert world.of(PromotionChanged)[-1].report.rows[-1].ok is False
    await world.close()


async def test_a_guardrail_blocks_the_card_and_is_written_with_it():
    world = World(make_decision(confidence=0.2))
    await world.start()
    proposal = await world.proposed()
    assert proposal.state is ReviewState.BLOCKED
    assert [check.rule for check in proposal.verdict.failures] == ["G4"]
    assert [check.rule for check in proposal.verdict.checks[:13]] == [f"G{number}" for number in range(1, 14)]
    await world.close()


async def test_a_guardrail_that_fails_at_the_click_voids_it_and_nothing_is_sent():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    kit = world.engine.core.guard_kit
    high = world.engine.core.portfolio.live_equity() * Decimal("1.05")
    kit.take(EquityPoint(world.clock.now_ms(), high))
    await world.approve()
    proposal = world.proposal()
    assert proposal.state is ReviewState.VOIDED
    assert "Guardrail 2 (loss of the hour)" in proposal.reason
    assert world.engine.core.ledger.of_decision("d1") is None
    await world.close()


async def test_only_so_many_of_one_cycle():
    decisions = [make_decision(f"d{at}", instrument_id=where) for at, where in enumerate(ALLOWED_INSTRUMENTS[:4])]
    world = World(*decisions)
    await world.start()
    await world.proposed("d3")
    states = [world.proposal(f"d{at}").state for at in range(4)]
    assert states[:3] == [ReviewState.PENDING] * 3
    assert "G9" in [check.rule for check in world.proposal("d3").verdict.failures]
    await world.close()


async def test_guardrails_that_lost_count_open_nothing_and_say_so():
    world = await started()
    await ask_for(world, "AUTO UNPROVEN")
    kit = world.engine.core.guard_kit

    def broken(_event):
        raise ZeroDivisionError

    kit.guards.take = broken
    kit.take(EquityPoint(world.clock.now_ms(), Decimal(1)))
    assert mode(world) is DeskMode.SEMI_AUTO
    assert any("guardrails lost count" in each.text for each in world.of(Notice))
    checks = kit.guards.at_draft(make_decision(), make_terms())
    assert not any(check.passed for check in checks)
    assert kit.promotion.why_unearned().startswith("the record cannot be read")
    await world.close()


class Prices:
    """Recorded prices that know one answer; keeps what was asked."""

    def __init__(self, found):
        self.found, self.requests = found, []

    async def compare(self, request):
        self.requests.append(request)
        return self.found


async def test_the_comparison_with_chance_reaches_the_gate_and_its_lack_the_override():
    world = await started()
    desk, core = world.engine.core.guard_kit.promotion, world.engine.core
    found = Comparison(3.0, 8.0, 0.8, 1_000, 1.0, (("Flat", 0.0), ("Buy and hold", 2.0), ("EMA cross", -1.0)))
    prices = Prices(found)
    core.archive.decisions["r1"] = make_decision("r1", model="made-up-model 1")
    yesterday_ms = world.clock.now_ms() - DAY_MS
    entry, size = Decimal(60_000), Decimal("0.005")
    trade = Trade("k1", "r1", BTC, PositionSide.LONG, yesterday_ms, entry, size, Decimal(1), yesterday_ms + 1)
    desk._book.take(trade)
    desk.use(prices)
    await world.clock.advance(3)
    (asked,) = prices.requests
    assert [each.decision_id for each in asked.results] == ["r1"]
    assert dict(asked.newest)[BTC] == core.hub.series(BTC).closed
    rows = {row.name: row for row in world.of(PromotionChanged)[-1].report.rows}
    assert (rows["Random policies"].ok, rows["Flat"].ok, rows["Buy and hold"].ok) == (False, True, False)
    await ask_for(world, "AUTO UNPROVEN")
    (record,) = world.disk.of(DeskModeSet)
    assert "above only 80 % of random policies, not above buy and hold (+1.00 to its +2.00)" in record.override
    await world.close()


async def test_without_recorded_prices_chance_is_not_beaten():
    world = await started()
    rows = {row.name: row for row in world.of(PromotionChanged)[-1].report.rows}
    assert rows["Random policies"].stands == "nothing here can read recorded prices"
    assert not rows["EMA cross"].ok
    await world.close()
