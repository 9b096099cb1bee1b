"""Passports in the tables and in their sheet."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from helpers.desk_events import NOW_MS, ai_log, fill, fill_desk, make_desk, order
from helpers.hand_events import fill_hands
from helpers.shown import texts_of
from terminal.domain.ai_log import AiLogState
from terminal.domain.instrument import perpetual
from terminal.domain.messages import AiLogChanged, FillSeen, OrderChanged
from terminal.domain.order import OrderState, PositionSide, Side
from terminal.domain.passport import STEPS, Dot, DotState
from terminal.domain.passport_messages import (
    FillSubject,
    OrderPassport,
    OrderSubject,
    Paper,
    PassportChain,
    PassportStep,
    PositionSubject,
    ShowPassport,
)
from terminal.ui.widgets.passport.sheet import READING, PassportSheet
from terminal.ui.widgets.trade.fills_table import FillsTable
from terminal.ui.widgets.trade.orders_table import OrdersTable
from terminal.ui.widgets.trade.passports import NONE_BROKEN
from terminal.ui.widgets.trade.positions_table import PositionsTable
from terminal.ui.widgets.trade.trade_tabs import TradeTabs

TABLES = [PositionsTable, OrdersTable, FillsTable]
BTC_LONG = PositionSubject(perpetual("BTC"), PositionSide.LONG)
BROKEN_ORDERS = {"ad-0008", "ad-0009", "ad-0010", "ad-0011"}
COMPACT_PX = 640  # the width a table has in a window of 1366 x 768


def seat(qtbot, make, width=1_060):
    desk, sent = make_desk()
    fill_desk(desk)
    fill_hands(desk)
    widget = make(desk)
    qtbot.addWidget(widget)
    widget.resize(width, 240)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget, desk, sent


def column_of(widget, title):
    return [column.title for column in widget.model.columns].index(title)


def row_of(widget, key):
    table = widget.table
    return next(at for at in range(table.sorted.rowCount()) if table.key_at(table.sorted.index(at, 0)) == key)


def asked(widget):
    heard = []
    widget.passports.asked.connect(heard.append)
    return heard


FIRST = {
    PositionsTable: ("BTC-PERP LONG", BTC_LONG),
    OrdersTable: ("ad-0003", OrderSubject("ad-0003")),
    FillsTable: ("t-0003", FillSubject("t-0003")),
}


# -- tables -----------------------------------------------------------------------


@pytest.mark.parametrize("make", TABLES)
@pytest.mark.parametrize("width", [1_060, COMPACT_PX])
def test_every_row_has_seven_dots_in_sight_at_both_sizes(qtbot, make, width):
    widget, *_ = seat(qtbot, make, width)
    assert widget.model.rowCount() > 2
    assert all(len(row.dots) == 7 for row in widget.model.rows)
    table, at = widget.table, column_of(widget, "Passport")
    assert not table.isColumnHidden(at)
    cell = table.visualRect(table.sorted.index(0, at))
    assert table.viewport().rect().contains(cell), "the dots are cut off"


@pytest.mark.parametrize("width", [1_060, COMPACT_PX])
def test_every_order_says_who_caused_it(qtbot, width):
    widget, desk, _ = seat(qtbot, OrdersTable, width)
    desk.apply(OrderChanged(replace(order("BNB", 30, OrderState.WORKING), decision_id=None)))
    at = column_of(widget, "Origin")
    assert not widget.table.isColumnHidden(at)
    words = {row.order.client_order_id: row.origin for row in widget.model.rows}
    assert (words["ad-0003"], words["ad-0011"], words["ad-0030"]) == ("AI", "human exit", "unattributed")


@pytest.mark.parametrize("make", TABLES)
def test_a_click_on_the_dots_asks_for_the_passport(qtbot, make):
    widget, *_ = seat(qtbot, make)
    heard = asked(widget)
    key, subject = FIRST[make]
    table = widget.table
    cell = table.visualRect(table.sorted.index(row_of(widget, key), column_of(widget, "Passport")))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    assert heard == [subject]
    assert table.current_key() == key
    beside = table.visualRect(table.sorted.index(row_of(widget, key), 0))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=beside.center())
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=cell.center())
    assert heard == [subject]


@pytest.mark.parametrize("make", TABLES)
@pytest.mark.parametrize("key", [Qt.Key.Key_P, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_key_on_the_row_asks_for_the_passport(qtbot, make, key):
    widget, *_ = seat(qtbot, make)
    heard = asked(widget)
    name, subject = FIRST[make]
    widget.table.setFocus()
    widget.table.select_key(name)
    qtbot.keyClick(widget.table, key)
    assert heard == [subject]


def test_a_key_without_a_row_asks_for_nothing(qtbot):
    widget, *_ = seat(qtbot, OrdersTable)
    heard = asked(widget)
    widget.table.setFocus()
    widget.table.selectionModel().clear()
    qtbot.keyClick(widget.table, Qt.Key.Key_P)
    widget.passports.ask("")
    assert heard == []


def test_enter_in_an_edited_cell_sends_the_edit_and_opens_no_passport(qtbot):
    widget, *_ = seat(qtbot, OrdersTable)
    heard = asked(widget)
    widget.edit("ad-0008", column_of(widget, "Price"))
    (field,) = widget.editor.fields.values()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_P)
    assert heard == []


@pytest.mark.parametrize("make", TABLES)
def test_the_menu_opens_the_passport(qtbot, make):
    widget, *_ = seat(qtbot, make)
    heard = asked(widget)
    key, subject = FIRST[make]
    act = next(each for each in widget.menu_for(key).actions() if each.text().startswith("Open the passport"))
    act.trigger()
    assert heard == [subject]


def test_the_chip_counts_broken_passports_and_shows_only_them(qtbot):
    widget, desk, _ = seat(qtbot, OrdersTable)
    chip, table = widget.passports.chip, widget.table
    widget.passports.count()
    assert chip.isVisible()
    assert chip.text() == "Broken passports  4"
    chip.click()
    shown = {table.key_at(table.sorted.index(at, 0)) for at in range(table.sorted.rowCount())}
    assert shown == BROKEN_ORDERS
    desk.apply(AiLogChanged(ai_log("LTC", 8, AiLogState.ACCEPTED, accepted_ms=1)))
    qtbot.waitUntil(lambda: chip.text() == "Broken passports  3")
    assert table.sorted.rowCount() == 3  # a mended row leaves at once
    chip.click()
    assert table.sorted.rowCount() == widget.model.rowCount()


def test_the_chip_stays_until_the_filter_is_off_and_then_goes(qtbot):
    widget, desk, _ = seat(qtbot, FillsTable)
    chip, table = widget.passports.chip, widget.table
    widget.passports.count()
    chip.click()
    assert table.sorted.rowCount() == widget.passports.broken == 1  # its order is not known here
    desk.apply(OrderChanged(order("BTC", 12, OrderState.FILLED, side=Side.SELL, decision_id="d-0003")))
    desk.apply(AiLogChanged(ai_log("BTC", 12, AiLogState.ACCEPTED, accepted_ms=1)))
    qtbot.waitUntil(lambda: widget.passports.broken == 0)
    assert table.sorted.rowCount() == 0
    assert chip.isVisible()
    assert table._filtered_words == NONE_BROKEN
    chip.click()
    assert not chip.isVisible()
    assert table.sorted.rowCount() == widget.model.rowCount()


def test_a_fill_follows_the_passport_of_its_order(qtbot):
    widget, desk, _ = seat(qtbot, FillsTable)
    assert widget.model.row("t-0005").dots[6].state is DotState.WAITING
    desk.apply(AiLogChanged(ai_log("DOGE", 5, AiLogState.ACCEPTED, accepted_ms=1)))
    assert widget.model.row("t-0005").dots[6].state is DotState.DONE
    desk.apply(FillSeen(fill("ADA", 44, Side.BUY, client_order_id=None)))
    lost = widget.model.row("t-0044")
    assert lost.origin == "unattributed"
    assert lost.dots[0].state is DotState.BROKEN


def test_screen_readers_hear_the_dots(qtbot):
    widget, *_ = seat(qtbot, OrdersTable)
    index = widget.table.sorted.index(row_of(widget, "ad-0008"), column_of(widget, "Passport"))
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "broken: AI log"
    assert "What" not in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Open it in AI logs" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_the_tabs_pass_every_question_on(qtbot):
    tabs, *_ = seat(qtbot, TradeTabs)
    heard = []
    tabs.passport_asked.connect(heard.append)
    for page in (tabs.positions, tabs.orders, tabs.fills):
        page.passports.ask(FIRST[type(page)][0])
    assert heard == [FIRST[make][1] for make in TABLES]


# -- the sheet --------------------------------------------------------------------


def paper(title, seq, text="{}"):
    return Paper(title, text, seq, f"{seq:064x}", NOW_MS)


def passport_of(name, *, broken="", **changes):
    steps = []
    for number, step in enumerate(STEPS):
        state = DotState.BROKEN if step == broken else DotState.DONE
        words = "no approval is on record" if step == broken else f"{step} of {name}"
        dot = Dot(step, state, words, "Tell the team" if step == broken else "", "Mara", NOW_MS)
        papers = () if step == broken else (paper("First", 10 * number + 1, f'{{"step":"{step}"}}'),)
        steps.append(PassportStep(dot, (f"one more line about {step}",), papers))
    made = OrderPassport(name, f"Buy to open {name}", "AI", tuple(steps))
    return replace(made, **changes)


@pytest.fixture
def sheet(qtbot):
    desk, sent = make_desk()
    window = QMainWindow()
    window.resize(1_366, 768)
    qtbot.addWidget(window)
    made = PassportSheet(desk, window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return made, desk, sent


def opened(sheet, *passports, subject=None, problem="", left_out=0):
    made, desk, _ = sheet
    subject = subject or OrderSubject(passports[0].client_order_id)
    made.open(subject)
    desk.apply(PassportChain(subject, passports, problem, left_out))
    return made


def test_opening_asks_the_engine_and_says_that_it_reads(sheet):
    made, _, sent = sheet
    made.open(OrderSubject("ad-0003"))
    assert sent == [ShowPassport(OrderSubject("ad-0003"))]
    assert made.is_open
    assert made.problem.text() == READING
    assert made.passport is None
    assert not made.copy_all.isEnabled()


def test_seven_steps_in_order_and_the_arrow_keys_walk_along(sheet, qtbot):
    made = opened(sheet, passport_of("one"))
    assert made.steps.count() == 7
    assert made.steps.hasFocus()
    heads = []
    for _ in STEPS:
        heads.append(made.view.head.text())
        qtbot.keyClick(made.steps, Qt.Key.Key_Down)
    assert heads == [f"{at}  {name[:1].upper()}{name[1:]}: done" for at, name in enumerate(STEPS, 1)]
    assert "Mara" in made.view.source.text()
    assert made.problem.text() == ""


def test_each_paper_is_shown_and_copied_to_the_byte_with_its_seal(sheet, qtbot):
    odd = '{"text":"tab\\u0009, \u202ereordered, –","n":1}'
    whole = passport_of("one")
    steps = (replace(whole.steps[0], papers=(paper("First", 1), paper("Second", 1_204, odd))), *whole.steps[1:])
    made = opened(sheet, replace(whole, steps=steps))
    made.view.list.setCurrentItem(made.view.list.topLevelItem(1))
    qtbot.waitUntil(lambda: made.view.copy_text.height() > 10)  # laid out
    assert "‹U+202E›" in made.view.bytes.toPlainText()  # shown by name
    qtbot.mouseClick(made.view.copy_text, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == odd  # copied as it is
    qtbot.mouseClick(made.view.copy_seal, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == f"{1_204:064x}"
    assert "1,204" in made.view.seal.text()
    assert f"{1_204:064x}" in made.view.seal.text()


def test_what_is_missing_is_red_says_what_to_do_and_is_shown_first(sheet):
    made = opened(sheet, passport_of("one", broken="approval"))
    view = made.view
    assert made.steps.currentRow() == 2
    assert view.words.property("tone") == view.todo.property("tone") == view.head.property("tone") == "down"
    assert view.words.text() == "No approval is on record"
    assert view.todo.text() == "What to do: Tell the team."
    assert view.seal.text() == "Nothing is on record for this step."
    assert not view.bytes.isVisible()
    assert not view.copy_text.isEnabled()


def test_the_whole_passport_can_be_copied(sheet, qtbot):
    made = opened(sheet, passport_of("one", broken="checks"))
    qtbot.mouseClick(made.copy_all, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    for name in STEPS:
        assert f"{name[:1].upper()}{name[1:]}: " in text
        assert (f'{{"step":"{name}"}}' in text) is (name != "checks")
    assert "What to do: Tell the team." in text
    assert f"{61:064x}" in text


def test_a_position_offers_the_orders_that_built_it_newest_first_seen(sheet):
    made = opened(sheet, passport_of("one"), passport_of("two"), subject=BTC_LONG, left_out=3)
    assert made.pager.isVisible()
    assert made.pager.words.text() == "order 2 of 2"
    assert not made.pager.later.isEnabled()
    assert made.passport.client_order_id == "two"
    assert "3 older orders are not shown" in made.problem.text()
    assert made.title.text() == "Passport of the position BTC long"
    made.pager.earlier.click()
    assert made.passport.client_order_id == "one"
    assert made.view.words.text() == "Inputs of one"
    assert not made.pager.earlier.isEnabled()
    _, desk, _ = sheet
    desk.apply(PassportChain(BTC_LONG, (passport_of("one"), passport_of("two"), passport_of("three")), ""))
    assert made.passport.client_order_id == "one"  # the one a person reads stays
    assert made.pager.words.text() == "order 1 of 3"


def test_a_problem_is_red_and_can_be_tried_again(sheet, qtbot):
    made = opened(sheet, subject=BTC_LONG, problem="No order on record opened BTC long. Look at the venue.")
    assert made.problem.property("tone") == "down"
    assert "Look at the venue" in made.problem.text()
    _, desk, sent = sheet
    qtbot.mouseClick(made.again, Qt.MouseButton.LeftButton)
    assert sent[-1] == ShowPassport(BTC_LONG)
    desk.apply(PassportChain(BTC_LONG, (passport_of("one"),), ""))
    assert made.problem.text() == ""
    assert made.passport is not None


def test_a_failed_second_reading_keeps_what_was_read(sheet):
    made = opened(sheet, passport_of("one"))
    _, desk, _ = sheet
    desk.apply(PassportChain(OrderSubject("one"), (), "The journal could not be read. Try again."))
    assert made.passport.client_order_id == "one"
    assert "could not be read" in made.problem.text()


def test_an_answer_to_an_earlier_question_is_not_shown(sheet):
    made = opened(sheet, passport_of("one"))
    made.open(OrderSubject("two"))
    _, desk, _ = sheet
    desk.apply(PassportChain(OrderSubject("one"), (passport_of("one"),), ""))
    assert made.passport is None
    assert made.problem.text() == READING


def test_it_follows_the_order_and_keeps_the_step_and_paper(sheet, qtbot):
    made = opened(sheet, passport_of("ad-0003"))
    _, desk, sent = sheet
    made.steps.setCurrentRow(4)
    sent.clear()
    desk.apply(OrderChanged(order("BTC", 4, OrderState.FILLED)))  # another order
    assert not made._soon.isActive()
    desk.apply(OrderChanged(order("BTC", 3, OrderState.FILLED)))
    desk.apply(AiLogChanged(ai_log("BTC", 3, AiLogState.ACCEPTED, accepted_ms=1)))
    qtbot.waitUntil(lambda: bool(sent))
    assert sent == [ShowPassport(OrderSubject("ad-0003"))]  # once for both
    desk.apply(PassportChain(OrderSubject("ad-0003"), (passport_of("ad-0003", broken="checks"),), ""))
    assert made.steps.currentRow() == 4
    assert made.view.words.text() == "Request of ad-0003"


def test_a_closed_sheet_asks_for_nothing_more(sheet, qtbot):
    made = opened(sheet, passport_of("ad-0003"))
    _, desk, sent = sheet
    desk.apply(OrderChanged(order("BTC", 3, OrderState.FILLED)))
    qtbot.keyClick(made.steps, Qt.Key.Key_Escape)
    assert not made.is_open
    assert not made._soon.isActive()
    sent.clear()
    desk.apply(OrderChanged(order("BTC", 3, OrderState.CANCELED)))
    assert not made._soon.isActive()
    assert sent == []


@pytest.mark.parametrize("size", [(1_840, 980), (1_366, 768), (1_024, 640)])
def test_the_sheet_fits_its_window_and_keeps_its_height(sheet, size):
    made, *_ = sheet
    made.window().resize(*size)
    opened(sheet, passport_of("one", broken="approval"))
    heights = set()
    for at in range(7):
        made.steps.setCurrentRow(at)
        heights.add(made.card.height())
        assert made.rect().contains(made.card.geometry())
    assert len(heights) == 1


def test_no_machine_words_reach_the_sheet(sheet):
    made = opened(sheet, passport_of("one"))
    shown = texts_of(made)
    assert "DotState" not in shown
    assert ".." not in shown.replace("…", "")
