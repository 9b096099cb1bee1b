from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import market_paths
from terminal.domain.decision import Action
from terminal.domain.snapshot import Question
from terminal.strategy import policy
from terminal.strategy.choice import choose
from terminal.strategy.policy import Gate, Odds, PolicySettings, assess, levels

PANEL = market_paths.market(1, bars=20)
LONG, SHORT = Action.OPEN_LONG, Action.OPEN_SHORT
SKILLED = Gate("skill", passed=True, text="lower bound +1.0 %")
UNSKILLED = Gate("skill", passed=False, text="lower bound -1.0 %")


def view(**changes):
    quote = {"bid": Decimal("99.99"), "ask": Decimal("100.01"), "funding_rate": Decimal("0.0002")}
    return market_paths.view(PANEL, 0, **(quote | changes))


def weigh(odds, *, side=LONG, atr=0.75, gate=SKILLED, **changes):
    return assess(view(**changes), side, odds, atr, 240, gate, PolicySettings())


BULLISH = Odds(down=0.2, timeout=0.2, up=0.6)


def test_expected_value_is_its_arithmetic():
    sums = weigh(BULLISH).arithmetic
    width = 1.5 / 100.01 * 1e4
    assert sums.target_bp == pytest.approx(width)
    assert sums.stop_bp == pytest.approx(width)
    assert sums.fees_bp == pytest.approx(16.0)
    assert sums.spread_bp == pytest.approx(2.0)
    assert sums.funding_bp == pytest.approx(1.0)  # half of an eight-hour rate of 2 bp
    assert sums.ev_bp == pytest.approx(0.6 * width - 0.2 * width - 16.0 - 2.0 - 1.0)
    assert sums.break_even == pytest.approx((width + 19.0) / (2 * width))
    assert sums.first == pytest.approx(0.75)


def test_a_short_earns_the_funding_a_long_pays():
    assert weigh(BULLISH, side=SHORT).arithmetic.funding_bp == pytest.approx(-1.0)


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_missing_funding_is_charged_to_either_side(side):
    assert weigh(BULLISH, side=side, funding_rate=None).arithmetic.funding_bp == policy.UNKNOWN_FUNDING_BP


def test_break_even_is_where_direction_alone_pays_for_nothing():
    """At first == break-even and no timeouts, EV is exactly zero."""
    level = weigh(BULLISH).arithmetic.break_even
    sums = weigh(Odds(down=1.0 - level, timeout=0.0, up=level)).arithmetic
    assert sums.ev_bp == pytest.approx(0.0, abs=1e-9)


def test_good_odds_pass_all_gates():
    assert weigh(BULLISH).passes


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"odds": Odds(down=0.35, timeout=0.2, up=0.45)}, ["expected value", "break-even"]),
        ({"odds": Odds(down=0.04, timeout=0.83, up=0.13)}, ["expected value"]),
        ({"odds": BULLISH, "gate": UNSKILLED}, ["skill"]),
        ({"odds": BULLISH, "atr": 0.001}, ["levels", "expected value", "break-even"]),
    ],
)
def test_each_gate_stops_alone(changes, failed):
    odds = changes.pop("odds")
    weighed = weigh(odds, **changes)
    assert not weighed.passes
    assert [gate.name for gate in weighed.failed] == failed


@given(
    ticks=st.integers(1_000, 9_000_000),
    width=st.floats(0.001, 40.0),
    tick=st.sampled_from(["0.01", "0.1", "0.00001", "0.5"]),
    side=st.sampled_from([LONG, SHORT]),
)
def test_levels_are_on_the_grid_and_never_farther_than_computed(ticks, width, tick, side):
    contract = market_paths.contract(PANEL.instruments[0], tick=tick)
    entry, distance = ticks * Decimal(tick), Decimal(repr(width))
    placed = levels(contract, side, entry, distance)
    assert contract.is_on_tick(placed.stop)
    assert contract.is_on_tick(placed.target)
    assert abs(placed.stop - entry) <= distance
    assert abs(placed.target - entry) <= distance
    assert distance - abs(placed.stop - entry) < Decimal(tick)
    ordered = (placed.stop, entry, placed.target) if side is LONG else (placed.target, entry, placed.stop)
    assert ordered == tuple(sorted(ordered))


def test_entry_is_where_the_order_would_trade():
    assert weigh(BULLISH).levels.entry == Decimal("100.01")
    assert weigh(BULLISH, side=SHORT).levels.entry == Decimal("99.99")


@pytest.mark.parametrize(
    ("bid", "ask", "usable"), [("1", "2", True), ("1", "1", True), ("0", "2", False), ("2", "1", False)]
)
def test_quotes(bid, ask, usable):
    assert policy.usable_quote(view(bid=Decimal(bid), ask=Decimal(ask))) is usable


def pick(odds=BULLISH, question=None, gate=SKILLED, can_short=True, **held):
    one = view(**{name: Decimal(size) for name, size in held.items()})
    long, short = (weigh(odds, side=side, gate=gate) for side in (LONG, SHORT))
    asked = None if question is None else Question(question, "Ann", one.instrument.instrument_id)
    return choose(one, long, short, asked, can_short=can_short)


BEARISH = Odds(down=0.6, timeout=0.2, up=0.2)
UNSURE = Odds(down=0.4, timeout=0.2, up=0.4)


@pytest.mark.parametrize(
    ("arguments", "action", "words"),
    [
        ({}, LONG, "all gates passed"),
        ({"odds": BEARISH}, SHORT, "all gates passed"),
        ({"odds": UNSURE}, Action.HOLD, "expected value"),
        ({"gate": UNSKILLED}, Action.HOLD, "skill: lower bound -1.0 %"),
        ({"held_long": 1}, Action.HOLD, "held already"),
        ({"held_short": 1}, Action.CLOSE, "odds against it"),
        ({"odds": BEARISH, "held_long": 1}, Action.CLOSE, "held long"),
        ({"held_long": 1, "held_short": 1}, Action.HOLD, "a person must say"),
        ({"question": LONG}, LONG, "the model agrees"),
        ({"question": SHORT}, Action.HOLD, "The model prefers long"),
        ({"question": SHORT, "odds": UNSURE}, Action.HOLD, "no short"),
        ({"question": LONG, "gate": UNSKILLED}, Action.HOLD, "no long, skill"),
        ({"question": LONG, "held_short": 1}, Action.HOLD, "a short is held"),
        ({"question": Action.CLOSE, "held_short": 1}, Action.CLOSE, "odds against it"),
    ],
)
def test_choices(arguments, action, words):
    found = pick(**arguments)
    assert found.action is action
    assert words in found.reason


@pytest.mark.parametrize(
    ("arguments", "action", "words"),
    [
        ({}, LONG, "all gates passed"),
        ({"odds": BEARISH}, Action.HOLD, "would be short; spot cannot be sold short"),
        ({"odds": BEARISH, "gate": UNSKILLED}, Action.HOLD, "no short, skill"),
        ({"odds": BEARISH, "held_long": 1}, Action.CLOSE, "the held long now has the odds against it"),
        ({"odds": BEARISH, "held_long": 1, "question": Action.CLOSE}, Action.CLOSE, "held long"),
        ({"odds": BEARISH, "question": SHORT}, Action.HOLD, "spot cannot be sold short"),
        ({"question": SHORT}, Action.HOLD, "spot cannot be sold short"),
        ({"question": LONG}, LONG, "the model agrees"),
    ],
)
def test_where_nothing_can_be_sold_short_a_short_view_holds_with_its_reason_or_closes(arguments, action, words):
    found = pick(can_short=False, **arguments)
    assert found.action is action
    assert words in found.reason
    assert found.close_side == ("LONG" if action is Action.CLOSE else "")


def test_a_close_names_the_side_it_closes():
    assert pick(held_short=1).close_side == "SHORT"
    assert pick(odds=BEARISH, held_long=1).close_side == "LONG"


def test_a_question_looks_at_the_asked_side_even_when_the_other_is_better():
    assert pick(question=SHORT).side.side is SHORT
    assert pick().side.side is LONG
