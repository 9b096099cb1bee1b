import pytest

from helpers.desk_events import ai_log, fill_desk, make_desk, order, proposal
from terminal.domain.ai_log import AiLogState
from terminal.domain.order import Effect, OrderState, Origin, Side
from terminal.domain.review import ReviewState
from terminal.ui.viewmodels.passport import DotState, PassportBook, passport

DONE, WAITING, BROKEN, NOT_DUE = DotState.DONE, DotState.WAITING, DotState.BROKEN, DotState.NOT_DUE
APPROVED = proposal("BTC", 3, ReviewState.APPROVED, reviewer="Mara", reviewed_ms=1)
ACCEPTED = ai_log("BTC", 3, AiLogState.ACCEPTED, accepted_ms=1)


def states(*args):
    return [dot.state for dot in passport(*args)]


def test_a_whole_story_is_seven_green_dots():
    dots = passport(order("BTC", 3, OrderState.FILLED), APPROVED, ACCEPTED)
    assert [dot.name for dot in dots] == ["inputs", "decision", "approval", "checks", "request", "fills", "AI log"]
    assert {dot.state for dot in dots} == {DONE}
    assert "Mara" in dots[2].words


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (OrderState.SUBMITTING, [DONE, WAITING, NOT_DUE]),
        (OrderState.UNKNOWN, [DONE, WAITING, NOT_DUE]),
        (OrderState.WORKING, [DONE, DONE, NOT_DUE]),
        (OrderState.REJECTED, [DONE, BROKEN, NOT_DUE]),
        (OrderState.NOT_ACCEPTED, [DONE, BROKEN, NOT_DUE]),
        (OrderState.DENIED, [BROKEN, NOT_DUE, NOT_DUE]),
        (OrderState.EXPIRED, [NOT_DUE, NOT_DUE, NOT_DUE]),
    ],
)
def test_checks_request_and_fills_follow_the_state(state, expected):
    assert states(order("BTC", 3, state), APPROVED, ACCEPTED)[3:6] == expected


def test_a_sent_ai_order_without_a_log_is_broken():
    assert states(order("BTC", 3, OrderState.WORKING), APPROVED, None)[6] is BROKEN


@pytest.mark.parametrize(
    ("state", "dot"),
    [
        (AiLogState.SENDING, WAITING),
        (AiLogState.RETRYING, WAITING),
        (AiLogState.NEEDS_HAND, BROKEN),
        (AiLogState.GAP, BROKEN),
        (AiLogState.KEPT, NOT_DUE),
    ],
)
def test_the_log_dot_follows_the_outbox(state, dot):
    assert states(order("BTC", 3, OrderState.FILLED), APPROVED, ai_log("BTC", 3, state))[6] is dot


def test_an_exit_by_a_person_needs_no_decision_but_a_foreign_order_is_broken():
    exit_order = order("BTC", 11, OrderState.FILLED, side=Side.SELL, effect=Effect.CLOSE)
    assert states(exit_order, None, None)[:3] == [NOT_DUE] * 3
    foreign = order("BTC", 11, OrderState.FILLED, side=Side.SELL, effect=Effect.CLOSE, origin=Origin.EXTERNAL)
    assert states(foreign, None, None)[:3] == [BROKEN] * 3


def test_a_decision_that_is_not_loaded_is_not_called_done():
    assert states(order("BTC", 3, OrderState.FILLED), None, ACCEPTED)[:3] == [WAITING] * 3


def test_a_rejected_approval_is_broken_with_its_reason():
    refused = proposal("BTC", 3, ReviewState.REJECTED, reason="news soon")
    dot = passport(order("BTC", 3, OrderState.DECLINED), refused, None)[2]
    assert dot.state is BROKEN
    assert "news soon" in dot.words


def test_the_book_joins_logs_by_order_and_announces_changes(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    with qtbot.waitSignals([book.changed], check_params_cbs=[lambda key: key == "ad-0003"]):
        fill_desk(desk)
    assert {dot.state for dot in book.of(desk.orders["ad-0003"])} == {DONE}
    assert book.of(desk.orders["ad-0008"])[6].state is BROKEN
