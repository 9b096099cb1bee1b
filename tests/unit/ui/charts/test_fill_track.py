"""Fills as columns, and which exit closed which entry."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from helpers.desk_events import fill
from terminal.domain.order import PositionSide, Side
from terminal.ui.charts.layers.glyphs import Glyph
from terminal.ui.charts.trading.fill_track import FillTrack

D = Decimal
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def made(number, side, size, price, position_side=LONG, **changes):
    return fill(
        "BTC", number, side, size=D(size), price=D(price), position_side=position_side, ts_event_ms=number * 1_000,
        **changes,
    )  # fmt: skip


def joins(track):
    return [(join.entry, join.exit, join.size) for join in track.joins.joins]


def test_an_exit_closes_the_oldest_entries_first_and_in_parts():
    track = FillTrack(
        (
            made(1, Side.BUY, "1", "100"),
            made(2, Side.BUY, "2", "110"),
            made(3, Side.SELL, "2", "105"),
            made(4, Side.SELL, "1", "120"),
        )
    )
    assert joins(track) == [(0, 2, D(1)), (1, 2, D(1)), (1, 3, D(1))]
    assert [track.result(join) for join in track.joins.joins] == [D(5), D(-5), D(10)]
    assert list(track.joins.rows[2]) == [1, -1, 1]


def test_long_and_short_are_kept_apart():
    track = FillTrack(
        (
            made(1, Side.BUY, "1", "100"),
            made(2, Side.SELL, "1", "100", SHORT),
            made(3, Side.BUY, "1", "90", SHORT),
            made(4, Side.SELL, "1", "90"),
        )
    )
    assert joins(track) == [(1, 2, D(1)), (0, 3, D(1))]
    assert [track.result(join) for join in track.joins.joins] == [D(10), D(-10)]
    assert list(track.marks.glyph) == [Glyph.BUY, Glyph.SELL, Glyph.BUY, Glyph.SELL]


def test_an_exit_of_what_was_never_seen_to_open_is_joined_to_nothing():
    track = FillTrack((made(1, Side.SELL, "1", "100"), made(2, Side.BUY, "1", "90"), made(3, Side.SELL, "3", "95")))
    assert joins(track) == [(1, 2, D(1))]
    assert len(track.marks) == 3


def test_a_fill_that_is_told_again_changes_only_its_words():
    track = FillTrack((made(1, Side.BUY, "1", "100"),))
    again = made(1, Side.BUY, "1", "100", fee=D("0.5"))
    assert track.follows(again)
    track.add(again)
    assert len(track.marks) == 1
    assert "fee 0.5000 USDT" in track.words(0)
    assert not track.follows(made(0, Side.BUY, "1", "100"))


def test_the_words_of_a_result_have_a_sign_and_a_word():
    track = FillTrack((made(1, Side.BUY, "2", "100"), made(2, Side.SELL, "1", "110"), made(3, Side.SELL, "1", "90")))
    assert track.join_words(0).startswith("Long 1 from 100 to 110: won +10.00 USDT before fees\n")
    assert track.join_words(1).startswith("Long 1 from 100 to 90: lost −10.00 USDT before fees\n")
    assert "won +12.00 USDT" in FillTrack((made(1, Side.SELL, "1", "9", realized_pnl=D(12)),)).words(0)


steps = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 5)), max_size=60)


@given(steps)
def test_no_more_is_joined_than_was_opened_or_closed(moves):
    fills = []
    for number, (opens, is_long, size) in enumerate(moves):
        side = LONG if is_long else SHORT
        act = Side.BUY if opens is is_long else Side.SELL
        fills.append(made(number, act, str(size), str(100 + number), side))
    track = FillTrack(fills)
    for number, each in enumerate(track.fills):
        out = sum((join.size for join in track.joins.joins if join.entry == number), D(0))
        into = sum((join.size for join in track.joins.joins if join.exit == number), D(0))
        assert out <= each.size
        assert into <= each.size
    for join in track.joins.joins:
        entry, leaves = track.fills[join.entry], track.fills[join.exit]
        assert entry.position_side is leaves.position_side
        assert entry.ts_event_ms < leaves.ts_event_ms
    assert track.joins.rows.shape == (3, len(track.joins))
