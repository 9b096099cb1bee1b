from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.desk_events import NOW_MS, FakeClock, decision, fill_desk, make_desk, proposal
from terminal.domain.decision import Action
from terminal.domain.instrument import perpetual
from terminal.domain.messages import CycleEnded, Level, ModelPhase, ModelStatus, ProposalChanged, TradingStateChanged
from terminal.domain.order import PositionSide
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState
from terminal.ui.viewmodels.ticket import ANSWER_WAIT_S, answer_for, held_size, question, risk_words, why_not_ask

pytestmark = pytest.mark.usefixtures("qapp")
BTC, ETH = perpetual("BTC"), perpetual("ETH")


def filled():
    clock = FakeClock()
    desk, _ = make_desk(clock)
    fill_desk(desk)
    return desk, clock


def test_risk_is_said_in_percent_and_money():
    desk, _ = filled()
    assert "0.50\u2009%" in risk_words(desk)
    assert "5.31 USDT" in risk_words(desk)  # half a per cent of 1,062.45
    empty, _ = make_desk()
    assert "not known" in risk_words(empty)


def test_a_waiting_proposal_is_the_answer_with_the_time_left():
    desk, _ = filled()
    answer = answer_for(desk, ETH, None)
    assert "waits in the review desk" in answer.text
    assert "1:05 left" in answer.text
    assert answer.tone == "ai"


def test_a_question_is_open_until_a_cycle_ends_or_a_proposal_comes():
    desk, clock = filled()
    desk.select(BTC)
    asked = question(desk, Action.OPEN_LONG)
    assert answer_for(desk, BTC, asked).open
    clock.forward(2)
    assert "2\u2009s" in answer_for(desk, BTC, asked).text
    desk.apply(CycleEnded("c-1", "BTC: the model disagrees, hold: no edge after costs", Level.INFO, NOW_MS))
    answer = answer_for(desk, BTC, asked)
    assert not answer.open
    assert "no edge after costs" in answer.text

    again = question(desk, Action.OPEN_LONG)
    desk.apply(ProposalChanged(proposal("BTC", 0)))
    assert "waits in the review desk" in answer_for(desk, BTC, again).text


def test_an_answer_stays_when_a_cycle_about_other_pairs_follows():
    desk, _ = filled()
    asked = question(desk, Action.OPEN_LONG)
    desk.apply(CycleEnded("c-1", "The model failed: timeout. Ask again.", Level.ERROR, NOW_MS + 1))
    desk.apply(CycleEnded("c-2", "ETH bar closed: hold", Level.INFO, NOW_MS + 2))
    assert "timeout" in answer_for(desk, BTC, asked).text
    desk.apply(CycleEnded("c-3", "BTC: hold, spread too wide", Level.INFO, NOW_MS + 3))
    assert "spread too wide" in answer_for(desk, BTC, asked).text


def test_silence_becomes_no_answer_never_a_hold():
    desk, clock = filled()
    asked = question(desk, Action.OPEN_SHORT)
    clock.forward(ANSWER_WAIT_S + 1)
    answer = answer_for(desk, BTC, asked)
    assert answer.title == "No answer"
    assert answer.tone == "down"


def test_a_rejected_proposal_shows_its_reason():
    desk, _ = filled()
    made = replace(decision("XRP", 0), created_ms=NOW_MS)
    desk.apply(ProposalChanged(proposal("XRP", 0, ReviewState.BLOCKED, decision=made, reason="R9 spread too wide")))
    assert "R9 spread too wide" in answer_for(desk, perpetual("XRP"), None).text


def test_a_cycle_about_another_pair_is_no_answer():
    desk, _ = make_desk()
    desk.apply(CycleEnded("c-1", "BTC: hold", Level.INFO, NOW_MS))
    assert "No answer about ETH yet" in answer_for(desk, ETH, None).text
    assert answer_for(desk, BTC, None).text == "BTC: hold."


def test_the_proposal_of_a_cycle_says_more_than_the_cycle():
    desk, _ = filled()
    made = replace(decision("ETH", 0), created_ms=NOW_MS, cycle_id="c-5")
    desk.apply(ProposalChanged(proposal("ETH", 0, decision=made)))
    desk.apply(CycleEnded("c-5", "bar closed: 1 proposed; ETH open long proposed", Level.GOOD, NOW_MS + 400))
    assert answer_for(desk, ETH, None).text.startswith("Open long")


def test_asking_is_refused_with_a_reason_when_nothing_could_open():
    desk, _ = filled()
    assert why_not_ask(desk, None) == ""
    assert "already" in why_not_ask(desk, question(desk, Action.OPEN_LONG))
    desk.apply(ModelStatus(ModelPhase.TRAINING, "gbm", "3 of 8 pairs"))
    assert "already" in why_not_ask(desk, question(desk, Action.OPEN_LONG))
    assert why_not_ask(desk, None) == ""  # the model in use answers while the next one is fitted
    desk.apply(ModelStatus(ModelPhase.TRAINING, "", "3 of 8 pairs"))
    assert "3 of 8 pairs" in why_not_ask(desk, None)
    desk.apply(TradingStateChanged(TradingState.HALTED, "daily loss"))
    assert "Halted" in why_not_ask(desk, None)
    empty, _ = make_desk()
    assert "Not ready" in why_not_ask(empty, None)


def test_held_size_is_of_one_side_only():
    desk, _ = filled()
    assert held_size(desk, BTC, PositionSide.LONG) == Decimal("0.0059")
    assert held_size(desk, BTC, PositionSide.SHORT) == 0
