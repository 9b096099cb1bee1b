"""A packed book says what the book says, or something worse, never something better."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import BTC, make_instrument
from terminal.domain.depth import snapshot_of, ticks_of
from terminal.domain.market import BookLevel, OrderBook

D = Decimal
PRICES = st.decimals(min_value="0.01", max_value="1000000", places=3)
SIZES = st.decimals(min_value="0.001", max_value="100000", places=3)
STEPS = st.sampled_from([D("0.001"), D("0.01"), D("0.5"), D(1), D(100)])


def whole(packed):
    return np.frombuffer(packed, np.int64).tolist()


def book(bids=(), asks=(), **changes):
    sides = (tuple(BookLevel(D(price), D(size)) for price, size in side) for side in (bids, asks))
    values = {"version": 7, "synchronised": True, "ts_event_ms": 1} | changes
    return OrderBook(BTC, *sides, **values)


def test_prices_and_sizes_become_whole_numbers():
    rules = make_instrument(price_step=D("0.5"), size_step=D("0.001"))
    packed = snapshot_of(book([("100.5", "0.25"), ("100", "3")], [("101", "0.001")]), rules, 12.5)
    assert (whole(packed.bid_ticks), whole(packed.bid_sizes)) == ([201, 200], [250, 3000])
    assert (whole(packed.ask_ticks), whole(packed.ask_sizes)) == ([202], [1])
    assert (packed.received_s, packed.version, packed.synchronised) == (12.5, 7, True)


def test_a_broken_book_stays_broken():
    assert not snapshot_of(book(synchronised=False), make_instrument(), 0.0).synchronised


@given(PRICES, SIZES, STEPS, STEPS)
def test_nothing_looks_better_than_it_is(price, size, tick, step):
    rules = make_instrument(price_step=tick, size_step=step)
    packed = snapshot_of(book([(price, size)], [(price, size)]), rules, 0.0)
    (bid,), (ask,) = whole(packed.bid_ticks), whole(packed.ask_ticks)
    assert price - tick < bid * tick <= price <= ask * tick < price + tick
    (steps,) = whole(packed.bid_sizes)
    assert steps >= 1
    assert abs(steps * step - size) <= step


@given(st.integers(1, 10**9), STEPS)
def test_a_price_on_the_tick_keeps_every_digit(ticks, tick):
    assert ticks_of(ticks * tick, tick) == ticks
