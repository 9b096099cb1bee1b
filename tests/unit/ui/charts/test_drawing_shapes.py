"""Drawings are kept exactly, and stand at the same moment in bars of any interval."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.desk_events import instrument
from terminal.domain.instrument import perpetual
from terminal.ui.charts.drawings.drawing_book import MOST, SECTION, DrawingBook
from terminal.ui.charts.drawings.drawing_words import drawing_words, span_words, way_words
from terminal.ui.charts.drawings.places import anchor_at, distance, index_of_moment, segments_of
from terminal.ui.charts.drawings.shapes import Anchor, Drawing, Kind
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.viewmodels.preferences import Preferences

D = Decimal
MINUTE = 60_000
BTC, ETH = perpetual("BTC"), perpetual("ETH")
FIRST = 1_763_900_000_000 // MINUTE * MINUTE


def bars(count=100, interval_ms=MINUTE):
    rows = np.tile(np.array([[10.0], [12.0], [9.0], [11.0], [1.0]]), (1, count))
    return Bars(interval_ms, FIRST // interval_ms * interval_ms + np.arange(count, dtype=np.int64) * interval_ms, rows)


anchors = st.builds(Anchor, st.integers(0, 10**13), st.decimals("-1e9", "1e9", allow_nan=False, places=8))
drawings = st.sampled_from(Kind).flatmap(
    lambda kind: st.tuples(*[anchors] * kind.points).map(lambda points: Drawing("7", kind, points))
)


@given(drawings)
def test_what_is_kept_comes_back_to_the_last_digit(drawing):
    again = Drawing.from_plain(drawing.as_plain())
    assert again == drawing
    assert [str(point.price) for point in again.points] == [str(point.price) for point in drawing.points]


@pytest.mark.parametrize(
    "plain",
    [
        None,
        {},
        {"id": "1", "kind": "SPIRAL", "points": [[1, "2"]]},
        {"id": "1", "kind": "LEVEL", "points": [[1, "two"]]},
        {"id": "1", "kind": "LEVEL", "points": [[1, 2.5]]},
        {"id": "1", "kind": "LEVEL", "points": [[1.5, "2"]]},
        {"id": "1", "kind": "LEVEL", "points": [[1, "NaN"]]},
        {"id": "1", "kind": "TREND", "points": [[1, "2"]]},
        {"id": 4, "kind": "LEVEL", "points": [[1, "2"]]},
        {"id": "1", "kind": "LEVEL", "points": [[-1, "2"]]},
    ],
)
def test_a_damaged_drawing_is_refused(plain):
    with pytest.raises(ValueError, match="kept drawing"):
        Drawing.from_plain(plain)


def test_the_book_keeps_each_pair_apart_and_tells_every_chart():
    preferences = Preferences()
    one, other = DrawingBook(preferences), DrawingBook(preferences)
    told = []
    other.changed.connect(lambda: told.append(True))
    level = one.add(BTC, Kind.LEVEL, (Anchor(FIRST, D("90755.3")),))
    assert other.of(BTC) == (level,)
    assert other.of(ETH) == ()
    assert told == [True]
    moved = level.moved(0, D("0.1"))
    other.change(BTC, moved)
    assert one.of(BTC) == (moved,)
    second = one.add(BTC, Kind.MOMENT, (Anchor(FIRST, D(1)),))
    assert second.drawing_id != level.drawing_id
    one.remove(BTC, level.drawing_id)
    assert one.of(BTC) == (second,)
    one.clear(BTC)
    assert preferences.section(SECTION) == {}


def test_the_book_has_an_end():
    book = DrawingBook(Preferences())
    made = [book.add(BTC, Kind.LEVEL, (Anchor(FIRST, D(number)),)) for number in range(MOST + 1)]
    assert made[-1] is None
    assert len({each.drawing_id for each in made[:-1]}) == MOST


def test_damaged_drawings_cost_only_themselves_and_are_said():
    preferences = Preferences()
    good = Drawing("1", Kind.LEVEL, (Anchor(FIRST, D("1.5")),))
    preferences.put(SECTION, {BTC: [good.as_plain(), {"kind": "SPIRAL"}], ETH: "nothing"})
    said = []
    preferences.refused.connect(said.append)
    book = DrawingBook(preferences)
    assert book.of(BTC) == (good,)
    assert book.of(ETH) == ()
    assert said == ["2 kept drawings cannot be read and are not shown."]


@pytest.mark.parametrize("index", [-20, 0, 37, 99, 140])
def test_a_point_stands_in_the_middle_of_its_bar_also_beyond_the_series(index):
    series = bars()
    projection = Projection(index - 50.0, index + 50.0, 0.0, 20.0, 1_000.0, 500.0)
    at = (projection.x(index + 0.3), projection.y(11.04))
    anchor = anchor_at(series, projection, instrument("BTC"), at)
    assert anchor.price == D("11.0")
    assert index_of_moment(series, anchor.at_ms) == pytest.approx(index)


def test_the_same_moment_lies_inside_a_longer_bar():
    short, long = bars(120), bars(4, 60 * MINUTE)
    at_ms = int(short.open_ms[80]) + MINUTE // 2
    index = index_of_moment(long, at_ms)
    inside = (at_ms - int(long.open_ms[round(index)])) / long.interval_ms
    assert index == pytest.approx(round(index) - 0.5 + inside)


def test_a_gap_of_the_series_takes_no_room():
    rows = np.tile(np.array([[10.0], [12.0], [9.0], [11.0], [1.0]]), (1, 2))
    gap = Bars(MINUTE, np.array([FIRST, FIRST + 60 * MINUTE], dtype=np.int64), rows)
    assert index_of_moment(gap, FIRST + 30 * MINUTE) == pytest.approx(0.5)
    assert index_of_moment(Bars(MINUTE), FIRST) == 0.0


def test_without_contract_rules_a_price_is_kept_as_it_is_read():
    projection = Projection(0.0, 100.0, 0.0, 20.0, 1_000.0, 500.0)
    anchor = anchor_at(bars(), projection, None, (100.0, 123.0))
    assert float(anchor.price) == projection.price_at(123.0)


def test_how_far_a_pointer_is_from_each_shape():
    projection = Projection(0.0, 100.0, 0.0, 20.0, 1_000.0, 500.0)
    corners = ((100.0, 100.0), (300.0, 200.0))
    near = {kind: segments_of(kind, corners[: kind.points], projection) for kind in Kind}
    assert min(distance((700.0, 103.0), line) for line in near[Kind.LEVEL]) == pytest.approx(3.0)
    assert min(distance((104.0, 400.0), line) for line in near[Kind.MOMENT]) == pytest.approx(4.0)
    assert min(distance((200.0, 150.0), line) for line in near[Kind.TREND]) == pytest.approx(0.0)
    assert min(distance((200.0, 150.0), line) for line in near[Kind.BOX]) == pytest.approx(50.0)
    assert distance((5.0, 5.0), ((5.0, 5.0), (5.0, 5.0))) == 0.0


def test_words_tell_the_way_in_price_share_bars_and_time():
    ruler = Drawing("1", Kind.RULER, (Anchor(FIRST, D(100)), Anchor(FIRST - 3 * MINUTE, D(90))))
    assert way_words(ruler, MINUTE, 1) == "−10.0  −10.00\u2009%  3 bars back, 3\u2009min"
    assert drawing_words(ruler, MINUTE, 1).startswith("Ruler from 100.0 to 90.0\n")
    assert span_words(450 * MINUTE) == "7\u2009h 30\u2009min"
    assert span_words(3 * 24 * 60 * MINUTE) == "3\u2009d"
    assert span_words(0) == "0\u2009min"
    level = Drawing("1", Kind.LEVEL, (Anchor(FIRST, D("90755.3")),))
    assert drawing_words(level, MINUTE, 1).startswith("Level 90,755.3\n")
    moment = Drawing("1", Kind.MOMENT, (Anchor(FIRST, D(1)),))
    assert drawing_words(moment, MINUTE, 1).startswith("Moment ")
