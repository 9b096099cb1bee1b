import pytest

from terminal.ui.charts.panes.time_view import FEWEST, FIRST_BARS, TimeView


def test_the_newest_bars_are_followed_until_somebody_pans_away():
    time = TimeView()
    time.show_newest(1_000)
    assert time.x0 < 1_000 - FIRST_BARS
    right = time.x1
    time.appended(3)
    assert time.x1 == right + 3
    time.pan(-400, 1_003)
    assert not time.follows
    away = time.x1
    time.appended(5)
    assert time.x1 == away
    time.pan(10_000, 1_008)
    assert time.x0 <= 1_008 - FEWEST / 2  # never without a few bars


def test_an_older_page_moves_the_indices_not_the_view():
    time = TimeView()
    time.show(40, 200, 1_000)
    time.shift(100)
    assert (time.x0, time.x1) == (140, 300)


def test_zooming_keeps_the_bar_under_the_pointer_and_its_limits():
    time = TimeView()
    time.show(100, 300, 1_000)
    share = (250 - time.x0) / time.span
    time.zoom(0.5, 250, 1_000)
    assert (250 - time.x0) / time.span == pytest.approx(share)
    time.zoom(1e-6, 250, 1_000)
    assert time.span == pytest.approx(FEWEST)
    time.zoom(1e9, 250, 1_000)
    assert time.span == pytest.approx(1_200)


def test_revealing_moves_only_when_it_must():
    time = TimeView()
    time.show(100, 300, 1_000)
    time.reveal(150, 160, 1_000)
    assert (time.x0, time.x1) == (100, 300)
    time.reveal(700, 705, 1_000)
    assert time.x0 < 700
    assert time.x1 > 705
    assert time.span == pytest.approx(200)


def test_a_hand_never_leaves_more_than_half_the_view_empty_before_the_first_bar():
    time = TimeView()
    time.show(0, 200, 1_000)
    time.pan(-10_000, 1_000)
    assert time.x0 == pytest.approx(-100)
    time.show_newest(5)  # fewer bars than the closest zoom shows
    before = time.x0
    time.pan(0, 5)
    assert time.x0 == pytest.approx(before, abs=1)
