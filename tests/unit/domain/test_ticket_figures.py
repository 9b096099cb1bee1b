"""The ticket's arithmetic: worked examples, and what must hold for anything a person may type."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.builders import D, make_instrument
from terminal.domain.account import MarginMode
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderKind, PositionSide, TimeInForce
from terminal.domain.ticket import Level, LevelMode, SizeMode, Ticket, break_even, liquidation_price
from terminal.domain.ticket_figures import ticket_figures

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
RULES = make_instrument()


def price(value: str) -> Level:
    return Level(LevelMode.PRICE, D(value))


def ticket(**changes) -> Ticket:
    values = {
        "instrument": RULES,
        "side": LONG,
        "kind": OrderKind.MARKET,
        "size_mode": SizeMode.COIN,
        "size_value": D("0.01"),
        "limit_price": None,
        "stop": price("59000"),
        "target": price("62000"),
        "leverage": 5,
        "margin_mode": MarginMode.ISOLATED,
        "bid": D("59999.9"),
        "ask": D(60_000),
        "mark": D(60_000),
        "equity": D(1_000),
        "available": D(1_000),
    }
    return Ticket(**(values | changes))


def mirrored(**changes) -> Ticket:
    return ticket(side=SHORT, bid=D(60_000), ask=D("60000.1"), stop=price("61000"), target=price("58000"), **changes)


def test_a_worked_example():
    shown = ticket_figures(ticket())
    assert (shown.entry, shown.size, shown.notional, shown.margin) == (D(60_000), D("0.01"), D(600), D(120))
    assert shown.cost == D("120.48")  # margin and the taker fee of 0.08 %
    assert (shown.fees.entry_maker, shown.fees.entry_taker) == (D("0.12"), D("0.48"))
    assert shown.risk == D(10) + D("0.48") + D("0.472")  # 1000 USDT a coin, and both fees
    assert shown.reward == D(20) - D("0.48") - D("0.496")
    assert shown.r_before == 2
    assert round(shown.r_after, 3) == D("1.737")
    assert shown.break_even == D("60096.1")
    assert round(shown.liquidation, 1) == D("48280.0")  # 60000 * 0.8 / (1 - 0.005 - 0.0008)
    assert shown.violations == ()


def test_a_short_mirrors_it():
    shown = ticket_figures(mirrored())
    assert (shown.entry, shown.r_before, shown.violations) == (D(60_000), 2, ())
    assert shown.break_even == D("59904.0")
    assert round(shown.liquidation, 1) == D("71584.8")


def test_shared_margin_uses_all_that_is_free_and_may_never_be_reached():
    near = ticket_figures(ticket(margin_mode=MarginMode.CROSS, available=D(120)))
    alone = ticket_figures(ticket())
    assert near.liquidation == alone.liquidation
    assert ticket_figures(ticket(margin_mode=MarginMode.CROSS)).liquidation is None


@pytest.mark.parametrize(
    ("mode", "value", "size"),
    [
        (SizeMode.COIN, "0.01239", "0.0123"),
        (SizeMode.USDT, "600", "0.0100"),
        (SizeMode.EQUITY_PCT, "60", "0.0100"),
        (SizeMode.RISK_PCT, "1", "0.0091"),  # 10 USDT over 1000 + 48 + 47.2 a coin
    ],
)
def test_sizes_by_every_mode(mode, value, size):
    shown = ticket_figures(ticket(size_mode=mode, size_value=D(value)))
    assert shown.size == D(size)
    if mode is SizeMode.RISK_PCT:
        assert shown.risk <= D(10)


def test_levels_by_percent_and_r():
    shown = ticket_figures(ticket(stop=Level(LevelMode.PERCENT, D(1)), target=Level(LevelMode.R, D(3))))
    assert (shown.stop, shown.target) == (D(59_400), D(61_800))
    assert shown.r_before == 3


def test_maker_and_taker():
    resting = ticket(kind=OrderKind.LIMIT, limit_price=D(59_990))
    crossing = ticket(kind=OrderKind.LIMIT, limit_price=D(60_010))
    posted = ticket(kind=OrderKind.LIMIT, limit_price=D(60_010), tif=TimeInForce.POST_ONLY)
    paid = [shown.cost - shown.margin for shown in map(ticket_figures, (resting, crossing, posted))]
    assert paid == [D("0.11998"), D("0.48008"), D("0.12002")]


def test_funding_counts_for_the_settlements_given():
    shown = ticket_figures(ticket(funding_rate=D("0.0001"), settlements=3))
    assert shown.funding == D("0.18")
    assert shown.r_after < ticket_figures(ticket()).r_after
    received = ticket_figures(mirrored(funding_rate=D("0.0001"), settlements=3))
    assert received.funding == D("-0.18")
    assert received.risk == ticket_figures(mirrored()).risk  # what may be received lowers no risk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leverage": 21}, "21x is above the limit of 20x"),
        ({"leverage": 0}, "0x is below the least leverage"),
        ({"stop": price("60000.1")}, "must be below the entry"),
        ({"stop": price("60000")}, "must be below the entry"),
        ({"target": price("59999")}, "must be above the entry"),
        ({"stop": None}, "needs a stop"),
        ({"stop": Level(LevelMode.R, D(1))}, "cannot be given in R"),
        ({"size_value": D("0.00009")}, "below the least size 0.0001 (step 0.0001)"),
        ({"size_value": None}, "Type a size"),
        ({"size_mode": SizeMode.RISK_PCT, "stop": None}, "by risk needs a stop"),
        ({"size_value": D(1_201)}, "largest size 1,200"),
        ({"size_value": D(600)}, "largest market size 500"),
        ({"size_value": D("0.09")}, "are not free for this size; at most 0.0826"),
        ({"ask": None}, "no live price"),
        ({"kind": OrderKind.LIMIT}, "Type a limit price"),
        ({"kind": OrderKind.LIMIT, "limit_price": D(60_601)}, "more than 1 % above the mark"),
        ({"leverage": 20, "stop": price("57000")}, "comes before the stop"),
        ({"stop": price("-5")}, "The stop must be above 0"),
        ({"instrument": make_instrument(InstrumentId("PEPE-PERP"))}, "not one of the eight pairs"),
    ],
)
def test_what_forbids_it_is_said_in_words(changes, words):
    assert any(words in each for each in ticket_figures(ticket(**changes)).violations)


def test_what_was_rounded_is_said():
    shown = ticket_figures(
        ticket(
            kind=OrderKind.LIMIT,
            limit_price=D("59990.07"),
            stop=price("59000.01"),
            target=price("62000.09"),
            size_value=D("0.01239"),
        )
    )
    assert (shown.entry, shown.stop, shown.target, shown.size) == (
        D("59990.0"),
        D("59000.1"),
        D("62000.0"),
        D("0.0123"),
    )
    assert len(shown.rounded) == 4


# -- for anything a person may type ---------------------------------------------------

numbers = st.decimals(min_value="-1e6", max_value="1e6") | st.sampled_from([D("NaN"), D("Infinity"), D("-Infinity")])
plain = st.decimals(min_value="0.1", max_value="200000", places=1)
levels = st.none() | st.builds(Level, st.sampled_from(LevelMode), numbers)
tickets = st.builds(
    ticket,
    side=st.sampled_from(PositionSide),
    kind=st.sampled_from(OrderKind),
    size_mode=st.sampled_from(SizeMode),
    size_value=st.none() | numbers,
    limit_price=st.none() | numbers,
    stop=levels,
    target=levels,
    leverage=st.integers(-5, 500),
    margin_mode=st.sampled_from(MarginMode),
    bid=st.none() | plain,
    ask=st.none() | plain,
    mark=st.none() | plain,
    equity=st.none() | st.decimals(min_value="0", max_value="1e6", places=2),
    available=st.none() | st.decimals(min_value="-1e5", max_value="1e6", places=2),
    tif=st.sampled_from(TimeInForce),
)


@settings(max_examples=400, deadline=None)
@given(tickets)
def test_it_never_raises_and_never_rounds_to_the_wider_side(typed):
    shown = ticket_figures(typed)
    if shown.size is not None:
        assert shown.size >= 0
        assert RULES.is_on_step(shown.size)
        assert shown.size <= max(shown.asked_size, 0)
    for level in (shown.entry, shown.stop, shown.target):
        assert level is None or RULES.is_on_tick(level)
    if not shown.violations:
        assert shown.size >= RULES.min_size
        assert 1 <= typed.leverage <= 20
        assert (shown.stop < shown.entry) is typed.is_long
        assert shown.risk > 0


exact = st.decimals(min_value="100", max_value="100000", places=1)


@settings(max_examples=300, deadline=None)
@given(exact, st.sampled_from(PositionSide), st.decimals(min_value="0", max_value="0.01", places=5))
def test_break_even_just_pays_both_fees(entry, side, fee):
    found = break_even(RULES, side, entry, entry * fee, fee)
    sign = 1 if side is LONG else -1
    net = sign * (found - entry) - entry * fee - found * fee
    assert net >= 0
    assert sign * (found - sign * RULES.price_step - entry) - entry * fee - (found - sign * RULES.price_step) * fee < 0


@settings(max_examples=300, deadline=None)
@given(exact, st.integers(1, 20), st.sampled_from(PositionSide))
def test_liquidation_loses_the_margin_and_comes_nearer_with_leverage(entry, leverage, side):
    size = Decimal(1)
    found = liquidation_price(RULES, side, entry, size, leverage, MarginMode.ISOLATED, None)
    if found is None:
        assert leverage == 1
        return
    loss = abs(entry - found)
    left = entry / leverage - loss - found * RULES.taker_fee
    assert abs(left - found * Decimal("0.005")) < Decimal("1e-6")
    tighter = liquidation_price(RULES, side, entry, size, leverage + 1, MarginMode.ISOLATED, None)
    assert abs(entry - tighter) < loss


@settings(max_examples=300, deadline=None)
@given(st.decimals(min_value="0.1", max_value="3", places=2), st.decimals(min_value="0.2", max_value="9", places=2))
def test_a_size_by_risk_never_risks_more(risk_pct, stop_pct):
    typed = ticket(size_mode=SizeMode.RISK_PCT, size_value=risk_pct, stop=Level(LevelMode.PERCENT, stop_pct))
    shown = ticket_figures(typed)
    assert shown.risk <= D(10) * risk_pct
    bigger = replace(typed, size_mode=SizeMode.COIN, size_value=shown.size + RULES.size_step)
    assert ticket_figures(bigger).risk > D(10) * risk_pct
