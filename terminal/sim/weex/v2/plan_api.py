"""Trigger and TP/SL endpoints of v2. Source: reference section 6.3."""

from typing import Any

from terminal.sim.exchange.plan_desk import PlanRequest
from terminal.sim.exchange.records import Plan
from terminal.sim.exchange.terms import Effect, PlanKind, PositionSide, PriceSource
from terminal.sim.weex.desk_calls import ended_plans, newest_first, protection_order, visible_plans
from terminal.sim.weex.envelopes import done_with
from terminal.sim.weex.errors import empty
from terminal.sim.weex.v2.names import (
    CLIENT_OID_LENGTH,
    DIRECTION_CODES,
    DIRECTIONS,
    MARGIN_MODES,
    optional_pair,
    pair_of,
)
from terminal.sim.weex.v2.shapes import plan_json
from terminal.sim.weex.venue import Call, Venue

_PLAN_TYPES = {"profit_plan": PlanKind.TAKE_PROFIT, "loss_plan": PlanKind.STOP_LOSS}
_SIDES = {"long": PositionSide.LONG, "short": PositionSide.SHORT}
_SOURCES = {"1": PriceSource.LAST, "3": PriceSource.MARK}


def plan_order(venue: Venue, call: Call) -> dict[str, Any]:
    body = call.body
    pair = pair_of(body.text("symbol"))
    client_oid = body.client_id("client_oid", CLIENT_OID_LENGTH)
    size = body.decimal("size")
    side, effect = body.choice("type", DIRECTIONS)
    is_market = body.choice("match_type", {"0": False, "1": True})
    execute = None if is_market else body.decimal("execute_price")
    request = PlanRequest(
        kind=PlanKind.TRIGGER,
        pair=pair,
        client_oid=client_oid,
        side=side,
        effect=effect,
        size=size,
        trigger_price=body.decimal("trigger_price"),
        execute_price=execute,
        margin_mode=body.optional_choice("marginMode", MARGIN_MODES),
        take_profit=body.optional_price("presetTakeProfitPrice"),
        stop_loss=body.optional_price("presetStopLossPrice"),
    )
    plan = venue.exchange.plans.place(request, venue.exchange.now_ms)
    return {"client_oid": None, "order_id": plan.order_id}


def cancel_plan(venue: Venue, call: Call) -> dict[str, Any]:
    plan = venue.exchange.plans.cancel(call.body.text("orderId"), venue.exchange.now_ms)
    return {"order_id": plan.order_id, "client_oid": plan.client_oid or None, "result": True, "err_msg": None}


def current_plans(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Waiting plans that have become visible; an order id that fits none is ignored."""
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    page = query.optional_integer("page", 0, 0, 10_000)
    visible = visible_plans(venue, optional_pair(query))
    order_id = query.optional_text("orderId")
    if not any(plan.order_id == order_id for plan in visible):
        order_id = None
    found = newest_first(visible, query.time_ms("startTime"), query.time_ms("endTime"), order_id)
    return [plan_json(plan) for plan in found[page * limit : (page + 1) * limit]]


def history_plans(venue: Venue, call: Call) -> dict[str, Any]:
    query = call.query
    pair = pair_of(query.text("symbol"))
    size = query.optional_integer("pageSize", 100, 1, 100)
    delegate = query.optional_choice("delegateType", {code: code for code in DIRECTIONS})

    def wanted(plan: Plan) -> bool:
        return delegate in {None, DIRECTION_CODES[plan.side, plan.effect]}

    ended = [plan for plan in ended_plans(venue, pair) if wanted(plan)]
    found = newest_first(ended, query.time_ms("startTime"), query.time_ms("endTime"))
    return {"list": [plan_json(plan) for plan in found[:size]], "nextPage": len(found) > size}


def place_tp_sl(venue: Venue, call: Call) -> list[dict[str, Any]]:
    body = call.body
    pair = pair_of(body.text("symbol"))
    request = PlanRequest(
        kind=body.choice("planType", _PLAN_TYPES),
        pair=pair,
        client_oid=body.client_id("clientOrderId", CLIENT_OID_LENGTH),
        side=body.choice("positionSide", _SIDES),
        effect=Effect.CLOSE,
        size=body.decimal("size"),
        trigger_price=body.decimal("triggerPrice"),
        execute_price=body.optional_price("executePrice"),
        margin_mode=body.optional_choice("marginMode", MARGIN_MODES),
    )
    plan = venue.exchange.plans.place(request, venue.exchange.now_ms)
    return [{"orderId": int(plan.order_id), "success": True}]


def modify_tp_sl(venue: Venue, call: Call) -> dict[str, Any]:
    body = call.body
    order_id = body.text("orderId")
    if not body.has("triggerPriceType"):
        raise empty("triggerPriceType")
    protection_order(venue, order_id)
    venue.exchange.plans.modify(
        order_id,
        body.decimal("triggerPrice"),
        body.optional_price("executePrice"),
        body.choice("triggerPriceType", _SOURCES),
        venue.exchange.now_ms,
    )
    return done_with(call.now_ms, None)
