"""Grouping, running sums, imbalance, and which price stands in which line."""

from array import array
from decimal import Decimal

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.builders import BTC
from terminal.domain.depth import DepthSnapshot
from terminal.ui.viewmodels.ladder_rows import (
    GROUPS,
    ROWS_WANTED,
    View,
    centred,
    cumulative,
    fitting_group,
    imbalance,
    ladder_of,
)

D = Decimal
LEVELS = st.dictionaries(st.integers(1, 400), st.integers(1, 50), max_size=30)
GROUP = st.sampled_from(GROUPS)


def packed(numbers):
    return array("q", numbers).tobytes()


def snapshot(bids, asks, **changes):
    """`bids` and `asks` are {ticks: steps}."""
    down, up = sorted(bids, reverse=True), sorted(asks)
    values = {
        "instrument_id": BTC, "price_step": D("0.1"), "size_step": D("0.01"),
        "bid_ticks": packed(down), "bid_sizes": packed([bids[at] for at in down]),
        "ask_ticks": packed(up), "ask_sizes": packed([asks[at] for at in up]),
        "synchronised": True, "received_s": 0.0, "version": 1,
    }  # fmt: skip
    return DepthSnapshot(**(values | changes))


def made(bids, asks, group=1, levels=200):
    return ladder_of(snapshot(bids, {400 + at: size for at, size in asks.items()}), group, levels)


@given(LEVELS, LEVELS, GROUP)
def test_grouping_neither_loses_nor_adds(bids, asks, group):
    ladder = made(bids, asks, group)
    for side, sizes in ((ladder.bids, bids), (ladder.asks, asks)):
        assert side.sizes.sum() == sum(sizes.values())
        assert (side.sizes > 0).all()
        assert side.sums.tolist() == np.cumsum(side.sizes).tolist()
        assert len(set(side.rows.tolist())) == len(side.rows)
    assert (np.diff(ladder.bids.rows) < 0).all()
    assert (np.diff(ladder.asks.rows) > 0).all()


@given(LEVELS, LEVELS, GROUP)
def test_a_row_is_never_better_than_the_levels_in_it(bids, asks, group):
    ladder = made(bids, asks, group)
    if bids:
        assert ladder.price(ladder.bids.best) <= max(bids) * D("0.1")
        assert ladder.price(ladder.bids.best) > max(bids) * D("0.1") - group * D("0.1")
    if asks:
        assert ladder.price(ladder.asks.best) >= (400 + min(asks)) * D("0.1")
    if bids and asks:
        assert ladder.bids.best < ladder.asks.best  # whatever the group: the sides never share a row
        assert ladder.gap >= 0


@given(LEVELS, LEVELS)
def test_imbalance_weighs_side_against_side(bids, asks):
    share = made(bids, asks).imbalance
    if not (bids and asks):
        assert share is None
        return
    assert -1 < share < 1
    assert share == -made(asks, bids).imbalance
    assert (share > 0) is (sum(bids.values()) > sum(asks.values()))


def test_imbalance_of_the_levels_shown_only():
    book = {200 - each: 10 for each in range(20)}
    thin = dict.fromkeys(range(1, 21), 5)
    assert made(book, thin, levels=15).imbalance == (150 - 75) / (150 + 75)
    assert imbalance(np.array([3]), np.array([], np.int64)) is None


@given(LEVELS, LEVELS, st.integers(1, 20))
def test_the_curves_arms_end_at_all_that_rests(bids, asks, levels):
    _, bid_sums, ask_ticks, ask_sums = cumulative(made(bids, asks).snapshot, levels)
    assert len(bid_sums) == min(levels, len(bids))
    if len(ask_sums):
        assert ask_sums[-1] == sum(asks[at - 400] for at in ask_ticks.tolist())


# -- lines ----------------------------------------------------------------------------


@given(LEVELS, LEVELS, GROUP, st.integers(1, 60), st.integers(-20, 20))
def test_each_line_has_one_price_and_each_price_one_line(bids, asks, group, count, scrolled):
    assume(bids or asks)
    ladder = made(bids, asks, group)
    view = View(centred(ladder, count).anchor + scrolled, count)
    seen = {}
    for line in range(count):
        found = view.row_at(line, ladder)
        if found is None:
            first = view.bids_from(ladder)
            assert first - ladder.band <= line < first
            continue
        row, is_ask = found
        assert (view.ask_line(row) if is_ask else view.bid_line(row)) == line
        assert found not in seen
        seen[found] = line
        if is_ask and ladder.asks.best is not None:
            assert row >= ladder.asks.best
        if not is_ask and ladder.bids.best is not None:
            assert row <= ladder.bids.best


@given(LEVELS, LEVELS, GROUP, st.integers(9, 60))
def test_centred_is_centred(bids, asks, group, count):
    assume(bids or asks)
    ladder = made(bids, asks, group)
    view = centred(ladder, count)
    assert view.is_centred(ladder)
    first = view.bids_from(ladder)
    middle = first - (ladder.band + 1) / 2
    assert abs(middle - count // 2) <= 1


@given(LEVELS, LEVELS, st.integers(1, 30))
def test_a_price_stays_in_its_line_whatever_the_market_does(bids, asks, count):
    assume(bids and asks)
    view = centred(made(bids, asks), count)
    bid, ask = max(bids), 400 + min(asks)
    for moved in (made({**bids, 399: 1}, asks), made({1: 1}, {1: 1}), made({1: 1}, {400: 1})):
        for row, line, of_ask in ((bid, view.bid_line(bid), False), (ask, view.ask_line(ask), True)):
            found = view.row_at(line, moved)
            assert found is None or found[1] is not of_ask or found == (row, of_ask)


@given(st.dictionaries(st.integers(1, 400), st.integers(1, 50), min_size=1, max_size=15), LEVELS)
def test_the_grouping_nobody_chose_is_the_finest_that_fits(bids, asks):
    book = made(bids, asks).snapshot
    group = fitting_group(book)
    assert len(ladder_of(book, group, 15).bids.rows) <= ROWS_WANTED + 2
    assert all(reach_of(book) > each * ROWS_WANTED for each in GROUPS if each < group)


def reach_of(book):
    """Ticks between the first and the last of fifteen levels, of the side that reaches further."""
    ladder = ladder_of(book, 1, 15)
    return max(abs(int(side.rows[-1] - side.rows[0])) for side in (ladder.bids, ladder.asks) if len(side.rows))
