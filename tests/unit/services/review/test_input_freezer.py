"""What the model sees is written once, and only what is new is written again."""

from dataclasses import replace

from helpers import market_paths
from terminal.domain.frozen import bar_rows, read_bars
from terminal.services.review.input_freezer import InputFreezer, frozen_snapshot

PANEL = market_paths.market(1, bars=40)


def shot(bars):
    return market_paths.snapshot(PANEL.first(bars))


def with_bars(snapshot, row, bars):
    views = list(snapshot.views)
    views[row] = replace(views[row], candles=bars)
    return replace(snapshot, views=tuple(views))


def written(freezer, snapshot):
    blocks = list(freezer.blocks(snapshot))
    freezer.hold(snapshot, *blocks)
    return blocks


def test_bars_read_back_to_the_very_same_floats():
    odd = [
        replace(bar, open=0.1 + 0.2, high=1e-300, low=5e-324, close=1.7976931348623157e308, volume=-0.0)
        for bar in shot(30).views[0].candles[:2]
    ]
    bars = [*odd, *shot(30).views[3].candles]
    again = read_bars(bar_rows(bars))
    assert again == bars
    assert str(again[0].volume) == "-0.0"


def test_the_first_snapshot_is_written_whole_and_then_only_the_new_bar():
    freezer = InputFreezer()
    first = written(freezer, shot(30))
    assert [block.whole for block in first] == [True] * 8
    assert [tuple(read_bars(block.rows)) for block in first] == [view.candles for view in shot(30).views]
    assert written(freezer, shot(30)) == []
    second = written(freezer, shot(31))
    assert [block.whole for block in second] == [False] * 8
    assert [tuple(read_bars(block.rows)) for block in second] == [view.candles[-1:] for view in shot(31).views]


def test_a_bar_the_venue_corrected_is_written_again():
    freezer, snapshot = InputFreezer(), shot(30)
    written(freezer, snapshot)
    bars = snapshot.views[2].candles
    corrected = replace(bars[11], volume=bars[11].volume + 1e-9)
    (block,) = written(freezer, with_bars(snapshot, 2, (*bars[:11], corrected, *bars[12:])))
    assert (block.whole, read_bars(block.rows)) == (False, [corrected])


def test_a_longer_history_is_added_in_front():
    freezer, snapshot = InputFreezer(), shot(30)
    bars = snapshot.views[0].candles
    written(freezer, with_bars(snapshot, 0, bars[10:]))
    (block,) = written(freezer, snapshot)
    assert (block.whole, tuple(read_bars(block.rows))) == (False, bars[:10])


def test_bars_that_are_gone_from_the_middle_make_it_start_anew():
    freezer, snapshot = InputFreezer(), shot(30)
    written(freezer, snapshot)
    bars = snapshot.views[5].candles
    (block,) = written(freezer, with_bars(snapshot, 5, (*bars[:7], *bars[9:])))
    assert block.whole
    assert tuple(read_bars(block.rows)) == (*bars[:7], *bars[9:])


def test_what_could_not_be_written_is_not_remembered():
    freezer = InputFreezer()
    assert len(list(freezer.blocks(shot(30)))) == 8
    assert len(list(freezer.blocks(shot(30)))) == 8


def test_the_snapshots_record_says_which_bars_are_its_own():
    frozen = frozen_snapshot(shot(30))
    assert all(view.candles == () for view in frozen.snapshot.views)
    bars = shot(30).views[0].candles
    assert {(span.first_open_ms, span.last_open_ms, span.count) for span in frozen.spans} == {
        (bars[0].open_ms, bars[-1].open_ms, 30)
    }
