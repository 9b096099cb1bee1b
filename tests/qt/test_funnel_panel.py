"""Why no trade: the matrix, its counts, its flags, and the sentence behind every cell."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import NOW_MS, fill_desk, make_desk
from helpers.hindsight_events import COLLAR, KEYS, PARTIAL, funnel, look_back
from terminal.domain.competition import ALLOWED_BASES
from terminal.domain.funnel import FlagKind, FunnelFlag
from terminal.domain.funnel_messages import FunnelChanged
from terminal.domain.instrument import perpetual
from terminal.ui.widgets.funnel.panel import HINT, FunnelPanel
from terminal.ui.widgets.trade.trade_tabs import WHY, TradeTabs


@pytest.fixture
def seat(qtbot):
    desk, _ = make_desk()
    panel = FunnelPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(1_060, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel, desk


def titles(panel):
    return [row.title for row in panel.model.rows]


def text(panel, key, base):
    at = [row.key for row in panel.model.rows].index(key)
    return panel.model.index(at, 1 + ALLOWED_BASES.index(base)).data()


def click(panel, key, column):
    at = [row.key for row in panel.model.rows].index(key)
    index = panel.table.sorted.mapFromSource(panel.model.index(at, column))
    panel.table.scrollTo(index)
    QTest.mouseClick(
        panel.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.table.visualRect(index).center()
    )  # fmt: skip
    return panel.sentence.text()


def pair(base):
    return 1 + ALLOWED_BASES.index(base)


def test_before_the_first_cycle_it_says_so(seat):
    panel, desk = seat
    assert panel.table.empty_words.startswith("No cycle yet")
    desk.apply(FunnelChanged(None, KEYS, (), (), NOW_MS))
    assert panel.model.rowCount() == 0
    assert panel.loud == 0


def test_every_pair_shows_where_it_stopped(seat, qtmodeltester):
    panel, desk = seat
    desk.apply(funnel())
    assert text(panel, "filled", "BTC") == "✓"
    assert text(panel, "approved", "ETH") == "…"
    assert text(panel, "inputs", "DOGE") == "✕"
    assert text(panel, "signal", "DOGE") == "·"
    assert panel.head.text().startswith("Bar closed, ")
    assert "8 pairs, 6 stopped, 1 under way, 1 filled" in panel.head.text()
    qtmodeltester.check(panel.model, force_py=True)


def test_checks_that_only_pass_are_folded_until_asked_for(seat):
    panel, desk = seat
    desk.apply(funnel())
    assert "5 other checks" in titles(panel)
    assert "Price collar" in titles(panel)
    assert "Leverage" not in titles(panel)
    panel.fold.setChecked(True)
    assert "Leverage" in titles(panel)
    assert [row.key for row in panel.model.rows] == list(KEYS)


@pytest.mark.parametrize(
    ("key", "base", "words"),
    [
        ("signal", "XRP", "XRP, Signal: stopped here: hold: no edge after fees."),
        ("filled", "BTC", "BTC, Filled: passed: 0.0059 of 0.0059."),
        ("sent", "SOL", "SOL did not come to Sent. It ended at Price collar (risk check R7): 0.61 % from mark."),
        ("sent", "ETH", "ETH has not come to Sent yet."),
        ("folded", "BTC", "BTC: 5 other checks passed."),
    ],
)
def test_a_click_on_a_cell_says_why(seat, key, base, words):
    panel, desk = seat
    desk.apply(funnel())
    assert panel.sentence.text() == HINT
    assert click(panel, key, pair(base)) == words


def test_a_click_on_a_pair_links_the_other_panels(seat):
    panel, desk = seat
    desk.apply(funnel())
    click(panel, "signal", pair("SOL"))
    assert desk.selection[0] == perpetual("SOL")


def test_the_keyboard_reads_cells_too(seat):
    panel, desk = seat
    desk.apply(funnel())
    click(panel, "inputs", pair("DOGE"))
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    assert panel.sentence.text() == "ADA, Inputs: passed."


def test_counts_say_what_was_stopped_of_which_pairs(seat):
    panel, desk = seat
    desk.apply(funnel())
    words = click(panel, "R7 Price collar", 10)
    assert words == "Price collar (risk check R7): 5 of 48 stopped here in the last 24 h; SOL 5 of 12."
    assert click(panel, "R7 Price collar", 9) == "Price collar (risk check R7): 1 of 4 stopped here in the last hour."


def test_flags_say_what_is_wrong_and_what_to_do(seat):
    panel, desk = seat
    desk.apply(funnel())
    assert panel.loud == 1
    assert [panel.flags.item(at).text()[:20] for at in range(2)] == ["▲ Price collar (risk", "▲ LTC was asked with"]
    QTest.mouseClick(
        panel.flags.viewport(), Qt.MouseButton.LeftButton, pos=panel.flags.visualItemRect(panel.flags.item(0)).center()
    )  # fmt: skip
    assert panel.sentence.text().endswith("then change the cause, or the limit in the profile.")
    assert panel.sentence.property("tone") == "down"
    assert panel.table.current_key() == "R7 Price collar"


def test_a_check_that_never_ran_is_shown_although_it_has_nothing_to_count(seat):
    panel, desk = seat
    flag = FunnelFlag(FlagKind.NEVER_RAN, "R99 Made up", None, "R99 Made up never ran, though 3 came", "Restart")
    desk.apply(replace(funnel(flag), keys=(*KEYS, "R99 Made up")))
    assert "Made up" in titles(panel)
    assert panel.flags.item(0).text() == "▲ Made up (risk check R99) never ran, though 3 came. Restart."


def test_flags_that_are_gone_are_hidden(seat):
    panel, desk = seat
    desk.apply(funnel())
    assert panel.flags.isVisible()
    desk.apply(replace(funnel(), flags=()))
    assert not panel.flags.isVisible()
    assert panel.loud == 0


def test_a_new_cycle_keeps_the_chosen_cell(seat):
    panel, desk = seat
    desk.apply(funnel())
    words = click(panel, "signal", pair("XRP"))
    desk.apply(funnel(COLLAR, PARTIAL))
    assert panel.sentence.text() == words


def test_hostile_words_are_shown_not_obeyed(seat):
    panel, desk = seat
    made = funnel()
    way = made.newest.pairs[3]
    steps = (*way.steps[:-1], replace(way.steps[-1], text="\u202eevil <b>"))
    pairs = (*made.newest.pairs[:3], replace(way, steps=steps), *made.newest.pairs[4:])
    desk.apply(replace(made, newest=replace(made.newest, pairs=pairs)))
    assert "‹U+202E›evil <b>" in click(panel, "signal", pair("XRP"))


def test_a_narrow_panel_keeps_its_columns_and_puts_the_words_below(seat):
    panel, desk = seat
    desk.apply(funnel())
    panel.resize(550, 178)
    QApplication.processEvents()
    shown = [at for at in range(panel.model.columnCount()) if not panel.table.isColumnHidden(at)]
    assert {*range(9), 10} <= set(shown)
    right = sum(panel.table.columnWidth(at) for at in shown)
    assert right <= panel.table.viewport().width()
    assert not panel.sentence.isVisible()
    click(panel, "inputs", pair("BTC"))
    assert panel.sentence.isVisible()
    assert panel.sentence.mapTo(panel, panel.sentence.rect().topLeft()).y() > panel.table.geometry().top()


def test_the_tab_counts_what_is_red(qtbot):
    desk, _ = make_desk()
    tabs = TradeTabs(desk)
    qtbot.addWidget(tabs)
    names = [tabs.bar.tabText(at) for at in range(tabs.bar.count())]
    assert WHY in names
    look_back(desk)
    assert f"{WHY}  ▲ 1" in [tabs.bar.tabText(at) for at in range(tabs.bar.count())]


def test_all_tabs_fit_a_small_screen(qtbot):
    desk, _ = make_desk()
    tabs = TradeTabs(desk)
    qtbot.addWidget(tabs)
    tabs.resize(684, 212)
    with qtbot.waitExposed(tabs):
        tabs.show()
    fill_desk(desk)
    look_back(desk)
    tabs.bar.fit(684)
    assert tabs.bar.property("narrow") == "true"
    assert tabs.bar.sizeHint().width() <= 684
    tabs.bar.fit(1_200)
    assert tabs.bar.property("narrow") != "true"


def test_a_hidden_panel_counts_and_catches_up_when_it_is_shown(seat):
    panel, desk = seat
    told = []
    panel.told.connect(told.append)
    panel.hide()
    desk.apply(funnel())
    assert told == [1]
    assert panel.model.rowCount() == 0
    panel.show()
    assert panel.model.rowCount() > 0
