"""A model's words, a name, a reason: whatever they carry, nothing hidden and no markup reaches the eye."""

import unicodedata
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from helpers.desk_events import NOW_MS, decision, proposal
from helpers.review_seat import ReviewSeat
from terminal.domain.approval import DeskMode, RecheckRow
from terminal.domain.decision import Evidence
from terminal.domain.messages import ProposalChanged
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import ApprovalVoided, DeskModeChanged
from terminal.domain.risk import Check, Verdict
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.mode_banner import ModeBanner
from terminal.ui.widgets.plain_text import one_line, tooltip, visible

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = (
    "\u0000\u0007\u001b\u007f\u0085\u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u2028\u2029"
    "\u2060\u2800\u3164\ufe0f\ufeff\ufff9\U000e0041\U000e0101"
)
TEXT = f"<b>buy</b> <img src='http://127.0.0.1/x'> &amp; &X {BIDI}{UNSEEN} {'W' * 300}"
FORBIDDEN = frozenset(BIDI + UNSEEN)


@pytest.mark.parametrize("character", sorted(FORBIDDEN))
def test_risk_5_every_one_of_them_is_written_out(character):
    shown = visible(f"a{character}b")
    assert shown == f"a‹U+{ord(character):04X}›b"
    assert one_line(f"a{character}b") == shown
    assert character not in tooltip(character)


def test_ordinary_words_of_any_language_stay():
    for words in ("Grüße −1 ▲", "你好", "Привет", "e\u0301", "5 000"):
        assert visible(words) == words


def test_no_character_without_ink_is_left():
    for point in range(0x110000):
        character = chr(point)
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} and character not in "\n\t\r":
            assert visible(character) != character, hex(point)


@pytest.fixture
def seat(qtbot):
    return ReviewSeat(qtbot)


def hostile(number, state=ReviewState.PENDING):
    made = proposal("ETH", number, state, verdict=Verdict((Check(TEXT, TEXT, True, TEXT),)), reviewer=TEXT, reason=TEXT)
    wanted = replace(
        decision("ETH", number),
        explanation=TEXT, invalidation=TEXT, model=TEXT, cycle_id=f"c{TEXT}",
        evidence=(Evidence(f"ETH.{TEXT}_15m", TEXT, TEXT, 0.2), Evidence("ETH.rsi14_15m", TEXT, TEXT, -0.1)),
    )  # fmt: skip
    return replace(made, decision=wanted)


def shown_texts(root):
    """Every text a widget of the window shows, on hover and to a screen reader too."""
    for widget in [root, *root.findChildren(QWidget)]:
        yield widget.toolTip()
        yield widget.accessibleName()
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText or "<" not in widget.text(), widget.text()
            yield widget.text()
        elif isinstance(widget, QAbstractButton):
            yield widget.text()
        elif isinstance(widget, ClampedText):
            yield widget.text


def assert_clean(root):
    QApplication.processEvents()
    for text in shown_texts(root):
        # The break a label needs inside a long run is our own and has no meaning: it is not counted.
        assert not FORBIDDEN & set(text.replace("\u200b", "")), text
        if text.startswith("<p"):
            assert "<b>" not in text
            assert "<img" not in text


def test_risk_5_a_hostile_card_is_clean_closed_open_and_in_detail(seat):
    seat.desk.apply(ProposalChanged(proposal("SOL", 9)))
    seat.desk.apply(ProposalChanged(hostile(1)))
    assert_clean(seat.window)
    seat.clock.forward(1)
    seat.press(Qt.Key.Key_J)
    seat.press(Qt.Key.Key_D)
    assert_clean(seat.window)
    for piece in seat.card(1).proposal.decision.evidence:
        seat.card(1).evidence.chosen.emit(piece)
        assert_clean(seat.window)
    seat.press(Qt.Key.Key_E)
    assert_clean(seat.window)
    assert seat.card(1).width() <= seat.review.stack.viewport().width()


def test_risk_5_hostile_sheets_are_clean(seat):
    seat.desk.apply(ProposalChanged(hostile(1)))
    seat.clock.forward(1)
    seat.press(Qt.Key.Key_Space)
    seat.review.several.ask()
    assert seat.review.sheets.bulk.is_open
    assert_clean(seat.window)
    seat.review.sheets.bulk.dismiss()
    seat.press(Qt.Key.Key_A)
    seat.desk.apply(ProposalChanged(hostile(1, ReviewState.VOIDED)))
    rows = (RecheckRow(TEXT, TEXT, TEXT, TEXT, ok=False),)
    seat.desk.apply(ApprovalVoided("d-0001", rows, TEXT, NOW_MS))
    assert seat.review.sheets.void.is_open
    assert_clean(seat.window)
    seat.review.sheets.void.dismiss()
    seat.review.history.list._open(seat.review.history.model.index(0))
    assert seat.review.sheets.decision.is_open
    assert_clean(seat.window)


def test_a_hostile_name_in_the_mode_is_clean(seat, qtbot):
    seat.desk.apply(DeskModeChanged(DeskMode.AUTO, TEXT, TEXT, NOW_MS))
    banner = ModeBanner(seat.desk.review)
    qtbot.addWidget(banner)
    seat.review.sheets.ask_mode()
    assert_clean(seat.window)
    assert_clean(banner)


def test_a_hostile_row_of_the_history_is_clean(seat):
    seat.desk.apply(ProposalChanged(hostile(1, ReviewState.REJECTED)))
    model = seat.review.history.model
    index = model.index(0)
    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        assert not FORBIDDEN & set(str(model.data(index, role)))
    assert "‹U+202E›" in model.result(model.proposal(0))
