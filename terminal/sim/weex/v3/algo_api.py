"""Conditional orders of v3: triggers, take profits, stop losses. Source: reference section 6.4."""

from decimal import Decimal
from typing import Any

from terminal.sim.exchange.plan_desk import PlanRequest
from terminal.sim.exchange.records import Plan
from terminal.sim.exchange.terms import ZERO, Effect, PlanKind, PositionSide, PriceSource, Refusal, RefusalKind
from terminal.sim.weex import desk_calls
from terminal.sim.weex.desk_calls import newest_first, protection_order
from terminal.sim.weex.errors import Problem
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.v3.names import (
    CLIENT_ID_LENGTH,
    POSITION_SIDES,
    WORKING_TYPES,
    direction,
    optional_pair,
    pair_of,
    time_range,
)
from terminal.sim.weex.v3.order_api import working_type
from terminal.sim.weex.v3.shapes import cancelled, done_row, not_cancelled, placed, plan_json
from terminal.sim.weex.venue import Call, Venue

_HISTORY_DAYS = 90
_PLAN_TYPES = {"TAKE_PROFIT": PlanKind.TAKE_PROFIT, "STOP_LOSS": PlanKind.STOP_LOSS}
_TYPES = {
    "STOP": (PlanKind.STOP_LOSS, False),
    "STOP_MARKET": (PlanKind.STOP_LOSS, True),
    "TAKE_PROFIT": (PlanKind.TAKE_PROFIT, False),
    "TAKE_PROFIT_MARKET": (PlanKind.TAKE_PROFIT, True),
}
_SOURCE_FIELDS = {PlanKind.STOP_LOSS: "SlWorkingType", PlanKind.TAKE_PROFIT: "TpWorkingType"}


def algo_order(venue: Venue, call: Call) -> dict[str, Any]:
    """Closing ones guard a position; opening ones wait for a price from either side."""
    body = call.body
    pair = pair_of(body)
    side, effect = direction(body)
    named, is_market = body.choice("type", _TYPES, Problem.ORDER_TYPE)
    closes = effect is Effect.CLOSE
    request = PlanRequest(
        kind=named if closes else PlanKind.TRIGGER,
        pair=pair,
        client_oid=body.client_id("clientAlgoId", CLIENT_ID_LENGTH),
        side=side,
        effect=effect,
        size=body.decimal("quantity"),
        trigger_price=body.decimal("triggerPrice"),
        execute_price=None if is_market else body.decimal("price"),
        price_source=working_type(body, _SOURCE_FIELDS[named]) if closes else PriceSource.LAST,
        take_profit=body.optional_price("presetTakeProfitPrice"),
        stop_loss=body.optional_price("presetStopLossPrice"),
    )
    plan = venue.exchange.plans.place(request, venue.exchange.now_ms)
    return placed(plan.order_id, plan.client_oid)


def cancel_algo(venue: Venue, call: Call) -> dict[str, Any]:
    order_id = call.query.text("orderId")
    try:
        plan = venue.exchange.plans.cancel(order_id, venue.exchange.now_ms)
    except Refusal as refusal:
        if refusal.kind not in {RefusalKind.NOT_FOUND, RefusalKind.FINAL}:
            raise
        return not_cancelled(order_id, "")
    return cancelled(plan.order_id, plan.client_oid)


def cancel_all_algo(venue: Venue, call: Call) -> list[dict[str, Any]]:
    ended = desk_calls.cancel_everything(venue, optional_pair(call.query), plans=True)
    return [done_row(order_id) for order_id in ended]


def open_algo_orders(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Waiting ones that have become visible."""
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    page = query.optional_integer("page", 0, 0, 10_000)
    found = _search(desk_calls.visible_plans(venue, optional_pair(query)), query)
    return _show(venue, found[page * limit : (page + 1) * limit])


def all_algo_orders(venue: Venue, call: Call) -> dict[str, Any]:
    """Those that fired or were withdrawn."""
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    page = query.optional_integer("page", 0, 0, 10_000)
    found = _search(list(desk_calls.ended_plans(venue, optional_pair(query))), query)
    return {
        "orders": _show(venue, found[page * limit : (page + 1) * limit]),
        "hasMore": len(found) > (page + 1) * limit,
    }


def place_tp_sl(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Without a quantity, or with 0, the whole position as it is now."""
    body = call.body
    pair = pair_of(body)
    side = body.choice("positionSide", POSITION_SIDES)
    request = PlanRequest(
        kind=body.choice("planType", _PLAN_TYPES),
        pair=pair,
        client_oid=body.client_id("clientAlgoId", CLIENT_ID_LENGTH),
        side=side,
        effect=Effect.CLOSE,
        size=body.optional_decimal("quantity") or _held(venue, pair, side),
        trigger_price=body.decimal("triggerPrice"),
        execute_price=body.optional_price("executePrice"),
        price_source=working_type(body, "triggerPriceType"),
    )
    plan = venue.exchange.plans.place(request, venue.exchange.now_ms)
    return [done_row(plan.order_id)]


def modify_tp_sl(venue: Venue, call: Call) -> dict[str, bool]:
    body = call.body
    order_id = body.text("orderId")
    known = protection_order(venue, order_id)
    venue.exchange.plans.modify(
        order_id,
        body.decimal("triggerPrice"),
        body.optional_price("executePrice"),
        body.optional_choice("triggerPriceType", WORKING_TYPES) or known.price_source,
        venue.exchange.now_ms,
    )
    return {"success": True}


def _held(venue: Venue, pair: str, side: PositionSide) -> Decimal:
    position = venue.exchange.books.position(pair, side)
    held = position.size if position else ZERO
    if not held:
        raise Refusal(RefusalKind.CLOSE_SIZE, size="0", held="0")
    return held


def _search(plans: list[Plan], query: Fields) -> list[Plan]:
    start_ms, end_ms = time_range(query, _HISTORY_DAYS)
    return newest_first(plans, start_ms, end_ms, query.optional_text("orderId"))


def _show(venue: Venue, plans: list[Plan]) -> list[dict[str, Any]]:
    return [plan_json(plan, venue.exchange.rules[plan.pair]) for plan in plans]
