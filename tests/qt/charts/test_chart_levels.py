"""The words of the chart's lines: where each stands, and that none covers another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.chart_kit import walked_bars
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.layers.level_lines import Level, apart

ROW, TOP, BOTTOM = 15.0, 42.0, 300.0


@given(st.lists(st.integers(-40, 400), max_size=10))
def test_boxes_never_overlap_and_stay_in_the_room(wanted):
    tops = apart(sorted(float(each) for each in wanted), ROW, TOP, BOTTOM)
    assert len(tops) == len(wanted)
    assert all(below - above >= ROW for above, below in pairwise(tops))
    assert all(TOP <= top <= BOTTOM - ROW for top in tops), "ten rows fit in"


def test_a_box_with_room_stands_where_it_wants():
    assert apart([100.0, 200.0], ROW, TOP, BOTTOM) == [100.0, 200.0]


def test_two_boxes_in_one_place_share_the_way():
    assert apart([100.0, 101.0], ROW, TOP, BOTTOM) == [93.0, 108.0]


def test_too_many_boxes_hang_out_below_and_still_do_not_overlap():
    tops = apart([50.0] * 30, ROW, TOP, BOTTOM)
    assert tops[0] == TOP
    assert all(below - above >= ROW for above, below in pairwise(tops))


@pytest.mark.parametrize("height", [300, 420, 600])
@pytest.mark.parametrize("gap", [0, 1, 5, 40, 400])
def test_proposed_stop_and_target_are_all_readable_on_any_chart(qtbot, height, gap):
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(560, height)
    with qtbot.waitExposed(view):
        view.show()
    bars = walked_bars(200)
    view.set_bars(bars)
    close = float(bars.level()[3, -1])
    view.set_levels(
        (
            Level(close, "Proposed long 0.005", "ai"),
            Level(close - gap, "Stop  −0.40 %", "down"),
            Level(close + gap, "Target  +0.80 %", "up"),
        )
    )
    view.pane.fit()
    boxes = view.level_lines.boxes(view.pane.projection)
    assert len(boxes) == 3
    assert not any(above.intersects(below) for above, below in pairwise(boxes))
    assert all(box.bottom() <= view.pane.projection.band_top for box in boxes)
