"""The trade book holds what the rules look back at, and no more: years of trades do not make a check slower."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, ETH, make_decision, make_order, make_terms
from helpers.fake_world import World
from helpers.hindsight_events import ended
from helpers.op_count import operations
from terminal.domain.messages import OrderChanged
from terminal.domain.order import Effect, OrderState, Origin, Side
from terminal.domain.shadow import ShadowCause
from terminal.services.guardrails.desk import DAY_MS
from terminal.services.guardrails.trades import TradeBook

START = 1_760_000_000_000
HOUR_MS = 3_600_000
OPENING = make_order(
    OrderState.FILLED, filled_size=Decimal("0.0050"), average_price=Decimal(60000), fee_paid=Decimal("0.2")
)
WAY_OUT = make_terms(side=Side.SELL, effect=Effect.CLOSE, stop_price=None, target_price=None)


def opening(number, at_ms, where=BTC):
    terms = replace(OPENING.terms, instrument_id=where)
    key = f"c{number}"
    return replace(
        OPENING, client_order_id=key, decision_id=f"d{number}", terms=terms, created_ms=at_ms, updated_ms=at_ms
    )


def closing(number, at_ms, where=BTC, pnl="-5"):
    return make_order(
        OrderState.FILLED,
        client_order_id=f"x{number}",
        terms=replace(WAY_OUT, instrument_id=where),
        origin=Origin.VENUE,
        decision_id=None,
        filled_size=Decimal("0.0050"),
        realized_pnl=Decimal(pnl),
        fee_paid=Decimal("0.2"),
        created_ms=at_ms,
        updated_ms=at_ms,
    )


def traded(book, count, first=0, begin_ms=START, each_ms=HOUR_MS):
    """So many trades one after the other, each closed half-way to the next."""
    for number in range(first, first + count):
        at_ms = begin_ms + (number - first) * each_ms
        book.take_order(opening(number, at_ms))
        book.take_order(closing(number, at_ms + each_ms // 2))
        book.forget(at_ms - DAY_MS)


def test_ten_thousand_trades_leave_a_day_of_them():
    book = TradeBook()
    traded(book, 10_000)
    now_ms = START + 10_000 * HOUR_MS
    book.forget(now_ms - DAY_MS)
    kept = book.real()
    assert len(kept) == 24
    assert all(trade.moment >= now_ms - DAY_MS for trade in kept)
    assert (len(book._legs), len(book._of_exit)) == (24, 24)


def test_hearing_of_an_order_costs_the_same_after_ten_thousand():
    def cost(book, number, at_ms):
        def hear():
            book.take_order(opening(number, at_ms))
            book.take_order(closing(number, at_ms + 1))
            book.forget(at_ms - DAY_MS)

        return operations(hear)

    few, many = TradeBook(), TradeBook()
    traded(few, 100)
    traded(many, 10_000)
    first, later = cost(few, 100, START + 100 * HOUR_MS), cost(many, 10_000, START + 10_000 * HOUR_MS)
    assert later <= first * 1.05


async def checked(earlier):
    """What a check says and costs after so many trades of earlier days and twenty of today."""
    world = World()
    await world.start()
    guards, now_ms = world.engine.core.guard_kit.guards, world.clock.now_ms()
    days_ago = [(number, now_ms - 30 * DAY_MS + number * 60_000) for number in range(earlier)]
    today = [(20_000 + number, now_ms - 12 * HOUR_MS + number * 60_000) for number in range(20)]
    for number, at_ms in (*days_ago, *today):
        guards.take(OrderChanged(opening(number, at_ms)))
        guards.take(OrderChanged(closing(number, at_ms + 30_000)))

    def check():
        return guards.at_draft(make_decision(), make_terms())

    texts = [each.text for each in check()]
    cost = operations(check)
    await world.close()
    return texts, cost


@pytest.mark.asyncio
async def test_a_check_costs_the_same_after_ten_thousand_trades_of_earlier_days():
    few, many = await checked(0), await checked(10_000)
    assert many[0] == few[0]
    assert "20 openings within a day, at most 12" in many[0]
    assert many[1] <= few[1] * 1.02


def test_what_runs_is_kept_however_old_and_its_end_still_counts():
    book = TradeBook()
    book.take_order(opening(1, START))
    traded_elsewhere = [opening(number, START + number * HOUR_MS, ETH) for number in range(2, 60)]
    for each in traded_elsewhere:
        book.take_order(each)
    book.forget(START + 10 * DAY_MS)
    assert [trade.key for trade in book.real()] == ["c1", "c59"]  # the newest of each side
    book.take_order(closing(1, START + 10 * DAY_MS))
    assert book.real()[-1].is_over or book.real()[0].is_over


def test_old_orders_told_again_change_nothing():
    book = TradeBook()
    book.take_order(opening(1, START))
    book.take_order(closing(1, START + HOUR_MS))
    book.take_order(opening(2, START + 2 * DAY_MS))
    book.forget(START + 2 * DAY_MS)
    assert [trade.key for trade in book.real()] == ["c2"]
    book.take_order(closing(1, START + HOUR_MS))  # of a trade that is forgotten: not of the one that runs
    book.take_order(opening(1, START))
    (trade,) = book.real()
    assert (trade.key, trade.is_over) == ("c2", False)


def test_paper_is_forgotten_once_it_is_over():
    book = TradeBook()
    over = ended("BTC", 1, "-0.010")
    book.take_shadow(replace(over, plan=replace(over.plan, cause=ShadowCause.SHADOW)))
    ended_ms = book.shadow()[0].ended_ms
    book.forget(ended_ms)
    assert len(book.shadow()) == 1
    book.forget(ended_ms + 1)
    assert book.shadow() == ()


def test_each_trade_is_told_as_it_moves():
    book, told = TradeBook(), []
    book.on_moved = told.append
    book.take_order(opening(1, START))
    book.take_order(closing(1, START + HOUR_MS))
    assert [(trade.key, trade.is_over) for trade in told] == [("c1", False), ("c1", True)]
    assert told[-1].gross == Decimal(-5)
