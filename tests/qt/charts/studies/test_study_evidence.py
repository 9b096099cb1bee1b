"""What a decision card says of an indicator is what the chart shows at that bar."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import NOW_MS, candles, decision, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.decision import Evidence
from terminal.domain.market import Interval
from terminal.domain.messages import CandlesLoaded, ProposalChanged
from terminal.strategy import features, features_measures
from terminal.strategy.bars import BarPanel, build_panel
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.charts.studies.study import Study

BARS = candles("ETH")
ON_CHART = ("rsi", "atr", "bollinger", "adx", "macd", "vwap")


@pytest.fixture(scope="module")
def panel() -> BarPanel:
    """What the strategist computes from: closed bars only."""
    return build_panel([("ETH-PERP", BARS[:-1])], Interval.M15, min_bars=100)


@pytest.fixture
def seat(qtbot, panel):
    """A review desk beside a chart, and pieces of evidence written by the strategy's own code."""
    made = ReviewSeat(qtbot)
    made.chart = ChartPanel(made.desk)
    qtbot.addWidget(made.chart)
    made.chart.resize(900, 500)
    made.chart.show()
    values = features.compute(panel)[0, -1]
    made.pieces = {
        feature.key: Evidence(f"ETH.{feature.key}_15m", feature.label, feature.text(float(value)), 0.4)
        for feature, value in zip(features.CATALOGUE, values, strict=True)
    }
    return made


def click(seat, key):
    """Click a piece of evidence on a card; gives the bar the chart marks last."""
    wanted = replace(decision("ETH", 1), evidence=(seat.pieces[key],), created_ms=NOW_MS)
    seat.desk.apply(ProposalChanged(replace(proposal("ETH", 1), decision=wanted)))
    seat.clock.forward(1)
    QApplication.processEvents()
    seat.desk.apply(CandlesLoaded("ETH-PERP", Interval.M15, BARS))
    seat.desk.flush()
    QTest.mouseClick(seat.card(1).evidence.rows[0][2], Qt.MouseButton.LeftButton)
    seat.chart.grid.linked.studies.put((*seat.chart.view.studies.studies[:2], *map(Study.plain, ON_CHART)))
    return seat.chart.view.evidence.span[1]


def line(seat, name, number=0):
    shown = next(item for item in seat.chart.view.studies.shown if item.study.name == name)
    return shown.values.lines[number]


def words_at(seat, name, bar):
    shown = next(item for item in seat.chart.view.studies.shown if item.study.name == name)
    return "".join(text for text, _ in shown.parts(bar))


def test_rsi_on_the_card_is_the_rsi_in_the_values_box(seat):
    bar = click(seat, "rsi14")
    assert words_at(seat, "RSI 14", bar) == f"RSI 14 {seat.pieces['rsi14'].value}"
    assert words_at(seat, "RSI 14", bar - 1) != f"RSI 14 {seat.pieces['rsi14'].value}"  # and of no other bar


@pytest.mark.parametrize("period", [21, 55])
def test_distance_from_an_average_is_that_of_the_line_drawn(seat, period):
    bar = click(seat, f"dist_ema{period}")
    close, average, reach = seat.chart.view.bars.level()[3], line(seat, f"EMA {period}"), line(seat, "ATR 14")
    distance = (close[bar] - average[bar]) / reach[bar]
    assert seat.pieces[f"dist_ema{period}"].value == f"{distance:+.2f} ATR"
    assert seat.chart.view.evidence.value == pytest.approx(average[bar], rel=1e-12)


def test_slope_and_band_position_are_those_of_the_lines_drawn(seat):
    bar = click(seat, "slope_ema21")
    average, reach = line(seat, "EMA 21"), line(seat, "ATR 14")
    slope = (average[bar] - average[bar - 3]) / (3 * reach[bar])
    assert seat.pieces["slope_ema21"].value == f"{slope:+.3f} ATR/bar"
    upper, middle = line(seat, "BB 20 2"), line(seat, "BB 20 2", 1)
    place = 2 * (seat.chart.view.bars.level()[3, bar] - middle[bar]) / (upper[bar] - middle[bar])
    assert seat.pieces["bb_z20"].value == f"{place:+.2f} sd"


def test_what_a_language_model_is_shown_is_what_the_chart_draws(seat, panel):
    bar = click(seat, "rsi14")
    close, reach = seat.chart.view.bars.level()[3, bar], line(seat, "ATR 14")[bar]
    drawn = {
        "atr14_bp": 1e4 * reach / close,
        "adx14": line(seat, "ADX 14")[bar],
        "macd_hist_atr": line(seat, "MACD 12 26 9", 2)[bar] / reach,
        "bb_width_pct": 100
        * (line(seat, "BB 20 2")[bar] - line(seat, "BB 20 2", 2)[bar])
        / line(seat, "BB 20 2", 1)[bar],
        "vwap_dev_atr": (close - line(seat, "VWAP")[bar]) / reach,
    }
    told = {**features_measures.strength(panel), **features_measures.within_a_day(panel)}
    for key, value in drawn.items():
        assert value == pytest.approx(float(told[key][0, -1]), rel=1e-9), key
    assert np.isfinite(list(drawn.values())).all()
