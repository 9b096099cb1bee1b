"""A time nobody watched, carried by bars."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import BTC, D
from helpers.shadow_kit import BEGAN_MS, MINUTE, bar, plan, quiet, running, short, waiting
from terminal.domain.market import Candle, FundingSettled, Interval
from terminal.domain.order import TimeInForce
from terminal.domain.shadow import ShadowExit, ShadowPhase
from terminal.services.shadow.gap_reader import interval_for
from terminal.services.shadow.replay import bars_of, is_whole, replayed

NOW_MS = BEGAN_MS + 30 * MINUTE


def test_stop_and_target_in_one_bar_is_the_stop():
    both = [*quiet(0, 5), bar(5, "80", "130"), *quiet(6, 31)]
    for made in (plan(), short()):
        trade = replayed(running(made), both, (), NOW_MS)
        assert trade.how is ShadowExit.STOP


def test_a_stop_in_a_bar_leaves_a_tick_worse_and_a_gap_at_the_open():
    touched = replayed(running(), [*quiet(0, 5), bar(5, "89", "100"), *quiet(6, 31)], (), NOW_MS)
    assert touched.exit_price == D("89.9")
    gapped = replayed(running(), [*quiet(0, 5), bar(5, "70", "75", first="74"), *quiet(6, 31)], (), NOW_MS)
    assert gapped.exit_price == D("73.9")


def test_a_target_needs_a_bar_that_went_through_it_by_a_tick():
    touched = replayed(running(), [*quiet(0, 5), bar(5, "99", "120"), *quiet(6, 31)], (), NOW_MS)
    assert touched.phase is ShadowPhase.OPEN
    through = replayed(running(), [*quiet(0, 5), bar(5, "99", "120.1"), *quiet(6, 31)], (), NOW_MS)
    assert (through.how, through.exit_price) == (ShadowExit.TARGET, D(120))


def test_the_bar_one_had_begun_to_watch_can_stop_but_not_win():
    half = replace(running(), seen_ms=BEGAN_MS + MINUTE // 2)
    assert replayed(half, [bar(0, "99", "130"), *quiet(1, 31)], (), NOW_MS).phase is ShadowPhase.OPEN
    assert replayed(half, [bar(0, "80", "130"), *quiet(1, 31)], (), NOW_MS).how is ShadowExit.STOP


def test_what_outlives_the_gap_goes_on_from_now():
    trade = replayed(running(), quiet(0, 31), (), NOW_MS)
    assert (trade.phase, trade.seen_ms) == (ShadowPhase.OPEN, NOW_MS)


def test_the_horizon_ends_in_the_gap():
    ends = running(plan(ends_ms=BEGAN_MS + 10 * MINUTE))
    trade = replayed(ends, [*quiet(0, 10), bar(10, "99", "105", first="104"), *quiet(11, 31)], (), NOW_MS)
    assert (trade.how, trade.exit_price) == (ShadowExit.HORIZON, D("103.9"))
    assert trade.exit_ms == BEGAN_MS + 10 * MINUTE


def test_a_resting_limit_is_filled_by_a_bar_through_it_and_may_stop_in_the_same_bar():
    rests = waiting(plan(limit=D(95), tif=TimeInForce.GTC), seen_ms=BEGAN_MS)
    touched = replayed(rests, [*quiet(0, 5), bar(5, "95", "100"), *quiet(6, 31)], (), NOW_MS)
    assert touched.phase is ShadowPhase.WAITING
    filled = replayed(rests, [*quiet(0, 5), bar(5, "94.9", "130"), *quiet(6, 31)], (), NOW_MS)
    assert (filled.phase, filled.entry_price) == (ShadowPhase.OPEN, D(95))
    stopped = replayed(rests, [*quiet(0, 5), bar(5, "89", "130"), *quiet(6, 31)], (), NOW_MS)
    assert (stopped.how, stopped.exit_price) == (ShadowExit.STOP, D("89.9"))


def test_a_bar_older_than_the_order_fills_nothing():
    rests = waiting(plan(limit=D(95), tif=TimeInForce.GTC, began_ms=BEGAN_MS + 30_000), seen_ms=BEGAN_MS + 31_000)
    assert replayed(rests, [bar(0, "90", "100"), *quiet(1, 31)], (), NOW_MS).phase is ShadowPhase.WAITING


def test_a_limit_is_missed_when_the_horizon_ends_in_the_gap():
    rests = waiting(plan(limit=D(95), tif=TimeInForce.GTC, ends_ms=BEGAN_MS + 10 * MINUTE), seen_ms=BEGAN_MS)
    assert replayed(rests, quiet(0, 31), (), NOW_MS).phase is ShadowPhase.MISSED


def test_funding_of_the_gap_is_charged_once_and_only_while_in_the_trade():
    at_ms = BEGAN_MS + 10 * MINUTE
    settlement = FundingSettled(BTC, D("0.0001"), at_ms)
    paid = replayed(running(), quiet(0, 31), (settlement,), NOW_MS)
    assert paid.funding == D("0.02")
    assert replayed(paid, quiet(0, 31), (settlement,), NOW_MS).funding == D("0.02")
    stopped = [*quiet(0, 5), bar(5, "80", "100"), *quiet(6, 31)]
    assert replayed(running(), stopped, (settlement,), NOW_MS).funding == 0
    rests = waiting(plan(limit=D(95), tif=TimeInForce.GTC), seen_ms=BEGAN_MS)
    filled_before = [*quiet(0, 9), bar(9, "94", "100"), *quiet(10, 31)]
    assert replayed(rests, filled_before, (settlement,), NOW_MS).funding == D("0.02")


def test_bars_with_a_hole_cover_nothing():
    whole = quiet(0, 31)
    assert is_whole(whole, BEGAN_MS, NOW_MS)
    assert not is_whole([*whole[:7], *whole[8:]], BEGAN_MS, NOW_MS)
    assert not is_whole(whole[1:], BEGAN_MS, NOW_MS)
    assert not is_whole(whole[:-2], BEGAN_MS, NOW_MS)
    assert not is_whole([], BEGAN_MS, NOW_MS)


def test_a_candle_is_read_as_the_venue_wrote_it():
    [made] = bars_of([Candle(BEGAN_MS, 0.14672, 0.1468, 0.1, 0.14001, 5.0, closed=True)], MINUTE)
    assert (made.open, made.high, made.low, made.close) == (D("0.14672"), D("0.1468"), D("0.1"), D("0.14001"))


@pytest.mark.parametrize(
    ("minutes", "interval"),
    [(1, Interval.M1), (890, Interval.M1), (900, Interval.M5), (8_000, Interval.M15), (60 * 950, None)],
)
def test_the_finest_bars_that_reach_back_are_read(minutes, interval):
    assert interval_for(BEGAN_MS, BEGAN_MS + minutes * MINUTE) is interval


moves = st.tuples(st.integers(60, 140), st.integers(0, 30), st.integers(0, 30))


@given(st.lists(moves, min_size=1, max_size=30))
def test_bars_never_give_more_than_the_target_nor_less_loss_than_the_stop(path):
    bars = [
        bar(minute, str(middle - down), str(middle + up), first=str(middle), last=str(middle))
        for minute, (middle, up, down) in enumerate(path)
    ]
    for made in (plan(), short()):
        trade = replayed(running(made), bars, (), NOW_MS)
        if trade.how is ShadowExit.TARGET:
            assert trade.exit_price == made.target
        if trade.how is ShadowExit.STOP:
            assert (made.stop - trade.exit_price) * made.sign > 0
        touches = [each for each in bars if (made.stop - (each.low if made.sign > 0 else each.high)) * made.sign >= 0]
        if trade.phase is ShadowPhase.OPEN:
            assert not touches
        if touches and trade.how is ShadowExit.TARGET:
            assert trade.exit_ms <= touches[0].open_ms
