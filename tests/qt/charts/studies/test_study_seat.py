"""Menu and form of the indicators under the hand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.chart_kit import shown_panel, with_keyboard
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.ui.charts.chart_settings import SECTION as CHARTS
from terminal.ui.charts.chart_settings import ChartSettings
from terminal.ui.charts.studies.kinds import KINDS
from terminal.ui.charts.studies.study import BUILT_IN, MOST_PANES, SECTION, Study, studies_of

BTC, ETH = perpetual("BTC"), perpetual("ETH")


@pytest.fixture
def seat(qtbot):
    panel, desk, *_ = shown_panel(qtbot)
    with_keyboard(qtbot, panel)
    return panel, desk


def fill(panel):
    """What opening the menu does, without a window of its own that holds the mouse."""
    panel.studies.menu.aboutToShow.emit()
    return panel.studies.menu


def add(panel, key):
    fill(panel).adds[key].trigger()


def write(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)


def shown(panel):
    return [study.name for study in panel.view.studies.studies]


def test_the_slash_opens_the_menu_of_the_pair(seat, monkeypatch):
    panel, _ = seat
    menu = panel.studies.menu
    places = []
    monkeypatch.setattr(menu, "popup", places.append)  # a real one takes the keyboard, which this screen has not
    QTest.keyClick(panel.view, Qt.Key.Key_Slash)
    assert panel.view.rect().contains(panel.view.mapFromGlobal(places[0]))
    fill(panel)
    assert [act.text() for act in menu.changes] == ["EMA 21…", "EMA 55…"]
    assert list(menu.adds) == [kind.key for kind in KINDS]
    assert panel.header.indicators.menu() is menu


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_each_can_be_added_and_its_form_opens(seat, kind):
    panel, desk = seat
    add(panel, kind.key)
    form = panel.studies.form
    assert shown(panel)[:2] == ["EMA 21", "EMA 55"]
    assert panel.view.studies.studies[2].key == kind.key
    assert studies_of(desk.preferences.section(SECTION), BTC) == panel.view.studies.studies
    assert form.isVisible()
    assert not form.isModal()
    assert form.title.text() == kind.title
    assert [field.accessibleName() for field in form.fields] == [item.name for item in kind.parameters]
    assert len(form.colours) == len(kind.lines)
    assert panel.grid.rect().contains(form.geometry())
    form.end()


def test_numbers_are_drawn_as_they_are_typed(seat):
    panel, _ = seat
    add(panel, "rsi")
    form = panel.studies.form
    assert form.fields[0].hasFocus()
    write(form.fields[0], "9")
    assert shown(panel)[-1] == "RSI 9"
    QTest.keyClick(form.fields[0], Qt.Key.Key_Up)
    assert shown(panel)[-1] == "RSI 10"
    assert panel.view.studies.shown[-1].values.lines.shape[1] == len(panel.view.bars)
    assert form.words.isHidden()


@pytest.mark.parametrize(
    ("key", "number", "text", "words"),
    [
        ("ema", 0, "0", "Period: a whole number from 1 to 500."),
        ("ema", 0, "9999", "Period: a whole number from 1 to 500."),
        ("ema", 0, "2.5", "Period: a whole number from 1 to 500."),
        ("ema", 0, "many", "Period: type a number from 1 to 500."),
        ("bollinger", 1, "9", "Deviations: 0.5 to 5."),
        ("macd", 0, "40", "Fast must be shorter than slow."),
        ("rsi", 1, "80", "Lower line must lie below the upper one."),
    ],
)
def test_numbers_that_cannot_be_drawn_are_named_and_the_chart_stays(seat, key, number, text, words):
    panel, _ = seat
    add(panel, key)
    form = panel.studies.form
    before = panel.view.studies.studies
    form.fields[number].setText(text)
    form.fields[number].typed.emit(text)
    assert form.words.text() == words
    assert form.words.isVisible()
    assert panel.view.studies.studies == before
    good = f"{before[-1].values[number]:g}"
    form.fields[number].setText(good)
    form.fields[number].typed.emit(good)
    assert form.words.isHidden()


def test_a_colour_is_chosen_by_name(seat):
    panel, _ = seat
    fill(panel).changes[1].trigger()
    box = panel.studies.form.colours[0]
    assert box.currentData() == "amber"
    box.setCurrentIndex(box.findData("teal"))
    box.activated.emit(box.currentIndex())
    assert panel.view.studies.studies[1] == Study("ema", (55,), ("teal",))
    assert panel.view.studies.studies[0] == BUILT_IN[0]


def test_escape_and_done_close_the_form_and_the_chart_has_the_keys_again(seat):
    panel, _ = seat
    form = panel.studies.form
    for close in (lambda: QTest.keyClick(form.fields[0], Qt.Key.Key_Escape), form.done.click):
        fill(panel).changes[0].trigger()
        assert form.isVisible()
        close()
        assert not form.isVisible()
        assert panel.view.hasFocus()


def test_escape_closes_the_form_after_a_click_on_the_chart(seat):
    panel, _ = seat
    add(panel, "sma")
    assert panel.studies.form.isVisible()
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not panel.studies.form.isVisible()
    assert shown(panel) == [*(study.name for study in BUILT_IN), "SMA 50"]


def test_keys_in_the_form_do_not_move_the_chart(seat):
    panel, _ = seat
    fill(panel).changes[0].trigger()
    form = panel.studies.form
    x0 = panel.view.pane.time.x0
    form.done.setFocus()
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Slash, Qt.Key.Key_4):
        QTest.keyClick(form.done, key)
    assert panel.view.pane.time.x0 == x0
    assert not panel.studies.menu.isVisible()
    assert not panel.typed.isVisible()


def test_remove_takes_it_away(seat):
    panel, _ = seat
    fill(panel).changes[0].trigger()
    panel.studies.form.remove.click()
    assert shown(panel) == ["EMA 55"]
    assert not panel.studies.form.isVisible()
    fill(panel).changes[0].trigger()
    panel.studies.form.remove.click()
    assert shown(panel) == []
    menu = fill(panel)
    assert menu.actions()[0].text() == "No indicators on BTC"
    assert not menu.actions()[0].isEnabled()
    menu.plain.trigger()
    assert panel.view.studies.studies == BUILT_IN


def test_another_pair_closes_the_form(seat):
    panel, desk = seat
    add(panel, "rsi")
    desk.select(ETH)
    assert not panel.studies.form.isVisible()
    assert shown(panel) == ["EMA 21", "EMA 55"]
    desk.select(BTC)
    assert shown(panel)[-1] == "RSI 14"


def test_use_for_every_pair(seat):
    panel, desk = seat
    add(panel, "atr")
    fill(panel).same.trigger()
    desk.select(ETH)
    assert shown(panel) == ["EMA 21", "EMA 55", "ATR 14"]


def test_a_full_chart_says_why_nothing_more_can_be_added(seat):
    panel, _ = seat
    for _ in range(MOST_PANES):
        add(panel, "rsi")
    menu = fill(panel)
    assert not menu.adds["atr"].isEnabled()
    assert "Remove one first" in menu.adds["atr"].toolTip()
    assert menu.adds["ema"].isEnabled()


def test_the_form_is_for_the_chart_that_was_touched_last_and_goes_with_it(seat, qtbot):
    panel, desk = seat
    beside = ((ETH, Interval.M1), *ChartSettings().beside[1:])
    desk.preferences.put(CHARTS, ChartSettings(count=2, beside=beside).as_section())
    QApplication.processEvents()
    panel.grid.active = panel.grid.cells[0].chart
    add(panel, "rsi")
    assert shown(panel) == ["EMA 21", "EMA 55"]
    assert panel.grid.views[1].studies.studies[-1] == Study.plain("rsi")
    desk.preferences.put(CHARTS, ChartSettings(count=1).as_section())
    qtbot.waitUntil(lambda: not panel.studies.form.isVisible())
    add(panel, "atr")
    assert shown(panel)[-1] == "ATR 14"
