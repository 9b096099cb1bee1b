from dataclasses import replace

from helpers.desk_events import NOW_MS, D, ai_log, fill, fill_desk, make_desk, order, proposal
from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import Amendment
from terminal.domain.instrument import perpetual
from terminal.domain.messages import AiLogChanged, FillSeen, OrderChanged, ProposalChanged
from terminal.domain.order import OrderState, PositionSide, Side
from terminal.domain.passport import DotState
from terminal.domain.review import ReviewState
from terminal.ui.formatting import local_time
from terminal.ui.viewmodels.passport import PassportBook, dots_in_words, dots_rank, dots_summary

DONE, WAITING, BROKEN, NOT_DUE = DotState.DONE, DotState.WAITING, DotState.BROKEN, DotState.NOT_DUE
BTC = perpetual("BTC")


def states(dots):
    return [dot.state for dot in dots]


def test_the_book_joins_logs_by_order_and_announces_changes(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    with qtbot.waitSignals([book.changed], check_params_cbs=[lambda key: key == "ad-0003"]):
        fill_desk(desk)
    assert set(states(book.of(desk.orders["ad-0003"]))) == {DONE}
    assert book.of(desk.orders["ad-0008"])[6].state is BROKEN


def test_a_book_made_late_knows_as_much(qtbot):
    desk, _ = make_desk()
    early = PassportBook(desk)
    fill_desk(desk)
    late = PassportBook(desk)
    for item in desk.orders.values():
        assert late.of(item) == early.of(item)


def test_a_fill_has_the_dots_of_its_order_and_an_unexplained_one_is_red(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    fill_desk(desk)
    assert book.of_fill(desk.fills["t-0003"]) == book.of(desk.orders["ad-0003"])
    lost = book.of_fill(fill("BTC", 40, Side.BUY, client_order_id=None))
    assert states(lost)[:3] == [BROKEN] * 3
    assert "unattributed" in lost[0].words


def test_a_position_has_the_dots_of_every_order_that_built_it(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    fill_desk(desk)
    assert set(states(book.of_position(BTC, PositionSide.LONG))) == {DONE}
    more = order("BTC", 2, OrderState.FILLED)
    desk.apply(ProposalChanged(proposal("BTC", 2, ReviewState.APPROVED, reviewer="Mara", reviewed_ms=1)))
    desk.apply(FillSeen(fill("BTC", 2, Side.BUY)))
    desk.apply(OrderChanged(more))
    dots = book.of_position(BTC, PositionSide.LONG)
    assert states(dots) == [DONE] * 6 + [BROKEN]
    assert dots[6].words == "1 of 2 orders: missing"
    desk.apply(AiLogChanged(ai_log("BTC", 2, AiLogState.ACCEPTED, accepted_ms=1)))
    assert set(states(book.of_position(BTC, PositionSide.LONG))) == {DONE}


def test_a_position_nobody_here_opened_is_red(qtbot):
    desk, _ = make_desk()
    dots = PassportBook(desk).of_position(BTC, PositionSide.LONG)
    assert BROKEN in states(dots)
    assert "no order on record opened this BTC long" in dots[0].words


def test_executions_are_counted_once(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    half = fill("BTC", 3, Side.BUY, size=D("0.0001") * 59 / 2)
    desk.apply(OrderChanged(order("BTC", 3, OrderState.FILLED)))
    for _ in range(3):
        desk.apply(FillSeen(half))
    assert book.of(desk.orders["ad-0003"])[5].state is WAITING
    desk.apply(FillSeen(replace(half, trade_id="t-other")))
    assert book.of(desk.orders["ad-0003"])[5].state is DONE


def test_a_person_who_made_terms_tighter_is_named_in_the_origin(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    made = order("BTC", 3, OrderState.FILLED)
    assert book.origin(made) == "AI"
    amended = proposal("BTC", 3, ReviewState.APPROVED, amendment=Amendment(leverage=2))
    desk.apply(ProposalChanged(amended))
    assert book.origin(made) == "AI amended"
    assert book.origin(None) == "unattributed"


def test_dots_in_words_carry_the_time_and_what_to_do(qtbot):
    desk, _ = make_desk()
    book = PassportBook(desk)
    fill_desk(desk)
    approved = dots_in_words(book.of(desk.orders["ad-0003"]))
    assert f"approved by Mara, {local_time(NOW_MS - 170_000)}" in approved
    refused = book.of(desk.orders["ad-0008"])
    assert "needs a hand: 40753 order not found. Open it in AI logs" in dots_in_words(refused)
    assert dots_summary(refused) == "broken: AI log"
    assert dots_summary(book.of(desk.orders["ad-0003"])) == "whole"
    assert dots_rank(refused) < dots_rank(book.of(desk.orders["ad-0005"])) < dots_rank(book.of(desk.orders["ad-0003"]))
