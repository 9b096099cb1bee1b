"""Somebody tries to break each rule: the strategy worker with what it proposes, and a caller of the engine itself.

The window's tries are in tests/qt/test_rules_from_the_window.py; it has no other way to the engine
than the commands used here. Where a way does not exist, the test shows that it does not.
"""

from dataclasses import fields, replace
from typing import get_args, get_type_hints

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_terms
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_worker import deciding
from helpers.fake_world import World
from helpers.held_world import add_leg
from helpers.rule_breaking import (
    AFTER_THE_PROPOSAL,
    GATE,
    drifted,
    high_leverage,
    just_entered,
    many_calls,
    resting_opposite,
    sent_openings,
    settled,
    started,
    turning,
)
from helpers.rule_kit import rules_for
from terminal.domain.brain import ModelExchange
from terminal.domain.commands import Approve, AskAi, ClosePosition, Command
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.decision import Abstained, Action, Decided, Decision, Failed
from terminal.domain.errors import ConfigError
from terminal.domain.frozen import ModelFitted
from terminal.domain.hand_messages import MarginProgress, SetLeverage
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import CycleEnded, Event, ModelStatus, Notice, ProposalChanged
from terminal.domain.order import PositionSide
from terminal.domain.review import Approval, ReviewState
from terminal.domain.risk import RiskLimits, TradingState
from terminal.domain.season import Season
from terminal.net.hosts import rest_url, stream_url
from terminal.ports.journal import Journal
from terminal.ports.past import Past
from terminal.ports.strategy import MemberAnswered, SecondAnswer, WorkerEvent
from terminal.ports.venue import LogReceipt, Refused
from terminal.venues.weex.codes import IP_RULE

PEPE = InstrumentId("PEPE-PERP")
FOREIGN_ID = "zzzz"  # stands where a run's own prefix would


# -- R1 to R9: what the gate refuses, whoever asks ------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("rule", [each for each in GATE if each not in AFTER_THE_PROPOSAL])
async def test_the_worker_proposes_it_and_the_card_comes_blocked_by_the_rule_s_name(rule):
    spoil, name = GATE[rule]
    world = World(rules=rules_for(), rule_version="test")
    await world.start()
    spoil(world)
    world.worker.answer = deciding(make_decision())
    world.engine.core.cycle.request("test")
    reason = await settled(world)
    assert name in reason
    assert world.state_of() is ReviewState.BLOCKED
    assert sent_openings(world) == []
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("rule", GATE)
async def test_the_engine_is_told_to_send_it_and_the_refusal_names_the_rule(rule):
    """Everything was well when the card was shown; at the click it is not."""
    spoil, name = GATE[rule]
    world = await started(make_decision())
    await world.proposed()
    spoil(world)
    submission = await _submit(world)
    assert name in submission.refusal
    assert submission.order is None
    assert sent_openings(world) == []
    await world.close()


@pytest.mark.asyncio
async def test_nothing_of_that_holds_back_an_exit():
    world = await started(make_decision())
    await world.approve()
    await world.clock.advance(5)
    for spoil in (high_leverage, many_calls, drifted, just_entered, turning):
        spoil(world)
    await world.engine.handle(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(5)
    assert world.engine.core.portfolio.held(BTC, PositionSide.LONG) == 0
    await world.close()


async def _submit(world: World, decision_id: str = "d1"):
    """The last door before the venue; every way of approving ends here."""
    core = world.engine.core
    proposal = core.review.proposals[decision_id]
    approval = Approval(decision_id, "ann", "test", world.clock.now_ms(), "60001.0", 1.0)
    return await core.orders.submit_approved(proposal, approval)


# -- R1 -------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_r1_the_worker_proposes_a_pair_nobody_may_trade():
    world = await started(make_decision(instrument_id=PEPE))
    await world.clock.until(lambda: any("PEPE ignored" in each.text for each in world.of(CycleEnded)))
    assert world.of(ProposalChanged) == []
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_r1_the_worker_proposes_a_pair_the_season_leaves_out():
    world = await started(make_decision(instrument_id=ETH), season=Season(pairs=(BTC,)))
    reason = await settled(world)
    assert (
        "Competition rule 1 (allowed pair, risk check R2): ETH is not among the pairs your season settings leave (BTC)"
        in reason
    )
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_r1_the_engine_is_asked_for_another_pair():
    world = await started()
    await world.engine.handle(AskAi(PEPE, Action.OPEN_LONG, "ann", question_id="q"))
    await world.clock.until(lambda: any(each.question_id == "q" for each in world.of(CycleEnded)))
    assert world.of(ProposalChanged) == []
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_r1_the_last_door_knows_the_list_too():
    world = await started(make_decision())
    proposal = await world.proposed()
    world.engine.core.review.proposals["d1"] = replace(proposal, terms=make_terms(instrument_id=PEPE))
    submission = await _submit(world)
    assert (
        "Competition rule 1 (allowed pair, risk check R2): PEPE is not one of the 8 allowed pairs" in submission.refusal
    )
    assert world.venue.sends == []
    await world.close()


# -- R2, R5: what cannot even be said --------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("leverage", [21, 125, 400])
async def test_r2_more_leverage_is_refused_by_the_rule_s_name_and_never_sent(leverage):
    world = await started()
    await world.engine.handle(SetLeverage(BTC, leverage, "ann"))
    progress = world.of(MarginProgress)[-1]
    assert "Competition rule 2 (leverage) allows 20x at most" in progress.text
    assert all(wanted <= MAX_LEVERAGE for _, wanted in world.venue.margin_sends if isinstance(wanted, int))
    await world.close()


def test_r2_r3_r4_the_worker_has_no_word_for_leverage_size_or_order():
    """A decision bounds the equity at risk; size and leverage are made of it by code."""
    said = {field.name for field in fields(Decision)}
    assert said.isdisjoint({"leverage", "size", "notional", "quantity", "client_order_id", "order"})
    outcomes, facts = {Abstained, Decided, Failed}, {ModelFitted, ModelStatus, ModelExchange, SecondAnswer}
    assert set(get_args(WorkerEvent)) == outcomes | facts | {MemberAnswered}


@pytest.mark.asyncio
async def test_r2_r3_r4_what_one_of_several_models_says_is_no_proposal():
    world = await started(make_decision())
    await world.proposed()
    alone = Decided("c9", (make_decision("d9"),), 5.0)
    world.worker.sink(MemberAnswered("language:mind", "mind/1", alone, 5.0))
    await settle()
    assert "d9" not in world.engine.core.review.proposals
    await world.close()


@pytest.mark.asyncio
async def test_r3_a_worker_that_wants_to_risk_everything_gets_an_order_within_the_limits():
    world = await started(make_decision(risk_fraction=D(50), stop_price=D("59990.0")))
    proposal = await world.proposed()
    assert proposal.terms.notional <= RiskLimits().order_notional * 1_000
    await world.close()


@pytest.mark.asyncio
async def test_r5_no_command_opens_without_a_decision():
    """Every command there is, by what it can bring about; a new one must be sorted in here."""
    needs_decision = {"Approve", "ApproveMany", "AskAi", "ReversePosition", "UndoApproval"}
    carry_size = {
        command.__name__
        for command in get_args(Command)
        if {"size", "notional", "terms"} & set(get_type_hints(command))
    }
    assert carry_size <= {"AmendOrder"}, "a command that carries an order's terms must not be able to open one"
    assert needs_decision <= {command.__name__ for command in get_args(Command)}
    world = await started()
    await world.engine.handle(Approve("made up", "ann", "key A"))
    await world.clock.advance(1)
    assert world.venue.sends == []
    assert any("Nothing to approve" in each.text for each in world.of(Notice))
    await world.close()


@pytest.mark.asyncio
async def test_r5_a_proposal_of_nobody_s_making_has_no_log_and_is_refused():
    world = await started(make_decision())
    proposal = await world.proposed()
    forged = replace(proposal, decision=make_decision("forged"), client_order_id="forged")
    approval = Approval("forged", "ann", "test", world.clock.now_ms(), "60001.0", 1.0)
    submission = await world.engine.core.orders.submit_approved(forged, approval)
    assert "Competition rules 5 and 7 (AI decision, risk check R3)" in submission.refusal
    assert world.venue.sends == []
    await world.close()


# -- R6, R7 ----------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_r6_a_log_the_venue_refuses_for_good_stops_the_next_entry():
    world = await started(make_decision())
    world.venue.receipts.append(LogReceipt(accepted=False, code="40015", message="bad log", permanent=True))
    await world.approve()
    await world.clock.advance(10)
    world.worker.answer = deciding(make_decision("d2", instrument_id=ETH))
    world.engine.core.cycle.request("test")
    assert "Competition rule 6 (AI logs, risk check R28): 1 AI logs need a person" in await settled(world, "d2")
    assert len(sent_openings(world)) == 1
    await world.close()


@pytest.mark.asyncio
async def test_r7_the_worker_cannot_tell_another_story_of_the_same_decision():
    world = await started(make_decision())
    first = await world.proposed()
    before = world.engine.core.outbox.of_order(first.client_order_id)[0].content
    world.worker.answer = deciding(make_decision(instrument_id=ETH, explanation="Something nicer."))
    world.engine.core.cycle.request("test")
    await world.clock.advance(5)
    contents = [log.content for log in world.engine.core.outbox.logs.values() if log.decision_id == "d1"]
    assert contents == [before]
    await world.close()


@pytest.mark.asyncio
async def test_r7_a_changed_log_is_not_uploaded():
    world = await started(make_decision())
    proposal = await world.proposed()
    outbox = world.engine.core.outbox
    world.venue.script.append(Step(events="never"))
    submission = await _submit(world)
    log = outbox.of_order(proposal.client_order_id)[0]
    outbox.logs[log.log_id] = replace(log, content=b'{"explanation":"nicer"}')
    await world.clock.advance(5)
    assert submission.order is not None
    assert not any(b"nicer" in body for body in world.venue.uploads)
    await world.close()


# -- R8: by construction ----------------------------------------------------------------


@pytest.mark.asyncio
async def test_r8_the_worker_proposes_against_an_order_of_ours_that_rests():
    world = await started()
    resting_opposite(world)
    world.worker.answer = deciding(make_decision())
    world.engine.core.cycle.request("test")
    await world.clock.until(lambda: any("an order of it is at the venue" in each.text for each in world.of(CycleEnded)))
    assert world.of(ProposalChanged) == []
    await world.close()


# -- R10 to R14: what is no matter of one order ------------------------------------------


@pytest.mark.asyncio
async def test_r10_another_terminal_on_the_account_halts_and_the_refusal_names_the_rule():
    world = await started(make_decision())
    await world.proposed()
    ours = world.proposal().client_order_id
    world.venue.make_order(make_terms(instrument_id=ETH), FOREIGN_ID + ours[4:])
    await world.clock.until(lambda: world.engine.trading_state is TradingState.HALTED)
    submission = await _submit(world)
    assert "Competition rule 10 (one seat): another terminal trades this account" in submission.refusal
    assert sent_openings(world) == []
    await world.close()


def _names(kind: object, seen: set[object] | None = None) -> set[str]:
    """Every field name that can cross in this type, however deep."""
    seen = set() if seen is None else seen
    if kind in seen:
        return set()
    seen.add(kind)
    found: set[str] = set()
    for part in get_args(kind):
        found |= _names(part, seen)
    if hasattr(kind, "__dataclass_fields__"):
        for name, hint in get_type_hints(kind).items():
            found |= {name} | _names(hint, seen)
    return found


def test_r10_no_message_carries_a_key_and_no_command_asks_for_one():
    for messages in (Command, Event, WorkerEvent):
        crossing = _names(messages)
        assert "decision_id" in crossing or messages is WorkerEvent
        assert crossing.isdisjoint({"secret", "passphrase", "api_key", "credentials", "private_key", "account_key"})


@pytest.mark.parametrize(
    ("check", "url"),
    [
        (rest_url, "https://api-contract.weex.example"),
        (rest_url, "http://api-contract.weex.com"),
        (rest_url, "https://10.0.0.8"),
        (stream_url, "wss://ws-contract.weex.com.evil.example/v2/ws/public"),
    ],
)
def test_r11_no_other_address_is_ever_connected_to(check, url):
    with pytest.raises(ConfigError, match=r"Competition rule 11 \(official API\)"):
        check(url)


def test_r11_neither_worker_nor_command_can_name_an_address():
    for messages in (Command, WorkerEvent):
        assert _names(messages).isdisjoint({"url", "host", "rest_url", "base_url", "address", "proxy"})


READS = {
    *("days", "page", "each_page", "newest", "orders_open_at", "bars_before", "times", "equity_at"),
    *("broken_seal", "exchanges"),
    *("decision", "order_decision", "question", "models", "model"),
}


def test_r12_the_journal_can_only_be_added_to():
    ways = {name for name in vars(Journal) if not name.startswith("_")}
    assert ways == {"head", "commit", "load", "chain_of", "reviews_before", "past", "aclose"}
    assert {name for name in vars(Past) if not name.startswith("_")} == READS, "looking back only reads"


@pytest.mark.asyncio
async def test_r13_a_position_the_organiser_changed_pauses_the_pair_by_the_rule_s_name():
    world = await started(make_decision())
    await world.proposed()
    add_leg(world, BTC, PositionSide.LONG, "0.0100")
    world.engine.core.portfolio.touch()
    await world.clock.until(lambda: BTC in world.engine._switch.frozen or world.engine._switch.pause_of(BTC) != "")
    sends = len(world.venue.sends)
    submission = await _submit(world)
    assert "BTC is paused" in submission.refusal
    assert len(world.venue.sends) == sends  # nothing is traded against it either
    await world.close()


@pytest.mark.asyncio
async def test_r13_an_unexplained_position_is_refused_by_the_rule_s_name():
    world = await started(make_decision())
    await world.proposed()
    world.engine._switch.freeze(BTC, "the venue holds 0.01 more than our fills explain")
    submission = await _submit(world)
    assert "BTC is paused, Competition rule 13 (unexplained position): the venue holds 0.01 more" in submission.refusal
    assert world.venue.sends == []
    await world.close()


@pytest.mark.asyncio
async def test_r14_an_address_off_the_list_halts_and_the_next_order_is_refused():
    world = await started(make_decision(), make_decision("d2", instrument_id=ETH))
    await world.proposed("d2")
    refused = Refused("521", "HTTP status 521", IP_RULE.hint, halts=True)

    async def submit(_prepared):
        return refused

    world.venue.submit_order = submit
    await _submit(world)
    await world.clock.advance(1)
    assert world.engine.trading_state is TradingState.HALTED
    submission = await _submit(world, "d2")
    assert "Competition rule 14 (fixed address)" in submission.refusal
    await world.close()
