"""The card of a close: what it closes, what it brings, and that both answers go out."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import FakeClock, instrument, make_desk, position, proposal
from terminal.domain.commands import Approve, Reject, ShowChart
from terminal.domain.decision import Action
from terminal.domain.messages import InstrumentsLoaded, PositionsChanged, ProposalChanged
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.domain.review import ReviewState
from terminal.ui.formatting import DASH
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.review.close_terms import act_words, close_result
from terminal.ui.widgets.review.review_desk import ReviewDesk

D = Decimal
HELD = position("BTC", PositionSide.LONG, "0.0059", "90612.4", 5, "107.1", "73120.5")


def closing(side: PositionSide = PositionSide.LONG, size: str = "0.0059"):
    """A proposal to close BTC at 91,000."""
    made = proposal("BTC", 7, action=Action.CLOSE)
    terms = replace(
        made.terms,
        side=Side.SELL if side is PositionSide.LONG else Side.BUY,
        effect=Effect.CLOSE,
        kind=OrderKind.MARKET,
        tif=TimeInForce.IOC,
        size=D(size),
        price=None,
        stop_price=None,
        target_price=None,
        reference_price=D("91000.0"),
    )
    return replace(made, decision=replace(made.decision, close_side=side), terms=terms)


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    desk.apply(InstrumentsLoaded((instrument("BTC"),)))
    desk.apply(PositionsChanged((HELD,)))
    review = ReviewDesk(desk, animate=False)
    qtbot.addWidget(review)
    review.resize(420, 820)
    with qtbot.waitActive(review):
        review.show()
        review.activateWindow()
    review.setFocus()
    desk.apply(ProposalChanged(closing()))
    clock.forward(1)  # past the moment in which keys rest
    QApplication.processEvents()
    yield review, desk, sent
    review.close()


def answers(sent):
    return [command for command in sent if not isinstance(command, ShowChart)]


def test_the_card_says_what_is_closed_and_what_it_brings(seat):
    review, _, _ = seat
    card = review.selected_card
    fee = D("0.0059") * D("91000.0") * instrument("BTC").taker_fee
    result = (D("91000.0") - D("90612.4")) * D("0.0059") - fee
    assert card.accessibleName() == "Decision: close long BTC"
    assert card.terms.value("Exit") == "market ≈ 91,000.0"
    assert card.terms.value("Entry") == "90,612.4"
    assert card.terms.value("Size") == "0.0059 BTC"
    assert card.terms.value("Of the position") == "all of it"
    assert close_result(card.proposal, instrument("BTC"), HELD) == result
    assert card.terms.value("Result").endswith("USDT")
    assert card.terms.value("Result") != DASH
    assert "Stop" not in card.terms._values
    assert visible(card.proposal.decision.explanation) in card.explanation.text
    assert card.evidence.isVisible()


def test_a_short_says_so_and_wins_when_the_price_falls():
    short = closing(PositionSide.SHORT)
    held = position("BTC", PositionSide.SHORT, "0.0118", "92000", 5, "1", None)
    assert act_words(short) == "close short"
    free = replace(instrument("BTC"), taker_fee=D(0))
    assert close_result(short, free, held) == D(1000) * D("0.0059")  # half of what is held


def test_a_opens_nothing_and_closes_once(seat):
    review, desk, sent = seat
    for _ in range(3):
        QTest.keyClick(review, Qt.Key.Key_A)
    assert answers(sent) == [Approve("d-0007", desk.who, "key A", closing().fingerprint)]


def test_r_rejects_with_a_reason(seat):
    review, desk, sent = seat
    QTest.keyClick(review, Qt.Key.Key_R)
    form = review.selected_card.form
    form.words.setText("the trend holds")
    QTest.keyClick(form.words, Qt.Key.Key_Return)
    assert answers(sent) == [Reject("d-0007", desk.who, "the trend holds")]


def test_the_figures_follow_the_position(seat):
    review, desk, _ = seat
    card = review.selected_card
    desk.apply(PositionsChanged((replace(HELD, size=D("0.0118")),)))
    assert card.terms.value("Of the position") == "of 0.0118"
    desk.apply(PositionsChanged(()))
    assert card.terms.value("Entry") == DASH
    assert card.terms.value("Result") == DASH


def test_a_void_card_goes_to_the_history_with_its_reason(seat):
    review, desk, sent = seat
    reason = "BTC long has gone meanwhile"
    desk.apply(ProposalChanged(replace(closing(), state=ReviewState.EXPIRED, reason=reason)))
    assert review.selected_card is None
    QTest.keyClick(review, Qt.Key.Key_A)
    assert answers(sent) == []
    model = review.history.model
    assert model.data(model.index(0)).startswith("Expired: Close long 0.0059 BTC")
    assert reason in model.result(model.proposal(0))
