"""The pure parts of the time machine: tracks, legs, bars as known."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import BTC, ETH
from terminal.domain.fill import Fill
from terminal.domain.market import Candle
from terminal.domain.order import PositionSide, Side
from terminal.domain.past import BarsLearnt, bars_after, bars_known
from terminal.domain.records import PositionAccepted
from terminal.services.time_machine.legs import with_accepted, with_fill
from terminal.services.time_machine.tracks import Track

D = Decimal
FILL = Fill("t1", "v1", "c1", BTC, Side.BUY, PositionSide.LONG, D(100), D(2), D(0), False, D(0), 1)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers()), max_size=40), st.integers(0, 250))
def test_a_track_gives_the_newest_value_put_by_then(steps, seq):
    track = Track(-1)
    put, at = [], 0
    for gap, value in steps:
        at += gap
        track.put(at, value)
        put.append((at, value))
    assert track.at(seq) == next((value for when, value in reversed(put) if when <= seq), -1)


def test_a_track_refuses_the_past():
    track = Track("")
    track.put(7, "a")
    with pytest.raises(ValueError, match="in order"):
        track.put(6, "b")


def test_openings_average_and_closings_leave_the_entry():
    legs = with_fill((), FILL)
    legs = with_fill(legs, replace(FILL, price=D(106), size=D(1)))
    assert (legs[0].size, legs[0].entry_price) == (D(3), D(102))
    legs = with_fill(legs, replace(FILL, side=Side.SELL, size=D(1), price=D(120)))
    assert (legs[0].size, legs[0].entry_price) == (D(2), D(102))
    assert with_fill(legs, replace(FILL, side=Side.SELL, size=D(2))) == ()


def test_a_short_is_opened_by_selling_and_stands_beside_a_long():
    legs = with_fill(with_fill((), FILL), replace(FILL, side=Side.SELL, position_side=PositionSide.SHORT))
    assert [(leg.side, leg.size) for leg in legs] == [(PositionSide.LONG, D(2)), (PositionSide.SHORT, D(2))]


def test_the_entry_of_what_a_person_accepted_is_not_known():
    accepted = PositionAccepted(ETH, PositionSide.SHORT, D(3), D(0), "ann", 1)
    (leg,) = with_accepted((), accepted)
    assert (leg.size, leg.entry_price) == (D(3), None)
    more = replace(FILL, instrument_id=ETH, side=Side.SELL, position_side=PositionSide.SHORT)
    assert with_fill((leg,), more)[0].entry_price is None
    assert with_accepted((leg,), replace(accepted, at_venue=D(0))) == ()


def bar(open_ms, close=1.0):
    return Candle(open_ms, close, close, close, close, 1.0, closed=True)


LEARNT = (
    BarsLearnt(10, True, (bar(0), bar(60), bar(120))),
    BarsLearnt(20, False, (bar(180),)),
    BarsLearnt(30, False, (bar(180, 2.0), bar(240))),
    BarsLearnt(40, True, (bar(120), bar(180, 2.0), bar(240), bar(300))),
)


def test_no_bar_is_known_before_it_was_frozen():
    assert bars_known(LEARNT, 9) == ()
    assert [each.open_ms for each in bars_known(LEARNT, 19)] == [0, 60, 120]
    assert bars_known(LEARNT, 20)[-1].close == 1.0
    assert bars_known(LEARNT, 30)[-2].close == 2.0
    assert [each.open_ms for each in bars_known(LEARNT, 99)] == [120, 180, 240, 300]


@given(st.integers(0, 50))
def test_what_came_after_begins_where_what_was_known_ends(seq):
    known = bars_known(LEARNT, seq)
    later = bars_after(LEARNT, seq, known)
    assert not {each.open_ms for each in known} & {each.open_ms for each in later}
    assert all(each.open_ms > known[-1].open_ms for each in later if known)
