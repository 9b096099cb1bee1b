"""Nothing that was ever on a card disappears: filters, search, and everything about a row."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.desk_events import NOW_MS, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.approval import Amendment, DeskMode
from terminal.domain.decision import Action
from terminal.domain.messages import ProposalChanged
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import OlderReviews, ShowOlderReviews
from terminal.ui.widgets.review.history_filter import FilterBar

Key = Qt.Key


@pytest.fixture
def seat(qtbot):
    made = ReviewSeat(qtbot)
    for item in (
        proposal("ETH", 1, ReviewState.APPROVED, reviewer="Mara", reviewed_ms=NOW_MS),
        proposal("SOL", 2, ReviewState.REJECTED, action=Action.OPEN_SHORT, reviewer="Ada", reason="news at nine"),
        proposal("ETH", 3, ReviewState.EXPIRED, action=Action.OPEN_SHORT, reason="nobody answered in 90 s"),
        proposal("BTC", 4, ReviewState.VOIDED, reviewer="Mara", reason="the price has left the band"),
        proposal("BTC", 5, ReviewState.EXPIRED, mode=DeskMode.SHADOW, reason="followed on paper"),
    ):
        made.desk.apply(ProposalChanged(item))
    return made


def shown(seat):
    model = seat.review.history.model
    return [model.proposal(row).decision_id[-1] for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("title", "at", "expected"),
    [
        ("Pair", 1, "31"),  # ETH
        ("State", 0, "1"),  # approved
        ("State", 4, "4"),  # voided
        ("Side", 1, "32"),  # short
        ("Mode", 0, "5"),  # shadow
    ],
)
def test_a_menu_lists_one_kind_and_any_lists_all(seat, title, at, expected):
    bar = seat.review.history.filters
    bar.choose(title, at)
    assert "".join(shown(seat)) == expected
    assert seat.review.history.title.text() == f"Answered {len(expected)} of 5"
    assert bar.menus[title].text() != title
    bar.choose(title, None)
    assert "".join(shown(seat)) == "54321"
    assert bar.menus[title].text() == title


@pytest.mark.parametrize(
    ("words", "expected"),
    [("news", "2"), ("NINE news", "2"), ("mara", "41"), ("d-0003", "3"), ("pullback held", "54321"), ("band", "4")],
)
def test_search_finds_words_of_the_decision_and_of_its_end(seat, words, expected):
    QTest.keyClicks(seat.review.history.filters.search, words)
    assert "".join(shown(seat)) == expected


def test_filters_hold_together_and_clear_at_once(seat):
    bar = seat.review.history.filters
    bar.choose("Pair", 1)
    bar.choose("Side", 0)
    bar.search.setText("mara")
    assert shown(seat) == ["1"]
    bar.search.setText("nothing like this")
    assert shown(seat) == []
    assert seat.review.history.nothing.isVisible()
    assert not seat.review.history.list.isVisible()
    bar.clear()
    assert len(shown(seat)) == 5
    assert bar.search.text() == ""
    assert seat.review.history.list.isVisible()


def test_what_is_answered_meanwhile_respects_the_filter_and_is_kept(seat, qtmodeltester):
    qtmodeltester.check(seat.review.history.model, force_py=True)
    seat.review.history.filters.choose("State", 1)  # rejected
    seat.propose("ETH", 9)
    seat.answered(9, ReviewState.EXPIRED)
    assert shown(seat) == ["2"]
    assert seat.review.history.model.total == 6
    seat.desk.apply(ProposalChanged(replace(seat.desk.proposals["d-0009"], state=ReviewState.REJECTED)))
    assert shown(seat) == ["9", "2"]
    seat.review.history.filters.clear()
    assert len(shown(seat)) == 6


def test_a_filter_never_hides_a_waiting_card(seat):
    seat.propose("ETH", 9)
    seat.review.history.filters.choose("Pair", 0)  # BTC
    seat.review.history.filters.search.setText("nothing like this")
    assert seat.card(9).isVisible()
    assert seat.review.count.text() == "1 waiting"


def test_typing_a_search_answers_nothing(seat):
    seat.propose("ETH", 9)
    search = seat.review.history.filters.search
    search.setFocus()
    for key in (Key.Key_A, Key.Key_R, Key.Key_E, Key.Key_U, Key.Key_Space):
        seat.press(key)
    assert search.text() == "areu "
    assert seat.sent == []


def test_a_row_says_what_a_person_changed_and_that_it_was_on_paper(seat):
    seat.say(1, amendment=Amendment(leverage=2))
    model = seat.review.history.model
    assert "by Mara, amended to 2x" in model.result(seat.desk.proposals["d-0001"])
    assert model.result(seat.desk.proposals["d-0005"]).startswith("shadow, ")


def test_a_click_opens_everything_about_a_row(seat, qtbot):
    listing = seat.review.history.list
    place = listing.visualRect(listing.model().index(0)).center()
    QTest.mouseClick(listing.viewport(), Qt.MouseButton.LeftButton, pos=place)
    sheet = seat.review.sheets.decision
    assert sheet.is_open
    assert sheet.title.text().startswith("Open long")
    assert sheet.subtitle.text() == "shadow"
    assert "followed on paper" in sheet.ended.text()
    assert not sheet.void.isVisible()
    assert sheet.details is not None
    seat.press(Key.Key_A)
    assert seat.sent == []
    QTest.keyClick(sheet, Key.Key_Escape)
    listing._open(listing.model().index(1))
    assert sheet.is_open
    qtbot.waitUntil(lambda: len(sheet._inside.children()) == 3)  # layout, terms, details: the row before has gone


def test_the_bar_says_what_it_lists(qtbot):
    bar = FilterBar()
    qtbot.addWidget(bar)
    heard = []
    bar.changed.connect(heard.append)
    bar.choose("Pair", 0)
    assert bar.menus["Pair"].accessibleName() == "Pair of the answered decisions: BTC"
    bar.clear()
    assert [each.pair for each in heard] == ["BTC-PERP", None]


def test_decisions_of_earlier_days_come_on_request_below_the_others(seat):
    panel = seat.review.history
    assert panel.older.isHidden()
    seat.desk.apply(OlderReviews((), is_all=False))
    assert not panel.older.isHidden()
    QTest.mouseClick(panel.older, Qt.MouseButton.LeftButton)
    assert seat.sent[-1] == ShowOlderReviews()
    older = tuple(proposal("LTC", number, ReviewState.REJECTED, reviewer="Ada", reason="old") for number in (8, 9))
    seat.desk.apply(OlderReviews(older, is_all=True))
    assert "".join(shown(seat)) == "5432198"
    assert panel.title.text() == "Answered 7"
    assert panel.older.isHidden()
