from dataclasses import dataclass
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from terminal.ui.viewmodels.rows import MISSING, SORT_ROLE, Column, RowsModel
from terminal.ui.widgets.table_base import DataTable, columns_that_fit


@dataclass(frozen=True)
class Line:
    name: str
    value: Decimal | None


COLUMNS = (
    Column("Name", lambda r: r.name, lambda r: r.name, "wwwwww", right=False),
    Column(
        "Value",
        lambda r: "–" if r.value is None else f"{r.value:,}",
        lambda r: MISSING if r.value is None else float(r.value),
        "1,000",
        drop=1,
    ),
)


@pytest.fixture
def model(qapp):
    made = RowsModel(COLUMNS)
    values = {"a": "900", "b": "1000", "c": "-12000", "d": None}
    made.replace((key, Line(key, None if value is None else Decimal(value))) for key, value in values.items())
    return made


def shown(table, column=1):
    return [table.sorted.index(at, column).data() for at in range(table.sorted.rowCount())]


def test_the_model_keeps_qts_rules(model, qtmodeltester):
    qtmodeltester.check(model)


def test_numbers_sort_as_numbers_and_missing_sorts_below(qtbot, model):
    table = DataTable(model, "")
    qtbot.addWidget(table)
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert shown(table) == ["1,000", "900", "-12,000", "–"]
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert shown(table) == ["–", "-12,000", "900", "1,000"]
    assert isinstance(model.index(0, 1).data(SORT_ROLE), float)


def test_only_a_changed_row_is_announced(qtbot, model):
    with qtbot.waitSignal(model.dataChanged) as caught:
        model.put("b", Line("b", Decimal(5)))
    first, last = caught.args[0], caught.args[1]
    assert (first.row(), last.row()) == (1, 1)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.put("b", Line("b", Decimal(5)))


def test_a_column_nobody_sees_is_announced_again_once_it_is_seen_sorted_by_or_followed(qtbot, model):
    table = DataTable(model, "")
    qtbot.addWidget(table)
    told = []
    model.dataChanged.connect(lambda first, last, *_: told.append((first.column(), last.column())))

    def moved(value):
        told.clear()
        model.put("b", Line("b", Decimal(value)))
        return list(told)

    table.choose_columns(frozenset())
    assert moved(1) == []
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert moved(2) == [(1, 1)]
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert moved(3) == []
    table.filter_rows(lambda row: row.value != 5)
    assert moved(4) == [(1, 1)]
    table.filter_rows(None)
    table.choose_columns(None)
    assert moved(3) == [(1, 1)]  # as it was when it was last announced, but not as it is on the screen
    table.choose_columns(frozenset())
    table.follow_column(1)
    assert moved(7) == [(1, 1)]


def test_replacing_with_the_same_keys_does_not_reset(qtbot, model):
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.replace([(key, Line(key, Decimal(1))) for key in "abcd"])
    with qtbot.waitSignal(model.modelReset):
        model.replace([("z", Line("z", Decimal(1)))])
    assert model.rowCount() == 1


def test_keep_drops_the_oldest(model):
    for number in range(10):
        model.put(f"n{number}", Line("n", Decimal(number)), keep=6)
    assert [row.value for row in model.rows] == [Decimal(number) for number in range(4, 10)]
    assert model.row("a") is None


def test_a_narrow_table_hides_what_may_go_and_never_scrolls_sideways():
    widths = [60, 50]
    assert columns_that_fit(COLUMNS, widths, 200) == [105, 95]
    assert columns_that_fit(COLUMNS, widths, 109) == [109, 0]
    assert columns_that_fit(COLUMNS, widths, 40) == [60, 0]


def test_a_column_shrinks_before_it_or_another_is_hidden():
    stays, goes = Column("Stays", str, str, "wide", grow=0), Column("Goes", str, str, "wide", drop=1, grow=0)
    widths, narrow = [60, 50], [40, 30]
    assert columns_that_fit([stays, goes], widths, 110, narrow) == [60, 50]
    assert columns_that_fit([stays, goes], widths, 90, narrow) == [40, 50]
    assert columns_that_fit([stays, goes], widths, 70, narrow) == [40, 30]
    assert columns_that_fit([stays, goes], widths, 69, narrow) == [60, 0]
    assert columns_that_fit([stays, goes], widths, 59, narrow) == [40, 0]


def test_a_click_gives_the_key_of_the_sorted_row(qtbot, model):
    table = DataTable(model, "")
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.show()
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    place = table.visualRect(table.sorted.index(0, 0)).center()
    with qtbot.waitSignal(table.row_clicked) as caught:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == ["b"]


def test_an_empty_table_says_so_in_words(qtbot, qapp):
    table = DataTable(RowsModel(COLUMNS), "Nothing here yet")
    quiet = DataTable(RowsModel(COLUMNS), "")
    for made in (table, quiet):
        qtbot.addWidget(made)
        made.resize(300, 120)
    assert table.grab().toImage() != quiet.grab().toImage()


def test_a_right_click_opens_the_menu_of_its_row_and_of_no_other_place(qtbot, model):
    table = DataTable(model, "")
    qtbot.addWidget(table)
    table.resize(300, 400)
    table.show()
    opened = []

    def menu_for(key):
        menu = QMenu(table)
        opened.append((key, menu))
        return menu

    table.offer_menu(menu_for)
    second = table.sorted.index(1, 0)
    table.customContextMenuRequested.emit(QPoint(5, 390))
    assert opened == []
    table.customContextMenuRequested.emit(table.visualRect(second).center())
    ((key, menu),) = opened
    assert key == table.key_at(second) == "b"
    with qtbot.waitSignal(menu.destroyed):
        menu.close()
