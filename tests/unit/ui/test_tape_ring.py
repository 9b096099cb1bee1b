"""The tape keeps the newest prints, filters by size, and knows which were ours."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import BTC, make_instrument
from terminal.domain.fill import Fill
from terminal.domain.market import PublicTrade
from terminal.domain.order import PositionSide, Side
from terminal.ui.viewmodels.tape_ring import OWN_WITHIN_MS, TapeRing

D = Decimal
FILL = Fill("t", "v", "c", BTC, Side.BUY, PositionSide.LONG, D("100.0"), D("0.5"), D(0), False, D(0), 10_000)


def trade(at_ms=10_000, price="100.0", size="0.5", taker=Side.BUY):
    return PublicTrade(BTC, "", D(price), D(size), taker, at_ms)


def ring(*prints, kept=8):
    made = TapeRing(make_instrument(price_step=D("0.1"), size_step=D("0.01")), kept)
    made.append(prints)
    return made


@given(st.lists(st.lists(st.integers(1, 500), max_size=30), max_size=12), st.integers(1, 20), st.integers(0, 300))
def test_it_is_the_end_of_the_list_newest_first(batches, count, least):
    tape, told = ring(), []
    for batch in batches:
        prints = [trade(at_ms=len(told) + at, size=str(D(steps) / 100)) for at, steps in enumerate(batch)]
        told += batch
        tape.append(prints)
    kept = told[-8:]
    assert len(tape) == len(kept)
    shown = tape.newest(count, least)
    assert shown.sizes.tolist() == [steps for steps in reversed(kept) if steps >= least][:count]


def test_a_print_is_in_whole_ticks_and_steps():
    rows = ring(trade(price="100.3", size="0.02", taker=Side.SELL)).newest(5)
    assert (rows.ticks.tolist(), rows.sizes.tolist(), rows.bought.tolist()) == ([1003], [2], [False])


def test_our_fill_marks_its_print_whichever_comes_first():
    later = ring(trade(9_000), trade(9_990))
    later.mark_own(FILL)
    assert later.newest(5).own.tolist() == [True, False]  # the nearer one, once
    sooner = ring()
    sooner.mark_own(FILL)
    sooner.append([trade(10_400), trade(10_500)])
    assert sooner.newest(5).own.tolist() == [False, True]


def test_what_differs_is_not_ours():
    for other in (
        trade(price="100.1"), trade(size="0.51"), trade(taker=Side.SELL), trade(10_001 + OWN_WITHIN_MS),
    ):  # fmt: skip
        tape = ring(other)
        tape.mark_own(FILL)
        assert not tape.newest(1).own.any()


def test_as_maker_our_buy_is_the_print_of_a_seller():
    tape = ring(trade(taker=Side.BUY), trade(taker=Side.SELL))
    tape.mark_own(replace(FILL, is_maker=True))
    assert tape.newest(2).own.tolist() == [True, False]


def test_clear_forgets():
    tape = ring(trade())
    tape.clear()
    assert len(tape) == 0
    assert not len(tape.newest(5).ticks)
