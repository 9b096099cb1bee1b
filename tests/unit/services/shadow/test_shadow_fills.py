"""Honest fills: never better than the market gave, and pessimistic where it does not say."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.builders import D
from helpers.shadow_kit import BEGAN_MS, MINUTE, plan, quote, running, short, waiting
from terminal.domain.market import BookLevel
from terminal.domain.order import PositionSide, TimeInForce
from terminal.domain.shadow import ShadowExit, ShadowPhase
from terminal.services.shadow.fills import Quote, at_print, at_quote, closed, settled, walked_price

prices = st.decimals("0.1", "1000", places=1)
sizes = st.decimals("0.001", "50", places=3)
levels = st.lists(st.tuples(prices, sizes), min_size=1, max_size=6)


def as_asks(made):
    return tuple(BookLevel(price, size) for price, size in sorted(made))


def as_bids(made):
    return tuple(BookLevel(price, size) for price, size in sorted(made, reverse=True))


# -- entry -------------------------------------------------------------------------


def test_a_market_order_enters_at_the_far_side_and_pays_the_taker_fee():
    trade = at_quote(waiting(), quote("99.9", "100.1"))
    assert (trade.phase, trade.entry_price) == (ShadowPhase.OPEN, D("100.1"))
    assert trade.fees == D("100.1") * 2 * D("0.0008")
    assert at_quote(waiting(short()), quote("99.9", "100.1")).entry_price == D("99.9")


def test_a_large_order_walks_the_book_and_takes_what_lacks_at_the_worst_level():
    book = (BookLevel(D(100), D(1)), BookLevel(D(101), D(1)))
    assert walked_price(book, D(1)) == D(100)
    assert walked_price(book, D(2)) == D("100.5")
    assert walked_price(book, D(4)) == D("100.75")
    with pytest.raises(ValueError, match="empty side"):
        walked_price((), D(1))


def test_a_resting_limit_needs_a_trade_through_by_a_tick():
    resting = at_quote(waiting(plan(limit=D(99), tif=TimeInForce.GTC)), quote("99.9", "100"))
    assert resting.phase is ShadowPhase.WAITING
    touched = at_quote(resting, quote("98.9", "99", 2))
    assert touched.phase is ShadowPhase.WAITING
    through = at_quote(touched, quote("98.8", "98.9", 3))
    assert (through.phase, through.entry_price) == (ShadowPhase.OPEN, D(99))
    assert through.fees == D(99) * 2 * D("0.0002")


def test_a_print_through_the_limit_fills_it_but_only_once_it_rests():
    fresh = waiting(plan(limit=D(99), tif=TimeInForce.GTC))
    assert at_print(fresh, D(98), BEGAN_MS + 1) is fresh
    resting = at_quote(fresh, quote("99.9", "100"))
    assert at_print(resting, D(99), BEGAN_MS + MINUTE) is resting
    assert at_print(resting, D("98.9"), BEGAN_MS + MINUTE).entry_price == D(99)


def test_a_limit_beyond_the_market_takes_at_once_but_not_worse_than_its_limit():
    thin = Quote((BookLevel(D(99), D(1)),), (BookLevel(D(100), D(1)), BookLevel(D(130), D(1))), BEGAN_MS + 1)
    trade = at_quote(waiting(plan(limit=D(105), tif=TimeInForce.GTC)), thin)
    assert trade.entry_price == D(105)
    assert trade.fees == D(105) * 2 * D("0.0008")


def test_orders_that_may_not_wait_or_not_take_are_missed():
    assert at_quote(waiting(plan(limit=D(99))), quote("99.9", "100")).phase is ShadowPhase.MISSED
    post = at_quote(waiting(plan(limit=D(101), tif=TimeInForce.POST_ONLY)), quote("99.9", "100"))
    assert (post.phase, post.result) == (ShadowPhase.MISSED, None)


def test_a_limit_nobody_traded_through_is_missed_at_the_horizon():
    resting = at_quote(waiting(plan(limit=D(50), tif=TimeInForce.GTC)), quote("99.9", "100"))
    over = at_quote(resting, quote("99.9", "100", 240))
    assert over.phase is ShadowPhase.MISSED
    assert over.note


@pytest.mark.parametrize(
    ("bid", "ask", "made"),
    [("121", "122", plan()), ("88", "89", plan()), ("79", "80", short()), ("110", "111", short())],
)
def test_what_could_not_have_been_sent_is_no_trade(bid, ask, made):
    """The market had passed its stop or target: the gate refuses that, so nobody lost or won anything."""
    trade = at_quote(waiting(made), quote(bid, ask))
    assert (trade.phase, trade.result) == (ShadowPhase.MISSED, None)
    assert "could not have been sent" in trade.note


# -- exit --------------------------------------------------------------------------


def test_a_stop_leaves_at_the_far_side_which_may_be_worse():
    trade = at_quote(running(), quote("85", "85.2"))
    assert (trade.how, trade.exit_price) == (ShadowExit.STOP, D(85))
    assert at_quote(running(short()), quote("114", "115")).exit_price == D(115)


def test_a_target_leaves_at_the_target_never_better():
    trade = at_quote(running(), quote("125", "125.2"))
    assert (trade.how, trade.exit_price) == (ShadowExit.TARGET, D(120))
    assert trade.result == D(40) - (D(100) + D(120)) * 2 * D("0.0008")
    assert trade.result_r == trade.result / 20


def test_the_far_side_must_reach_the_target_not_the_near_one():
    assert at_quote(running(), quote("119.9", "120.5")).phase is ShadowPhase.OPEN


def test_the_horizon_leaves_at_the_far_side():
    trade = at_quote(running(), quote("101", "102", 240))
    assert (trade.how, trade.exit_price) == (ShadowExit.HORIZON, D(101))


def test_funding_is_paid_once_by_who_was_in_the_trade():
    at_ms = BEGAN_MS + 30 * MINUTE
    paid = settled(running(), D("0.0001"), D(100), at_ms)
    assert paid.funding == D("0.02")
    assert settled(paid, D("0.0001"), D(100), at_ms) == paid
    assert settled(running(short()), D("0.0001"), D(100), at_ms).funding == D("-0.02")
    late = running(minute=31)
    assert settled(late, D("0.0001"), D(100), at_ms) is late


def test_over_means_over():
    done = closed(running(), D(110), BEGAN_MS + MINUTE, ShadowExit.HORIZON)
    assert at_quote(done, quote("1", "2", 5)) is done
    assert settled(done, D("0.01"), D(100), BEGAN_MS + 99 * MINUTE) is done


# -- properties ---------------------------------------------------------------------


@given(levels, sizes)
def test_taking_is_never_better_than_the_best_level_nor_worse_than_the_worst(made, size):
    book = as_asks(made)
    price = walked_price(book, size)
    slack = D("1e-20")
    assert book[0].price - slack <= price <= book[-1].price + slack


@given(levels, sizes, sizes)
def test_more_size_never_gets_a_better_price(made, size, more):
    slack = D("1e-20")
    assert walked_price(as_asks(made), size + more) >= walked_price(as_asks(made), size) - slack
    assert walked_price(as_bids(made), size + more) <= walked_price(as_bids(made), size) + slack


@given(
    st.lists(st.tuples(prices, st.decimals("0.1", "5", places=1)), min_size=1, max_size=30),
    st.sampled_from(PositionSide),
)
def test_whatever_the_market_does_no_exit_is_too_good(path, side):
    trade = waiting(plan() if side is PositionSide.LONG else short())
    for minute, (bid, spread) in enumerate(path, start=1):
        before = trade
        trade = at_quote(trade, quote(str(bid), str(bid + spread), minute))
        if trade.phase is ShadowPhase.CLOSED and before.phase is ShadowPhase.OPEN:
            market = bid if side is PositionSide.LONG else bid + spread
            sign = trade.plan.sign
            assert (market - trade.exit_price) * sign >= 0  # never better than the market
            if trade.how is ShadowExit.STOP:
                assert (trade.plan.stop - trade.exit_price) * sign >= 0
            if trade.how is ShadowExit.TARGET:
                assert trade.exit_price == trade.plan.target
                assert (trade.exit_price - trade.entry_price) * sign > 0
            assert trade.fees == (trade.entry_price + trade.exit_price) * 2 * D("0.0008")
    assert trade.phase in {ShadowPhase.OPEN, ShadowPhase.CLOSED, ShadowPhase.MISSED}


@given(prices, prices, sizes)
def test_a_round_trip_at_one_quote_always_costs(bid, spread, size):
    made = replace(plan(), size=size, stop=None, target=None)
    entered = at_quote(waiting(made), quote(str(bid), str(bid + spread)))
    left = at_quote(entered, quote(str(bid), str(bid + spread), 240))
    assert left.result < 0


@given(prices, prices)
def test_both_sides_of_one_path_never_both_gain_more_than_nothing(first, last):
    """Long and short of the same size cannot both win: what is between them is spread and fees."""
    assume(first > 0 and last > 0)
    total = D(0)
    for made in (plan(stop=None, target=None), short(stop=None, target=None)):
        trade = at_quote(waiting(made), quote(str(first), str(first + 1)))
        total += at_quote(trade, quote(str(last), str(last + 1), 240)).result
    assert total < 0
