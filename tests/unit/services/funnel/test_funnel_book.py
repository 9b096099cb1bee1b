"""The funnel of a living engine: every step of every pair, and what a restart brings back."""

import json
from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.commands import AskAi, Reject, SetTradingState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Abstained, Action, Failed, FailureKind
from terminal.domain.funnel import (
    APPROVED,
    FILLED,
    FREE,
    INPUTS,
    SENT,
    SIGNAL,
    SIZED,
    VETO,
    WRITTEN,
    FlagKind,
    FunnelRecorded,
    StepState,
)
from terminal.domain.funnel_messages import FunnelChanged
from terminal.domain.instrument import perpetual
from terminal.domain.messages import Notice
from terminal.domain.order import OrderState
from terminal.domain.risk import TradingState, Verdict
from terminal.services.funnel.counts import GATES, GUARDS
from terminal.services.risk import gate

SOL = perpetual("SOL")


async def told(world: World) -> FunnelChanged:
    await world.clock.advance(1.0)
    return world.of(FunnelChanged)[-1]


def state_of(world: World, key: str, instrument_id=BTC):
    newest = next(reversed(world.engine.core.hindsight.funnel.cycles.values()))
    step = newest.pair(instrument_id).step(key)
    return None if step is None else step.state


def words_of(world: World, key: str, instrument_id=BTC) -> str:
    newest = next(reversed(world.engine.core.hindsight.funnel.cycles.values()))
    return newest.pair(instrument_id).step(key).text


@pytest.mark.asyncio
async def test_an_order_passes_every_step_in_its_order():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(2)
    funnel = await told(world)
    pair = funnel.newest.pair(BTC)
    assert [step.key for step in pair.steps] == [
        INPUTS,
        SIGNAL,
        FREE,
        SIZED,
        *GUARDS,
        *GATES,
        WRITTEN,
        APPROVED,
        SENT,
        FILLED,
    ]
    assert {step.state for step in pair.steps} == {StepState.PASSED}
    assert pair.action is Action.OPEN_LONG
    assert words_of(world, APPROVED) == "by ann"
    await world.close()


@pytest.mark.asyncio
async def test_pairs_the_model_held_or_left_out_end_at_the_signal():
    hold = make_decision("d2", instrument_id=ETH, action=Action.HOLD, explanation="No edge after fees.")
    world = World(make_decision(), hold)
    await world.start()
    await world.proposed()
    await settle()
    assert words_of(world, SIGNAL, ETH) == "hold: No edge after fees"
    assert state_of(world, SIGNAL, SOL) is StepState.STOPPED
    assert {pair.instrument_id for pair in (await told(world)).newest.pairs} == set(ALLOWED_INSTRUMENTS)
    await world.close()


@pytest.mark.asyncio
async def test_a_rejection_is_said_with_who_and_why():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.engine.post(Reject("d1", "ann", "news soon"))
    await settle()
    assert state_of(world, APPROVED) is StepState.STOPPED
    assert words_of(world, APPROVED) == "ann rejected it: news soon"
    await world.close()


@pytest.mark.asyncio
async def test_what_a_check_stops_is_counted_at_that_check():
    world = World()
    await world.start()
    await world.clock.advance(1)
    world.engine.post(SetTradingState(TradingState.REDUCE_ONLY, "ann"))
    await settle()
    world.worker.answer = deciding_once(make_decision("d7"))
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(1)
    assert state_of(world, "R1 Trading state") is StepState.STOPPED
    assert state_of(world, "R2 Allowed pair") is StepState.PASSED
    assert state_of(world, WRITTEN) is None
    counts = {(count.key, count.instrument_id): count for count in (await told(world)).counts}
    assert counts["R1 Trading state", BTC].hour.stopped == 1
    await world.close()


def deciding_once(decision):
    from helpers.fake_worker import deciding

    return deciding(decision)


@pytest.mark.asyncio
async def test_a_pair_that_is_taken_says_by_what():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.worker.answer = deciding_once(make_decision("d2"))
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(1)
    assert state_of(world, FREE) is StepState.STOPPED
    assert "a proposal of it is open" in words_of(world, FREE)
    await world.close()


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (lambda snapshot: Abstained(snapshot.cycle_id, "too few bars"), StepState.STOPPED),
        (lambda snapshot: Failed(snapshot.cycle_id, FailureKind.BILLING, "402"), StepState.CRASHED),
    ],
)
@pytest.mark.asyncio
async def test_no_answer_of_the_model_is_not_a_hold(outcome, state):
    world = World()
    world.worker.answer = outcome
    await world.start()
    await world.clock.advance(1)
    assert state_of(world, SIGNAL) is state
    kinds = {flag.kind for flag in (await told(world)).flags}
    assert (FlagKind.CRASHED in kinds) is (state is StepState.CRASHED)
    await world.close()


@pytest.mark.asyncio
async def test_a_pair_without_prices_ends_at_its_inputs():
    world = World()
    await world.start()
    world.engine.core.hub.books.pop(ETH)
    world.feed.live = False
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(0.2)
    assert (state_of(world, INPUTS, ETH), words_of(world, INPUTS, ETH)) == (StepState.STOPPED, "no live price")
    assert state_of(world, INPUTS) is StepState.PASSED
    await world.close()


@pytest.mark.asyncio
async def test_inputs_that_lack_a_part_are_partial():
    world = World()
    await world.start()
    world.engine.core.hub.fundings.pop(ETH)
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(0.2)
    assert state_of(world, INPUTS, ETH) is StepState.PARTIAL
    assert words_of(world, INPUTS, ETH) == "asked without its funding rate"
    await world.close()


@pytest.mark.asyncio
async def test_a_question_is_about_its_own_pair_only():
    world = World()
    await world.start()
    await world.clock.advance(1)
    world.worker.answer = deciding_once(make_decision("d2", action=Action.OPEN_SHORT, stop_price=D(61_000)))
    world.engine.post(AskAi(BTC, Action.OPEN_LONG, "ann"))
    await world.clock.advance(1)
    funnel = await told(world)
    assert [pair.instrument_id for pair in funnel.newest.pairs] == [BTC]
    assert words_of(world, SIGNAL).startswith("the model would open short instead")
    await world.close()


@pytest.mark.asyncio
async def test_a_check_that_breaks_down_stops_the_opening_and_is_flagged(monkeypatch, caplog):
    def r9_quote_age(ctx):
        raise NameError("made up")

    broken = tuple(r9_quote_age if each.__name__ == "r9_quote_age" else each for each in gate.OPENING)
    monkeypatch.setattr(gate, "OPENING", broken)
    world = World(make_decision())
    await world.start()
    await world.proposed()
    assert not world.proposal().is_open
    assert state_of(world, "R9 Quote age") is StepState.CRASHED
    assert world.engine.trading_state is TradingState.ACTIVE
    flags = (await told(world)).flags
    assert [(flag.kind, flag.key) for flag in flags if flag.kind is FlagKind.CRASHED] == [
        (FlagKind.CRASHED, "R9 Quote age")
    ]
    assert "made up" in caplog.text
    await world.close()


@pytest.mark.asyncio
async def test_a_restart_brings_back_cycles_and_what_became_of_them():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(3)
    before = await told(world)
    await world.restart()
    after = world.engine.core.hindsight.funnel.cycles[before.newest.cycle_id]
    assert after.pair(BTC).step(FILLED).state is StepState.PASSED
    assert {step.key: step.state for step in after.pair(BTC).steps} == {
        step.key: step.state for step in before.newest.pair(BTC).steps
    }
    assert after.pair(ETH) == before.newest.pair(ETH)
    assert world.of(FunnelChanged)
    await world.close()


@pytest.mark.asyncio
async def test_a_proposal_open_at_a_crash_comes_back_unanswered():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    await world.clock.advance(1)
    cycle_id = next(reversed(world.engine.core.hindsight.funnel.cycles))
    await world.restart()
    step = world.engine.core.hindsight.funnel.cycles[cycle_id].pair(BTC).step(APPROVED)
    assert (step.state, step.text) == (StepState.STOPPED, "the program was restarted before anyone answered")
    await world.close()


@pytest.mark.asyncio
async def test_one_compact_record_a_cycle():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    kept = world.disk.of(FunnelRecorded)
    assert len(kept) == len(world.engine.core.hindsight.funnel.cycles)
    await world.close()


@pytest.mark.asyncio
async def test_a_day_later_a_cycle_is_forgotten():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    funnel = world.engine.core.hindsight.funnel
    first = next(iter(funnel.cycles))
    world.clock.start_ms += 25 * 3_600_000
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(2)
    assert first not in funnel.cycles
    assert funnel._where.keys() == set()
    await world.close()


@pytest.mark.asyncio
async def test_the_gates_last_word_at_the_click_counts_at_its_check():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    proposal = world.proposal()
    quote_age = next(each for each in proposal.verdict.checks if each.rule == "R9")
    failed = replace(quote_age, passed=False, text="9.0 s old")
    orders = world.engine.core.orders
    orders.on_veto(proposal.decision, proposal.terms, Verdict((failed,)), "send")
    assert state_of(world, "R9 Quote age") is StepState.STOPPED
    assert words_of(world, "R9 Quote age") == "9.0 s old"
    await world.clock.advance(1)
    kept = world.disk.of(FunnelRecorded)[-1].cycle.pair(BTC)
    assert kept.step("R9 Quote age").state is StepState.STOPPED
    await world.close()


@pytest.mark.asyncio
async def test_a_fault_in_looking_back_does_not_stop_trading(monkeypatch, caplog):
    world = World(make_decision())
    await world.start()
    await world.proposed()

    def broken(event):
        raise KeyError("made up")

    monkeypatch.setattr(world.engine.core.hindsight.shadow, "take", broken)
    await world.approve()
    await world.clock.advance(2)
    assert world.order().state is OrderState.FILLED
    assert world.engine.trading_state is TradingState.ACTIVE
    said = [event for event in world.of(Notice) if event.source == "hindsight"]
    assert len(said) == 1
    assert "made up" in caplog.text
    await world.close()


def ballot(action, judged, veto=""):
    """A decision of an ensemble in which `judge` may only stop, and said `judged`."""
    votes = [
        {"member": name, "model": f"{name}/1", "action": said, "confidence": 0.6, "weight": 1.0, "detail": "no answer"}
        | {"state": "answered" if said else "failed", "vetoes": name == "judge"}
        for name, said in (("one", "OPEN_LONG"), ("two", "OPEN_LONG"), ("judge", judged))
    ]
    told = {"votes": votes, "leader": "one", "supporters": ["one", "two"], "dissenters": []}
    told |= {"veto": veto or None, "half_size": False, "reason": "2 of 2 members"}
    return make_decision(action=action, output_json=json.dumps({"ensemble": told}))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("judged", "words"),
    [
        ("HOLD", "vetoed by judge, who would hold"),
        ("OPEN_SHORT", "vetoed by judge, who would open short instead"),
        (None, "vetoed by judge, who failed (no answer)"),
    ],
)
async def test_a_veto_is_told_as_one_with_the_judges_name(judged, words):
    """The decision is a hold and has no card, but the members did want to open."""
    world = World()
    await world.start()
    await world.clock.advance(1)
    world.worker.answer = deciding_once(ballot(Action.HOLD, judged, "judge"))
    world.engine.core.cycle.request("bar closed")
    await settle()
    funnel = await told(world)
    assert (state_of(world, SIGNAL), state_of(world, VETO)) == (StepState.PASSED, StepState.STOPPED)
    assert words_of(world, SIGNAL) == "open long: one, two wanted it"
    assert words_of(world, VETO) == words
    assert funnel.newest.pair(BTC).stop.key == VETO
    (counted,) = [count for count in funnel.counts if count.key == VETO]
    assert (counted.day.reached, counted.day.stopped) == (1, 1)
    assert funnel.keys.index(VETO) == funnel.keys.index(SIGNAL) + 1
    await world.close()


@pytest.mark.asyncio
async def test_a_judge_that_agrees_lets_it_pass_and_without_one_there_is_no_such_step():
    world = World(ballot(Action.OPEN_LONG, "OPEN_LONG"), make_decision("d2", instrument_id=ETH))
    await world.start()
    await world.proposed()
    await settle()
    assert words_of(world, VETO) == "judge did not veto it"
    assert state_of(world, VETO, ETH) is None
    await world.close()
    plain = World(make_decision())
    await plain.start()
    await plain.proposed()
    assert VETO not in (await told(plain)).keys
    await plain.close()
