"""Trigger orders, take profits and stop losses on a market that moves by hand."""

from decimal import Decimal

import pytest

from terminal.sim.exchange.plan_desk import PlanRequest
from terminal.sim.exchange.terms import (
    Effect,
    OrderOrigin,
    OrderStatus,
    PlanKind,
    PlanStatus,
    PositionSide,
    PriceSource,
    Refusal,
    RefusalKind,
)
from terminal.sim.market.types import BookSide

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def plan(desk, kind, trigger, size="0.01", **more):
    effect = more.pop("effect", Effect.OPEN if kind is PlanKind.TRIGGER else Effect.CLOSE)
    request = PlanRequest(
        kind=kind,
        pair="BTC",
        client_oid=more.pop("client_oid", ""),
        side=more.pop("side", LONG),
        effect=effect,
        size=Decimal(size),
        trigger_price=Decimal(trigger),
        **more,
    )
    return desk.exchange.plans.place(request, desk.exchange.now_ms)


@pytest.mark.parametrize(
    ("trigger", "short_of", "beyond"), [("99000", "99100", "98900"), ("101000", "100900", "101100")]
)
def test_a_trigger_fires_when_passed_from_either_side(desk, trigger, short_of, beyond):
    waiting = plan(desk, PlanKind.TRIGGER, trigger)
    desk.move(short_of)
    assert waiting.status is PlanStatus.UNTRIGGERED
    desk.move(beyond)

    order = desk.books.orders[waiting.actual_order_id]
    assert waiting.status is PlanStatus.TRIGGERED
    assert (order.origin, order.plan_id, order.status) == (OrderOrigin.PLAN, waiting.order_id, OrderStatus.FILLED)
    assert desk.position().size == Decimal("0.01")


def test_a_trigger_with_a_limit_price_rests(desk):
    waiting = plan(desk, PlanKind.TRIGGER, "101000", execute_price=Decimal(100500))
    desk.move("101000")

    order = desk.books.orders[waiting.actual_order_id]
    assert (order.status, order.price) == (OrderStatus.OPEN, Decimal(100500))


def test_a_trigger_without_margin_ends_cancelled(desk):
    waiting = plan(desk, PlanKind.TRIGGER, "101000", "0.5")
    desk.move("101000")

    assert (waiting.status, waiting.cancel_reason) == (PlanStatus.CANCELED, "MARGIN")
    assert desk.books.orders == {}


@pytest.mark.parametrize(
    ("side", "kind", "trigger", "safe", "hit"),
    [
        (LONG, PlanKind.TAKE_PROFIT, "101000", "100900", "101000"),
        (LONG, PlanKind.STOP_LOSS, "99000", "99100", "99000"),
        (SHORT, PlanKind.TAKE_PROFIT, "99000", "99100", "99000"),
        (SHORT, PlanKind.STOP_LOSS, "101000", "100900", "101000"),
    ],
)
def test_take_profit_and_stop_loss_close_their_side(desk, side, kind, trigger, safe, hit):
    desk.place("0.01", side=side)
    plan(desk, kind, trigger, side=side)
    desk.move(safe)
    assert desk.position(side).size == Decimal("0.01")
    desk.move(hit)

    assert desk.position(side).size == 0


def test_a_stop_may_watch_the_mark(desk):
    desk.place("0.01")
    waiting = plan(desk, PlanKind.STOP_LOSS, "99000", price_source=PriceSource.MARK)
    desk.market.lasts["BTC"] = 980_000
    desk.pass_time()
    assert waiting.status is PlanStatus.UNTRIGGERED
    desk.market.marks["BTC"] = 989_000
    desk.pass_time()

    assert waiting.status is PlanStatus.TRIGGERED


def test_a_closing_plan_shrinks_to_what_is_held(desk):
    desk.place("0.01")
    plan(desk, PlanKind.STOP_LOSS, "99000")
    desk.close("0.006")
    desk.move("98900")

    assert desk.position().size == 0
    assert desk.books.fills[-1].size == Decimal("0.004")


def test_presets_grow_with_their_entry(desk):
    order = desk.place("0.01", "100000.0", take_profit=Decimal(103000), stop_loss=Decimal(97000))
    assert desk.books.plans == {}
    desk.market.hit("BTC", BookSide.SELL, 30)
    desk.pass_time()
    sizes = {waiting.kind: waiting.size for waiting in desk.books.plans.values()}
    desk.market.hit("BTC", BookSide.SELL, 70)
    desk.pass_time()

    assert sizes == {PlanKind.TAKE_PROFIT: Decimal("0.003"), PlanKind.STOP_LOSS: Decimal("0.003")}
    assert {waiting.size for waiting in desk.books.plans.values()} == {Decimal("0.01")}
    assert {waiting.parent_order_id for waiting in desk.books.plans.values()} == {order.order_id}


def test_a_plan_becomes_visible_half_a_second_later(desk):
    waiting = plan(desk, PlanKind.TRIGGER, "101000")

    assert waiting.visible_ms == waiting.created_ms + 500


@pytest.mark.parametrize(
    ("side", "take_profit", "stop_loss", "which", "relation"),
    [
        (LONG, "99000", None, "take profit", "greater"),
        (LONG, None, "101000", "stop loss", "less"),
        (SHORT, "101000", None, "take profit", "less"),
        (SHORT, None, "99000", "stop loss", "greater"),
    ],
)
def test_presets_on_the_wrong_side_are_refused(desk, side, take_profit, stop_loss, which, relation):
    with pytest.raises(Refusal) as caught:
        desk.place(
            "0.01",
            "100000",
            side=side,
            take_profit=take_profit and Decimal(take_profit),
            stop_loss=stop_loss and Decimal(stop_loss),
        )

    assert caught.value.kind is RefusalKind.TRIGGER_SIDE
    assert (caught.value.details["which"], caught.value.details["relation"]) == (which, relation)


def test_a_stop_that_would_fire_at_once_is_refused(desk):
    desk.place("0.01")
    with pytest.raises(Refusal) as caught:
        plan(desk, PlanKind.STOP_LOSS, "100500")

    assert caught.value.kind is RefusalKind.TRIGGER_SIDE


def test_a_take_profit_for_more_than_held_is_refused(desk):
    desk.place("0.01")
    with pytest.raises(Refusal) as caught:
        plan(desk, PlanKind.TAKE_PROFIT, "101000", "0.02")

    assert caught.value.kind is RefusalKind.CLOSE_SIZE


def test_a_moved_stop_fires_at_its_new_price(desk):
    desk.place("0.01")
    stop = plan(desk, PlanKind.STOP_LOSS, "99000")
    desk.exchange.plans.modify(stop.order_id, Decimal(98000), None, PriceSource.LAST, desk.exchange.now_ms)
    desk.move("98500")
    assert stop.status is PlanStatus.UNTRIGGERED
    desk.move("98000")

    assert stop.status is PlanStatus.TRIGGERED


def test_a_fired_plan_can_be_neither_moved_nor_cancelled(desk):
    waiting = plan(desk, PlanKind.TRIGGER, "101000")
    desk.move("101000")
    with pytest.raises(Refusal) as cancelled:
        desk.exchange.plans.cancel(waiting.order_id, desk.exchange.now_ms)
    with pytest.raises(Refusal) as moved:
        desk.exchange.plans.modify(waiting.order_id, Decimal(102000), None, PriceSource.LAST, desk.exchange.now_ms)

    assert cancelled.value.kind is moved.value.kind is RefusalKind.FINAL
