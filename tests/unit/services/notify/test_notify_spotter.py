"""What a person is called for, and how often."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, D, make_order
from helpers.desk_events import ai_log, fill, proposal
from helpers.fake_world import World
from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import DeskMode
from terminal.domain.decision import FailureKind
from terminal.domain.hand_messages import ProtectionChanged
from terminal.domain.market import StreamState
from terminal.domain.messages import (
    AiLogChanged,
    CycleEnded,
    FillSeen,
    Health,
    Level,
    OrderChanged,
    Phase,
    PositionsFrozen,
    ProposalChanged,
    TradingStateChanged,
)
from terminal.domain.notification import NoticeKind
from terminal.domain.order import OrderState, PositionSide, Side
from terminal.domain.protection import ProtectionState, ProtectionStatus
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState
from terminal.services.notify.spotter import Spotter

K = NoticeKind


@pytest.fixture
def spotter():
    found = Spotter(lambda: 5)
    found.spot(Phase("Trading", ready=True))
    return found


def kinds(spotter, *events):
    return [each.kind for event in events for each in spotter.spot(event)]


def leg(state, uncovered="0.5"):
    return ProtectionStatus(
        BTC, PositionSide.LONG, D("0.5"), state, None, None, None, None, (), (), D(uncovered), D(0), 3.0, 1, "no stop"
    )


def cycle(failure=None):
    return CycleEnded("c", "text", Level.ERROR, 1, failure=failure)


def test_a_decision_that_waits_is_told_once(spotter):
    waiting = ProposalChanged(proposal("BTC", 1))
    (first,) = spotter.spot(waiting)
    assert (first.kind, first.key, first.at_ms) == (K.DECISION_WAITS, waiting.proposal.decision_id, 5)
    assert "BTC" in first.text
    assert kinds(spotter, waiting) == []
    automatic = ProposalChanged(replace(proposal("ETH", 2), mode=DeskMode.AUTO))
    shadow = ProposalChanged(replace(proposal("SOL", 3), mode=DeskMode.SHADOW))
    assert kinds(spotter, automatic, shadow) == []  # nobody waits for a person there


def test_what_the_checks_stopped(spotter):
    stopped = replace(proposal("BTC", 1, ReviewState.BLOCKED), reason="the spread is too wide")
    (told,) = spotter.spot(ProposalChanged(stopped))
    assert told.kind is K.GUARDRAIL
    assert "the spread is too wide" in told.text


def test_fills_and_refusals_are_told_once(spotter):
    filled, refused = FillSeen(fill("BTC", 1, Side.BUY)), OrderChanged(make_order(OrderState.REJECTED, reason="No."))
    assert kinds(spotter, filled, filled, refused, refused) == [K.FILLED, K.ORDER_REFUSED]
    assert kinds(spotter, OrderChanged(make_order(OrderState.WORKING))) == []


def test_what_earlier_runs_left_is_no_news():
    spotter = Spotter(lambda: 5)
    old = (
        ProposalChanged(proposal("BTC", 1)),
        FillSeen(fill("BTC", 1, Side.BUY)),
        OrderChanged(make_order(OrderState.REJECTED)),
        cycle(FailureKind.TIMEOUT),
    )
    assert kinds(spotter, *old) == []
    assert kinds(spotter, Phase("Trading", ready=True), *old[:3]) == []
    # A halt that outlived the restart still needs a person, now.
    assert kinds(Spotter(lambda: 5), TradingStateChanged(TradingState.HALTED, "set by ann")) == [K.TRADING_STOPPED]


def test_a_missing_stop_is_told_when_it_begins_and_again_after_it_was_there(spotter):
    naked = ProtectionChanged((leg(ProtectionState.UNCONFIRMED),))
    safe = ProtectionChanged((leg(ProtectionState.PROTECTED, "0"),))
    waiting = ProtectionChanged((leg(ProtectionState.WAITING),))
    assert kinds(spotter, waiting, naked, naked, safe, naked) == [K.STOP_MISSING, K.STOP_MISSING]


def test_halts_and_losses_are_told_apart(spotter):
    events = (
        TradingStateChanged(TradingState.REDUCE_ONLY, "lost 3.2 % today"),
        TradingStateChanged(TradingState.REDUCE_ONLY, "lost 3.3 % today"),
        TradingStateChanged(TradingState.HALTED, "lost 6.1 % today"),
        TradingStateChanged(TradingState.ACTIVE, ""),
        TradingStateChanged(TradingState.HALTED, "15.0 % below the peak"),
        TradingStateChanged(TradingState.HALTED, "set by ann"),
        TradingStateChanged(TradingState.ACTIVE, ""),
        TradingStateChanged(TradingState.STARTING, "comparing"),
    )
    assert kinds(spotter, *events) == [K.LOSS_LIMIT, K.LOSS_LIMIT, K.LOSS_LIMIT, K.TRADING_STOPPED]


@pytest.mark.asyncio
@pytest.mark.parametrize(("day_start", "equity"), [("1000", "960"), ("1000", "930"), ("850", "850"), ("900", "900")])
async def test_the_portfolios_own_words_are_those_of_a_loss(spotter, day_start, equity):
    world = World()
    await world.start()
    portfolio = world.engine.core.portfolio
    portfolio.day_start_equity, portfolio.peak_equity = D(day_start), D(1_000)
    portfolio._judge(D(equity))
    assert kinds(spotter, world.of(TradingStateChanged)[-1]) == [K.LOSS_LIMIT]
    await world.crash()


def test_a_refused_log(spotter):
    refused, accepted = (
        AiLogChanged(ai_log("BTC", 1, state)) for state in (AiLogState.NEEDS_HAND, AiLogState.ACCEPTED)
    )
    assert kinds(spotter, refused, refused, accepted, refused) == [K.AI_LOG_REFUSED, K.AI_LOG_REFUSED]


def test_a_stream_that_is_down_lasts_until_it_is_back(spotter):
    down, up = (StreamState("public", connected=state, detail="no answer") for state in (False, True))
    (told,) = spotter.spot(down)
    assert told.text == "Market data is not connected. No answer."
    assert spotter.lasts(told)
    assert kinds(spotter, down, up) == []
    assert not spotter.lasts(told)


def test_models_journal_and_frozen_pairs(spotter):
    bad = Health(None, None, 0, 0, 9, journal_ok=False)
    frozen = PositionsFrozen(((BTC, "0.5 more than our fills explain"),))
    assert kinds(spotter, cycle(FailureKind.AUTH), bad, bad, frozen, frozen, PositionsFrozen(())) == [
        K.MODEL_FAILED,
        K.JOURNAL_FAILED,
        K.PAIR_FROZEN,
    ]
    assert kinds(spotter, cycle(FailureKind.AUTH)) == []  # it still fails
    assert kinds(spotter, cycle(), cycle(FailureKind.AUTH)) == [K.MODEL_FAILED]
    assert kinds(spotter, cycle(), Health(None, None, 0, 0, 9, journal_ok=True), bad) == [K.JOURNAL_FAILED]
