"""Trades from orders and from paper: counted once, closed by what closes their side."""

from dataclasses import replace
from decimal import Decimal

from helpers.builders import make_order, make_terms
from helpers.hindsight_events import ended, shadow
from terminal.domain.order import Effect, OrderState, Origin, Side
from terminal.domain.shadow import ShadowCause, ShadowLeg
from terminal.services.guardrails.trades import TradeBook

ENTRY = make_order(
    OrderState.FILLED, filled_size=Decimal("0.0050"), average_price=Decimal(60000), fee_paid=Decimal("0.2")
)
EXIT = make_order(
    OrderState.FILLED,
    client_order_id="x1",
    terms=make_terms(side=Side.SELL, effect=Effect.CLOSE, stop_price=None, target_price=None),
    origin=Origin.VENUE,
    decision_id=None,
    filled_size=Decimal("0.0050"),
    realized_pnl=Decimal(-5),
    fee_paid=Decimal("0.2"),
    created_ms=1_760_000_500_000,
)


def test_an_opening_runs_until_its_side_is_closed():
    book = TradeBook()
    book.take_order(ENTRY)
    assert not book.real()[0].is_over
    book.take_order(replace(EXIT, filled_size=Decimal("0.0020")))
    assert not book.real()[0].is_over
    book.take_order(EXIT)
    book.take_order(EXIT)
    (trade,) = book.real()
    assert (trade.net, trade.by_stop, trade.ended_ms, trade.came_true) == (
        Decimal("-5.4"),
        True,
        1_760_000_500_000,
        False,
    )
    assert trade.net_bp == -180.0


def test_a_close_of_a_later_position_does_not_touch_the_first():
    book = TradeBook()
    for order in (ENTRY, EXIT):
        book.take_order(order)
    book.take_order(replace(ENTRY, client_order_id="c2", decision_id="d2", created_ms=1_760_000_600_000))
    book.take_order(EXIT)  # told again
    first, second = book.real()
    assert (first.is_over, second.is_over) == (True, False)


def test_an_older_opening_told_again_is_no_new_one_and_the_newer_stays_the_one_that_is_closed():
    book = TradeBook()
    later = replace(ENTRY, client_order_id="c2", decision_id="d2", created_ms=ENTRY.created_ms + 600_000)
    book.take_order(ENTRY)
    book.take_order(EXIT)
    book.take_order(later)
    book.take_order(replace(ENTRY, average_price=Decimal(60_010)))  # ours, told again with another price
    book.take_order(replace(ENTRY, client_order_id="c0", decision_id="d0"))  # forgotten by now
    first, second = book.real()
    assert (first.entry, second.decision_id) == (Decimal(60_010), "d2")
    book.take_order(replace(EXIT, client_order_id="x2", created_ms=later.created_ms + 60_000))
    assert [(trade.decision_id, trade.is_over) for trade in book.real()] == [("d1", True), ("d2", True)]


def test_what_was_not_filled_or_not_the_ais_is_no_trade():
    book = TradeBook()
    book.take_order(replace(ENTRY, filled_size=Decimal(0)))
    book.take_order(replace(ENTRY, origin=Origin.EXTERNAL, decision_id=None))
    book.take_order(EXIT)
    assert book.real() == ()


def test_paper_counts_as_proposed_and_only_shadow_mode_stands_for_real():
    book = TradeBook()
    rejected = ended("BTC", 1, "-0.010")
    book.take_shadow(rejected)
    book.take_shadow(shadow("ETH", 2))
    plan = replace(rejected.plan, decision_id="d9", cause=ShadowCause.SHADOW)
    book.take_shadow(replace(rejected, plan=plan))
    book.take_shadow(replace(rejected, plan=replace(plan, leg=ShadowLeg.AMENDED)))
    assert len([trade for trade in book.paper() if trade.is_over]) == 2
    (counted,) = book.shadow()
    assert (counted.decision_id, counted.is_paper, counted.net) == ("d9", True, rejected.result)
