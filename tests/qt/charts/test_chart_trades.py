"""Fills, results and decisions on the chart: placed, joined, told, clicked, and cheap in thousands."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.chart_kit import MINUTE, shown_panel, walked_bars
from helpers.desk_events import NOW_MS, FakeClock, fill, fill_desk, make_desk, proposal
from terminal.domain.instrument import perpetual
from terminal.domain.messages import FillSeen, ProposalChanged
from terminal.domain.order import Side
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import OlderReviews
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.layers.glyphs import Glyph, glyph_sheet
from terminal.ui.charts.layers.markers import Markers, thinned
from terminal.ui.charts.layers.trade_links import TradeLinks
from terminal.ui.charts.trading.fill_track import FillTrack
from terminal.ui.theme.look import LIVE
from terminal.ui.widgets.review.review_desk import ReviewDesk

BTC, ETH = perpetual("BTC"), perpetual("ETH")
D = Decimal
HOUR_MS = 3_600_000


@pytest.fixture
def seat(qtbot):
    return shown_panel(qtbot)[:3]


def marks(panel):
    return panel.grid.linked.marks


def places(panel, layer):
    which, x, y = layer.placed(panel.view.pane.projection)
    return {int(number): QPointF(*at) for number, *at in zip(which, x, y, strict=True)}


def test_fills_stand_at_their_price_and_say_their_result(seat):
    panel, desk, _ = seat
    layer = marks(panel).fills
    desk.apply(FillSeen(fill("BTC", 99, Side.BUY, price=D("90700.0"), ts_event_ms=NOW_MS - HOUR_MS)))
    found = places(panel, layer)
    y = panel.view.pane.projection.y(90_700.0)
    assert y in [pytest.approx(at.y() - 5) for at in found.values()]  # the tip of a triangle is its price
    texts = [layer.text_at(at) for at in found.values()]
    assert any(text.startswith("Bought 0.0059 at 90,755.3") for text in texts)
    assert any("won +12.42 USDT before fees" in text for text in texts)


def test_an_exit_is_joined_to_its_entry_and_the_line_tells_the_result(seat):
    panel, desk, _ = seat
    for number, side, price in ((200, Side.BUY, "90500.0"), (100, Side.SELL, "90200.0")):
        desk.apply(FillSeen(fill("BTC", number, side, price=D(price), ts_event_ms=NOW_MS - number * 60_000)))
    links = marks(panel).links
    assert links.isVisible()
    which, x0, y0, x1, y1 = links.placed(panel.view.pane.projection)
    texts = [links.text_at(QPointF((x0[at] + x1[at]) / 2, (y0[at] + y1[at]) / 2)) for at in range(len(which))]
    assert any(text.startswith("Long 0.0059 from 90,500.0 to 90,200.0: lost −1.77 USDT") for text in texts)
    assert links.text_at(QPointF(-500, -500)) == ""


def test_a_fill_from_before_makes_the_joins_anew(seat):
    panel, desk, _ = seat
    track = marks(panel)._track
    desk.apply(FillSeen(fill("BTC", 900, Side.BUY, ts_event_ms=NOW_MS - 90 * HOUR_MS)))
    assert marks(panel)._track is not track
    assert marks(panel)._track.fills[0].trade_id == "t-0900"


def test_another_pair_has_its_own_marks(seat):
    panel, desk, _ = seat
    desk.select(perpetual("SOL"))
    assert [fill.instrument_id for fill in marks(panel)._track.fills] == [perpetual("SOL")]
    assert marks(panel)._decisions.ids == ["d-0002", "d-0004"]


def test_charts_of_one_pair_share_its_columns(seat):
    panel, desk, _ = seat
    panel.choose(panel.settings.__class__(count=2))
    one, other = panel.grid.charts
    assert one.marks._track is other.marks._track
    before = len(one.marks.fills.columns)
    desk.apply(FillSeen(fill("BTC", 77, Side.BUY, ts_event_ms=NOW_MS)))
    assert len(other.marks.fills.columns) == before + 1


def test_a_decision_tells_its_reason_and_a_click_asks_for_its_card(seat, qtbot):
    panel, _, _ = seat
    said = marks(panel).said
    found = places(panel, said)
    (number,) = [each for each in found if marks(panel)._decisions.ids[each] == "d-0003"]
    at = panel.view.mapFromScene(panel.view.pane.mapToScene(found[number]))
    panel.view.scene()._lastMoveEventTime = 0
    QTest.mouseMove(panel.view.viewport(), at)
    QApplication.processEvents()
    assert "Pullback held the 4-hour trend" in said.text_at(found[number])
    with qtbot.waitSignal(panel.card_asked) as asked:
        QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked.args == ["d-0003"]


def test_the_words_of_a_decision_follow_its_answer(seat):
    panel, desk, _ = seat
    desk.select(ETH)
    said = marks(panel).said
    assert "waits in the review desk" in said._words(0).split("\n")[0]
    desk.apply(ProposalChanged(proposal("ETH", 1, ReviewState.REJECTED, reviewer="Mara")))
    assert "rejected" in said._words(0).split("\n")[0]
    assert len(said.columns) == 1


def test_decisions_of_earlier_days_are_marked_when_they_are_read(seat):
    panel, desk, _ = seat
    before = len(marks(panel).said.columns)
    desk.apply(OlderReviews((proposal("BTC", 500, ReviewState.EXPIRED),), is_all=True))
    assert len(marks(panel).said.columns) == before + 1


def test_the_card_of_a_decision_is_found_wherever_it_is(qtbot):
    desk, _ = make_desk(FakeClock())
    fill_desk(desk)
    review = ReviewDesk(desk, animate=False)
    qtbot.addWidget(review)
    review.resize(420, 900)
    with qtbot.waitExposed(review):
        review.show()
    review.show_card("d-0002")
    assert review.selected_id == "d-0002"
    assert desk.selection[0] == perpetual("SOL")
    review.show_card("d-0003")
    assert review.sheets.decision.is_open
    review.sheets.decision.dismiss()
    review.show_card("nobody's")
    assert not review.sheets.decision.is_open
    assert review.selected_id == "d-0002"


# -- thousands ----------------------------------------------------------------------


class Counting(QPainter):
    """Counts what is stamped and drawn."""

    def __init__(self, image):
        super().__init__(image)
        self.calls = Counter()
        self.sprites = 0

    def drawPixmapFragments(self, *args):  # noqa: N802 - Qt's name
        self.calls["fragments"] += 1
        self.sprites += args[1]

    def drawLines(self, *_args):  # noqa: N802 - Qt's name
        self.calls["lines"] += 1


@pytest.fixture
def crowded(qtbot):
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(1_000, 600)
    with qtbot.waitExposed(view):
        view.show()
    view.studies.show(())
    bars = walked_bars(10_000)
    view.set_bars(bars)
    opened = bars.open_ms
    track = FillTrack(
        fill("BTC", n, Side.BUY if n % 2 == 0 else Side.SELL, price=D("90000"), ts_event_ms=int(opened[n]) + 1)
        for n in range(10_000)
    )
    fills, links = Markers(view.pane, z=29), TradeLinks(view.pane)
    fills.show_columns(track.marks, track.words)
    links.show_track(track)
    return view, fills, links, track


def test_ten_thousand_fills_are_a_few_calls_and_those_that_would_cover_each_other_one_stamp(crowded):
    view, fills, links, track = crowded
    view.pane.fit()
    assert len(track.joins) == 5_000
    image = QImage(1_000, 600, QImage.Format.Format_RGB32)
    painter = Counting(image)
    fills.draw(painter, view.pane.projection)
    links.draw(painter, view.pane.projection)
    painter.end()
    assert painter.calls["fragments"] == 1, "no signs on a wall of lines"
    assert painter.calls["lines"] <= 3
    assert 300 < painter.sprites < 1_000


def test_bars_of_marks_are_looked_up_once_while_the_chart_moves(crowded):
    view, fills, _, _ = crowded
    fills.placed(view.pane.projection)
    before = fills._indices
    for _ in range(5):
        view.pane.pan(-3)
        fills.placed(view.pane.projection)
    assert fills._indices is before
    view.prepend(view.bars.open_ms[:2] - 10_000 * MINUTE, np.ones((5, 2)))
    fills.placed(view.pane.projection)
    assert fills._indices is not before
    assert fills._indices[0] == 2


def test_marks_outside_the_series_and_in_its_gaps_are_not_drawn(crowded):
    view, fills, _, track = crowded
    track.add(fill("BTC", 20_001, Side.BUY, ts_event_ms=int(view.bars.open_ms[-1]) + 3 * MINUTE))
    fills.grown()
    fills.placed(view.pane.projection)
    assert fills._indices[-1] == -1


def test_thinning_keeps_the_newest_of_each_kind():
    glyph = np.array([Glyph.BUY, Glyph.BUY, Glyph.SELL, Glyph.BUY], dtype=np.uint8)
    x, y = np.array([0.5, 1.0, 1.0, 50.0]), np.array([0.5, 1.0, 1.0, 1.0])
    assert list(thinned(glyph, x, y)) == [1, 2, 3]


def test_the_glyphs_wear_the_look(seat):
    image = glyph_sheet(1.0).toImage()
    assert image.pixelColor(7, 8).name() == LIVE.rise.lower()
    assert image.pixelColor(14 + 7, 6).name() == LIVE.fall.lower()
    assert image.width() == 14 * len(Glyph)
