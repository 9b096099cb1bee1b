"""The one rule for the seven dots."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_order, make_terms
from helpers.desk_events import ai_log
from terminal.domain.ai_log import KEPT_ON_PAPER, AiLogState
from terminal.domain.built_by import builders, built_by
from terminal.domain.fill import Fill
from terminal.domain.order import Effect, OrderState, Origin, PositionSide, Side
from terminal.domain.passport import (
    STEPS,
    Answer,
    DotState,
    PassportFacts,
    is_broken,
    is_whole,
    log_that_counts,
    merged,
    origin_word,
    passport,
    unattributed,
)
from terminal.domain.review import ReviewState
from terminal.domain.risk import Check, Verdict

DONE, WAITING, BROKEN, NOT_DUE = DotState.DONE, DotState.WAITING, DotState.BROKEN, DotState.NOT_DUE
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
APPROVED = Answer(ReviewState.APPROVED, "Mara", 5)
ACCEPTED = ai_log("BTC", 3, AiLogState.ACCEPTED, accepted_ms=1)
SIZE = make_terms().size
PASSED = Verdict((Check("R4", "leverage", True, "5x of 20x"),))


def order(state=OrderState.FILLED, **changes):
    filled = {"filled_size": SIZE} if state is OrderState.FILLED else {}
    return make_order(state, **{"venue_order_id": "77", **filled, **changes})


def facts(state=OrderState.FILLED, *, of=None, **changes):
    """All that the journal of a whole order tells."""
    values = {
        "decision": make_decision(),
        "answer": APPROVED,
        "log": ACCEPTED,
        "complete": True,
        "has_inputs": True,
        "has_checks": True,
        "has_intent": True,
        "verdict": PASSED,
        "booked": SIZE,
    }
    return PassportFacts(of or order(state), **(values | changes))


def states(given):
    return [dot.state for dot in passport(given)]


def dot(name, given):
    return passport(given)[STEPS.index(name)]


def test_a_whole_story_is_seven_green_dots():
    dots = passport(facts())
    assert tuple(each.name for each in dots) == STEPS
    assert is_whole(dots)
    assert not is_broken(dots)
    assert "Mara" in dots[2].words
    assert (dots[2].who, dots[2].at_ms) == ("Mara", 5)
    assert [each.todo for each in dots] == [""] * 7


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        ({"decision": None}, "decision"),
        ({"has_inputs": False}, "inputs"),
        ({"answer": None}, "approval"),
        ({"has_checks": False}, "checks"),
        ({"has_intent": False}, "request"),
        ({"log": None}, "AI log"),
    ],
)
def test_what_the_journal_should_hold_and_does_not_is_red_and_says_what_to_do(missing, name):
    broken = dot(name, facts(**missing))
    assert broken.state is BROKEN
    assert broken.todo


@pytest.mark.parametrize("name", ["has_inputs", "has_checks", "has_intent", "verdict", "booked"])
def test_what_nobody_looked_for_is_not_held_against_an_order(name):
    assert is_whole(passport(facts(**{name: None})))


def test_a_window_that_has_not_loaded_the_decision_waits():
    given = facts(decision=None, answer=None, complete=False)
    assert states(given)[:3] == [WAITING] * 3


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (OrderState.SUBMITTING, [DONE, WAITING, NOT_DUE]),
        (OrderState.UNKNOWN, [DONE, WAITING, NOT_DUE]),
        (OrderState.WORKING, [DONE, DONE, NOT_DUE]),
        (OrderState.REJECTED, [DONE, BROKEN, NOT_DUE]),
        (OrderState.NOT_ACCEPTED, [DONE, BROKEN, NOT_DUE]),
        (OrderState.DENIED, [BROKEN, NOT_DUE, NOT_DUE]),
        (OrderState.EXPIRED, [NOT_DUE, NOT_DUE, NOT_DUE]),
    ],
)
def test_checks_request_and_fills_follow_the_state(state, expected):
    assert states(facts(state))[3:6] == expected


def test_a_check_that_failed_is_red_with_its_words():
    denied = Verdict((Check("R4", "leverage", False, "25x of 20x"),))
    broken = dot("checks", facts(OrderState.APPROVED, verdict=denied))
    assert broken.state is BROKEN
    assert "25x of 20x" in broken.words


def test_fills_wait_for_executions_that_are_not_known_yet():
    assert dot("fills", facts(booked=SIZE / 2)).state is WAITING
    assert dot("fills", facts(of=order(OrderState.PARTIAL, filled_size=SIZE / 2), booked=SIZE / 2)).state is WAITING
    assert dot("fills", facts(of=order(OrderState.CANCELED, filled_size=SIZE / 2), booked=SIZE / 2)).state is DONE


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (AiLogState.SENDING, WAITING),
        (AiLogState.RETRYING, WAITING),
        (AiLogState.NEEDS_HAND, BROKEN),
        (AiLogState.GAP, BROKEN),
        (AiLogState.KEPT, NOT_DUE),
    ],
)
def test_the_log_dot_follows_the_outbox(state, expected):
    assert dot("AI log", facts(log=ai_log("BTC", 3, state))).state is expected


def test_a_log_kept_on_paper_says_so():
    paper = ai_log("BTC", 3, AiLogState.KEPT, last_message=KEPT_ON_PAPER)
    assert "paper" in dot("AI log", facts(log=paper)).words


def test_the_log_that_counts_is_an_accepted_one():
    kept, sending = ai_log("BTC", 1, AiLogState.KEPT), ai_log("BTC", 2, AiLogState.SENDING)
    assert log_that_counts([kept, ACCEPTED, sending]) is ACCEPTED
    assert log_that_counts([kept, sending]) is sending
    assert log_that_counts([]) is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReviewState.REJECTED, "rejected"),
        (ReviewState.EXPIRED, "nobody answered"),
        (ReviewState.BLOCKED, "risk checks"),
        (ReviewState.VOIDED, "void"),
    ],
)
def test_an_answer_that_is_no_approval_is_broken_with_its_reason(state, words):
    broken = dot("approval", facts(OrderState.DECLINED, answer=Answer(state, "Mara", 1, "news soon.")))
    assert broken.state is BROKEN
    assert words in broken.words
    assert "news soon" in broken.words
    assert "Nothing was sent" in broken.todo
    assert "left all the same" in dot("approval", facts(answer=Answer(state))).todo


# -- orders without a decision ------------------------------------------------------


def without_decision(origin, **changes):
    closing = make_terms(side=Side.SELL, effect=Effect.CLOSE)
    return order(origin=origin, decision_id=None, terms=closing, **changes)


def test_an_exit_by_a_person_needs_no_decision():
    given = facts(of=without_decision(Origin.HUMAN_EXIT), decision=None, answer=None)
    assert states(given) == [NOT_DUE] * 3 + [DONE] * 4


def test_a_close_by_the_venue_was_not_sent_by_us():
    missing = {"decision": None, "answer": None, "has_checks": False, "has_intent": False, "verdict": None}
    given = facts(of=without_decision(Origin.VENUE), **missing)
    assert states(given) == [NOT_DUE] * 5 + [DONE] * 2


@pytest.mark.parametrize("origin", [Origin.EXTERNAL, Origin.AI, Origin.AI_AMENDED])
def test_an_order_nobody_decided_is_red_and_unattributed(origin):
    given = facts(of=without_decision(origin), decision=None, answer=None)
    first = passport(given)[:3]
    assert {each.state for each in first} == {BROKEN}
    assert all(each.words.startswith("unattributed") and each.todo for each in first)


def test_an_exit_at_the_venue_without_a_log_is_red_but_one_that_never_got_there_is_not():
    there = facts(of=without_decision(Origin.HUMAN_EXIT), log=None)
    assert dot("AI log", there).state is BROKEN
    refused = replace(without_decision(Origin.HUMAN_EXIT), state=OrderState.REJECTED, filled_size=D(0))
    assert dot("AI log", facts(of=refused, log=None)).state is NOT_DUE


def test_origins_in_words():
    named = {origin: origin_word(without_decision(origin)) for origin in Origin}
    assert named[Origin.HUMAN_EXIT] == "human exit"
    assert named[Origin.VENUE] == "venue"
    assert named[Origin.EXTERNAL] == "external"
    assert named[Origin.AI] == named[Origin.AI_AMENDED] == "unattributed"
    assert origin_word(order()) == "AI"
    assert origin_word(order(), amended=True) == origin_word(order(origin=Origin.AI_AMENDED)) == "AI amended"
    assert origin_word(without_decision(Origin.HUMAN_EXIT), amended=True) == "human exit"


# -- positions ----------------------------------------------------------------------


def fill(trade_id, side, size, at_ms, name=None, *, held=LONG, instrument_id=BTC):
    return Fill(
        trade_id, "77", name or trade_id, instrument_id, side, held, D(60_000), D(size), D(0), False, D(0), at_ms
    )  # fmt: skip


BUY, SELL = Side.BUY, Side.SELL


@pytest.mark.parametrize(
    ("fills", "expected"),
    [
        ([fill("a", BUY, 1, 1), fill("b", BUY, 1, 2)], ("a", "b")),
        ([fill("b", BUY, 1, 2), fill("a", BUY, 1, 1)], ("a", "b")),
        ([fill("a", BUY, 1, 1), fill("x", SELL, 1, 2), fill("b", BUY, 2, 3)], ("b",)),
        ([fill("a", BUY, 2, 1), fill("x", SELL, 1, 2), fill("b", BUY, 1, 3)], ("a", "b")),
        ([fill("a", BUY, 1, 1), fill("x", SELL, 1, 2)], ()),
        ([fill("x", SELL, 5, 1), fill("b", BUY, 1, 2)], ("b",)),
        ([fill("s", SELL, 1, 1, held=SHORT), fill("e", BUY, 1, 1, instrument_id=ETH)], ()),
        ([fill("a1", BUY, 1, 1, "a"), fill("a2", BUY, 1, 2, "a")], ("a",)),
    ],
)
def test_a_position_was_built_by_its_openings_since_it_was_last_flat(fills, expected):
    assert built_by(fills, BTC, LONG) == expected


def test_shorts_are_built_by_selling():
    fills = [fill("s", SELL, 2, 1, held=SHORT), fill("c", BUY, 1, 2, held=SHORT)]
    assert built_by(fills, BTC, SHORT) == ("s",)


def test_executions_of_no_known_order_have_no_name():
    unknown = replace(fill("a", BUY, 1, 1), client_order_id=None)
    assert built_by([unknown], BTC, LONG) == ("",)


def test_before_an_execution_is_known_the_order_that_may_have_it_stands_for_it():
    old, new = order(client_order_id="old"), order(OrderState.WORKING, client_order_id="new")
    dead = order(OrderState.REJECTED, client_order_id="dead")
    assert builders([old, new, dead], [], BTC, LONG) == ("new",)
    assert builders([dead], [], BTC, LONG) == ()
    assert builders([new], [fill("a", BUY, 1, 1)], BTC, LONG) == ("a",)


def test_several_orders_are_as_bad_as_the_worst():
    good, bad = passport(facts()), passport(facts(log=None))
    dots = merged([good, bad, good])
    assert [each.state for each in dots] == [DONE] * 6 + [BROKEN]
    assert dots[6].words.startswith("1 of 3 orders: ")
    assert merged([good]) == good
    assert merged([]) == ()


def test_nothing_that_explains_a_fill_is_red():
    dots = unattributed("no order explains it")
    assert tuple(each.name for each in dots) == STEPS
    assert [each.state for each in dots] == [BROKEN, BROKEN, BROKEN, NOT_DUE, NOT_DUE, DONE, BROKEN]
    assert is_broken(dots)
