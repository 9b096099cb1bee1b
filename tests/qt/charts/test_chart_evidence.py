"""A click on a piece of evidence shows it on the chart, or says that it has no place there."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPicture
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import NOW_MS, candles, decision, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.commands import ShowChart
from terminal.domain.decision import Evidence
from terminal.domain.market import Interval
from terminal.domain.messages import CandlesLoaded, ProposalChanged
from terminal.ui.charts.chart_panel import ChartPanel

BARS = candles("ETH")
PIECES = (
    Evidence("ETH.dist_ema21_15m", "distance from EMA 21\u202e", "−0.41 ATR", 0.4),
    Evidence("ETH.flow_16_15m", "flow", "+0.37", 0.3),
    Evidence("ETH.breadth_15m", "breadth <b>", "0.9", -0.1),
)


@pytest.fixture
def seat(qtbot):
    made = ReviewSeat(qtbot)
    made.chart = ChartPanel(made.desk)
    qtbot.addWidget(made.chart)
    made.chart.resize(900, 500)
    made.chart.show()
    return made


def propose(seat, created_ms=NOW_MS, pieces=PIECES):
    wanted = replace(decision("ETH", 1), evidence=pieces, created_ms=created_ms)
    seat.desk.apply(ProposalChanged(replace(proposal("ETH", 1), decision=wanted)))
    seat.clock.forward(1)
    QApplication.processEvents()
    return seat.card(1)


def load(seat, interval=Interval.M15, bars=BARS):
    seat.desk.apply(CandlesLoaded("ETH-PERP", interval, bars))
    seat.desk.flush()


def click(card, row, column=2):
    QTest.mouseClick(card.evidence.rows[row][column], Qt.MouseButton.LeftButton)


def test_the_chart_goes_to_the_pair_and_marks_the_bar_and_the_value(seat):
    card = propose(seat)
    assert seat.desk.selection[0] == "BTC-PERP"
    click(card, 0)
    assert seat.all_sent[-1] == ShowChart("ETH-PERP", Interval.M15)
    mark = seat.chart.view.evidence
    assert mark.span is None  # its bars are not there yet
    load(seat)
    newest = len(BARS) - 1
    assert mark.span == (newest - 1, newest - 1)  # the newest bar was still forming
    average = seat.chart.view.studies.shown[0].values.lines[0, newest - 1]
    assert mark.value == pytest.approx(average)
    assert mark.words == "distance from EMA 21‹U+202E› −0.41 ATR"
    assert card.evidence.place.text.startswith("Marked on the ETH 15m chart")


def test_a_span_of_bars_is_marked_whole(seat):
    card = propose(seat)
    load(seat)
    click(card, 1)
    newest = len(BARS) - 1
    assert seat.chart.view.evidence.span == (newest - 16, newest - 1)


def test_a_second_click_takes_the_mark_away(seat):
    card = propose(seat)
    load(seat)
    for shown in (True, False):
        click(card, 1)
        assert (seat.chart.view.evidence.span is not None) is shown
    assert card.evidence.place.text == ""


def test_an_input_without_a_place_says_so_and_leaves_the_chart(seat):
    card = propose(seat)
    click(card, 2)
    assert card.evidence.place.isVisible()
    assert card.evidence.place.text.startswith("breadth <b> has no place on a chart")
    assert seat.all_sent == []
    assert seat.desk.chart_mark is None


def test_an_old_value_is_scrolled_to(seat):
    old_ms = BARS[40].open_ms + 1
    card = propose(seat, created_ms=old_ms)
    load(seat)
    click(card, 0)
    view = seat.chart.view
    assert view.evidence.span == (39, 39)
    assert view.pane.time.x0 < 39 < view.pane.time.x1
    assert not view.pane.follows


def test_a_value_older_than_the_chart_says_so(seat):
    card = propose(seat, created_ms=BARS[0].open_ms - 10 * Interval.M15.ms)
    load(seat)
    click(card, 0)
    mark = seat.chart.view.evidence
    assert mark.span is None
    assert mark.words.endswith("lies before the first bar of this chart")


def test_another_chart_loses_the_mark_and_the_card_its_words(seat):
    card = propose(seat)
    load(seat)
    click(card, 0)
    seat.desk.select_interval(Interval.H1)
    assert seat.desk.chart_mark is None
    assert seat.chart.view.evidence.words == ""
    assert card.evidence.place.text == ""


def test_the_mark_is_drawn_with_and_without_its_bars(seat):
    card = propose(seat)
    load(seat)
    click(card, 0)
    mark = seat.chart.view.evidence
    for _ in range(2):
        picture = QPicture()
        painter = QPainter(picture)
        mark.draw(painter, seat.chart.view.pane.projection)
        painter.end()
        assert picture.size() > 0
        mark.span = None


def test_evidence_of_an_answered_decision_uncovers_the_chart(seat):
    propose(seat)
    load(seat)
    seat.answered(1, type(seat.desk.proposals["d-0001"].state).EXPIRED)
    seat.review.history.list._open(seat.review.history.model.index(0))
    sheet = seat.review.sheets.decision
    sheet.details.evidence.chosen.emit(PIECES[2])
    assert sheet.is_open
    assert "has no place" in sheet.details.evidence.place.text
    sheet.details.evidence.chosen.emit(PIECES[1])
    assert not sheet.is_open
    assert seat.chart.view.evidence.span is not None
