"""Indicators are kept for each pair; what cannot be used costs only itself."""

from dataclasses import replace

import pytest

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.charts.chart_settings import SECTION as CHARTS
from terminal.ui.charts.chart_settings import ChartSettings
from terminal.ui.charts.studies.kinds import BY_KEY, KINDS
from terminal.ui.charts.studies.study import (
    BUILT_IN,
    MOST,
    MOST_PANES,
    SECTION,
    Study,
    room_for,
    section_for_all,
    section_with,
    studies_of,
    with_new,
)

BTC, ETH = perpetual("BTC"), perpetual("ETH")
RSI, ATR = Study.plain("rsi"), Study.plain("atr")


@pytest.fixture
def seat(qtbot):
    desk, _ = make_desk(FakeClock())
    fill_desk(desk)
    panel = ChartPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    return panel, desk


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_comes_back_as_it_was_kept(kind):
    made = Study.plain(kind.key)
    assert made.refusal() == ""
    assert Study.from_plain(made.as_plain()) == made
    assert kind.feed is not None or not kind.own_pane


@pytest.mark.parametrize(
    "kept",
    [
        None,
        {},
        {"kind": "ema"},
        {"kind": "zigzag", "values": [], "colours": []},
        {"kind": "ema", "values": [], "colours": ["blue"]},
        {"kind": "ema", "values": ["x"], "colours": ["blue"]},
        {"kind": "ema", "values": [0], "colours": ["blue"]},
        {"kind": "ema", "values": [2.5], "colours": ["blue"]},
        {"kind": "ema", "values": [float("nan")], "colours": ["blue"]},
        {"kind": "ema", "values": [10**9], "colours": ["blue"]},
        {"kind": "ema", "values": [21], "colours": ["#ff0000"]},
        {"kind": "ema", "values": [21], "colours": [["blue"]]},
        {"kind": "macd", "values": [26, 12, 9], "colours": ["blue", "amber", "grey"]},
        {"kind": "rsi", "values": [14, 70, 30], "colours": ["lime"]},
    ],
)
def test_what_is_not_offered_is_refused(kept):
    with pytest.raises(ValueError, match="kept"):
        Study.from_plain(kept)
    with pytest.raises(ValueError, match="kept"):
        studies_of({BTC: [kept]}, BTC)


def test_a_pair_has_its_own_else_those_of_every_pair_else_the_built_in_ones():
    section = section_with({}, BTC, (RSI,))
    assert studies_of(section, BTC) == (RSI,)
    assert studies_of(section, ETH) == BUILT_IN
    assert studies_of(section_with(section, BTC, ()), BTC) == ()
    everywhere = section_with(section_for_all((ATR,)), BTC, (RSI,))
    assert studies_of(everywhere, ETH) == (ATR,)
    assert studies_of(everywhere, BTC) == (RSI,)
    assert section_for_all(BUILT_IN) == {}


def test_a_chart_has_room_for_so_many():
    full = (RSI,) * MOST_PANES
    assert not room_for(full, BY_KEY["atr"])
    assert room_for(full, BY_KEY["ema"])
    assert not room_for(BUILT_IN * (MOST // 2), BY_KEY["ema"])


def test_a_second_average_gets_a_colour_of_its_own():
    studies = ()
    for _ in range(4):
        studies = with_new(studies, "ema")
    assert len({study.inks for study in studies}) == 4


def test_the_chart_shows_those_of_its_pair(seat):
    panel, desk = seat
    desk.preferences.put(SECTION, section_with({}, ETH, (RSI,)))
    assert panel.view.studies.studies == BUILT_IN
    desk.select(ETH)
    assert panel.view.studies.studies == (RSI,)
    desk.select_interval(Interval.H1)
    assert panel.view.studies.studies == (RSI,)
    desk.select(BTC)
    assert panel.view.studies.studies == BUILT_IN


def test_charts_of_one_pair_change_together(seat):
    panel, desk = seat
    desk.preferences.put(
        CHARTS, ChartSettings(count=2, beside=((None, Interval.M1), *ChartSettings().beside[1:])).as_section()
    )
    panel.grid.linked.studies.put((RSI, ATR))
    assert [view.studies.studies for view in panel.grid.views] == [(RSI, ATR)] * 2


def test_for_every_pair_replaces_what_each_had(seat):
    panel, desk = seat
    keeper = panel.grid.linked.studies
    keeper.put((RSI,))
    desk.select(ETH)
    keeper.put((ATR,))
    keeper.put_for_all((ATR,))
    desk.select(BTC)
    assert panel.view.studies.studies == (ATR,)


def test_what_cannot_be_used_is_said_once_and_the_built_in_ones_are_drawn(seat):
    panel, desk = seat
    said = []
    desk.preferences.refused.connect(said.append)
    good = section_with({}, ETH, (RSI,))
    desk.preferences.put(SECTION, {**good, BTC: [{"kind": "zigzag", "values": [], "colours": []}]})
    assert panel.view.studies.studies == BUILT_IN
    assert len(said) == 1
    assert said[0].startswith("The built-in indicators are used: ")
    desk.select(ETH)
    assert panel.view.studies.studies == (RSI,)
    assert len(said) == 1


def test_names_say_what_is_measured():
    assert [Study.plain(key).name for key in ("macd", "bollinger", "rsi", "vwap")] == [
        "MACD 12 26 9", "BB 20 2", "RSI 14", "VWAP",
    ]  # fmt: skip
    assert replace(RSI, values=(14, 20, 80)).guides == (20, 80)
