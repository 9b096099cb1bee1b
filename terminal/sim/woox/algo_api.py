"""Algo orders: STOP, the legs TAKE_PROFIT and STOP_LOSS of TP_SL, and BRACKET (an entry with such legs).

The other types of the venue (trailing, OCO) are refused as unsupported. Only
contracts have algo orders here. Source: reference section 7; field names as
clients of the venue send and read them.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from terminal.sim.exchange.plan_desk import PlanRequest
from terminal.sim.exchange.records import Plan
from terminal.sim.exchange.terms import Effect, PlanKind, PlanStatus, PriceSource
from terminal.sim.woox.errors import WooError, malformed, missing, not_found
from terminal.sim.woox.fields import Fields
from terminal.sim.woox.order_terms import (
    SIDES,
    Direction,
    client_id,
    direction,
    listing_of,
    optional_listing,
    order_terms,
)
from terminal.sim.woox.shapes import PLAN_STATUSES, PLAN_TYPES, number, plan_json
from terminal.sim.woox.trade_api import has_status, page_of
from terminal.sim.woox.venue import Call, Venue

_SOURCES: Final = {"MARKET_PRICE": PriceSource.LAST, "MARK_PRICE": PriceSource.MARK}
_LEGS: Final = {"TAKE_PROFIT": PlanKind.TAKE_PROFIT, "STOP_LOSS": PlanKind.STOP_LOSS}
_LEG_ROOTS: Final = {"TP_SL", "POSITIONAL_TP_SL"}
_STATUSES: Final = {name: name for name in ("NEW", "FILLED", "CANCELLED", "REJECTED", "INCOMPLETE", "COMPLETED")}


def place_algo(venue: Venue, call: Call) -> dict[str, Any]:
    """Accept an algo order; the answer has a row for each order it consists of."""
    fields = call.fields
    kind = fields.text("algoType")
    if listing_of(fields).is_spot:
        raise WooError(317167, f"unsupported algo type: {kind[:20]} of a spot pair")
    if kind == "STOP":
        return _rows([_place_stop(venue, fields)])
    if kind == "BRACKET":
        return _place_bracket(venue, fields)
    if kind in _LEG_ROOTS:
        legs = [_leg_request(venue, fields, leg) for leg in fields.objects("childOrders")]
        return _rows([venue.exchange.plans.place(leg, venue.now_ms) for leg in legs])
    raise WooError(317167, f"unsupported algo type: {kind[:20]}")


def edit_algo(venue: Venue, call: Call) -> dict[str, str]:
    fields = call.fields
    plan = _find(venue, fields)
    trigger = fields.optional_decimal("triggerPrice") or plan.trigger_price
    price = fields.optional_decimal("price") or plan.execute_price
    venue.exchange.plans.modify(plan.order_id, trigger, price, plan.price_source, venue.now_ms)
    return {"status": "EDIT_SENT"}


def cancel_algo(venue: Venue, call: Call) -> dict[str, str]:
    venue.exchange.plans.cancel(_find(venue, call.fields).order_id, venue.now_ms)
    return {"status": "CANCEL_SENT"}


def cancel_algos(venue: Venue, call: Call) -> dict[str, str]:
    """All waiting algo orders, of a symbol if one is named."""
    listing = optional_listing(call.fields)
    for plan in venue.exchange.books.open_plans(listing.pair if listing else None):
        venue.exchange.plans.cancel(plan.order_id, venue.now_ms)
    return {"status": "CANCEL_ALL_SENT"}


def algo(venue: Venue, call: Call) -> dict[str, Any]:
    return plan_json(_find(venue, call.fields), one_way=venue.is_one_way, as_ms=venue.shows_ms)


def algos(venue: Venue, call: Call) -> dict[str, Any]:
    """Algo orders of any state, newest first."""
    fields = call.fields
    listing = optional_listing(fields)
    side = fields.optional_choice("side", SIDES)
    status = fields.optional_choice("status", _STATUSES)
    kind = fields.optional_text("algoType")
    triggered = fields.boolean("isTriggered") if fields.has("isTriggered") else None
    found = [
        plan
        for plan in _newest_first(venue)
        if (listing is None or (not listing.is_spot and listing.pair == plan.pair))
        and side in {None, plan.book_side}
        and kind in {None, PLAN_TYPES[plan.kind]}
        and triggered in {None, plan.status is PlanStatus.TRIGGERED}
        and (status is None or _has_status(plan, status))
    ]
    rows, meta = page_of(found, fields)
    return {"rows": [plan_json(row, one_way=venue.is_one_way, as_ms=venue.shows_ms) for row in rows], "meta": meta}


def _place_stop(venue: Venue, fields: Fields) -> Plan:
    side = fields.choice("side", SIDES)
    reduce_only = fields.boolean("reduceOnly")
    pair = listing_of(fields).pair
    position_side, effect = direction(side, fields, one_way=venue.is_one_way, reduce_only=reduce_only)
    request = PlanRequest(
        kind=PlanKind.TRIGGER,
        pair=pair,
        client_oid=_client_id(fields),
        side=position_side,
        effect=effect,
        size=fields.decimal("quantity"),
        trigger_price=fields.decimal("triggerPrice"),
        execute_price=_execute_price(fields),
        price_source=fields.optional_choice("triggerPriceType", _SOURCES) or PriceSource.LAST,
    )
    return venue.exchange.plans.place(request, venue.now_ms)


def _place_bracket(venue: Venue, fields: Fields) -> dict[str, Any]:
    """An ordinary entry whose legs come to life as it fills."""
    named = {**fields.raw, "clientOrderId": fields.raw.get("clientAlgoOrderId", fields.raw.get("clientOrderId"))}
    terms = order_terms(venue, Fields(named))
    legs: dict[PlanKind, Fields] = {}
    for root in fields.objects("childOrders"):
        if root.text("algoType") not in _LEG_ROOTS:
            raise malformed("childOrders")
        legs |= {leg.choice("algoType", _LEGS): leg for leg in root.objects("childOrders")}
    take, stop = legs.get(PlanKind.TAKE_PROFIT), legs.get(PlanKind.STOP_LOSS)
    request = replace(
        terms.contract_request(),
        take_profit=take.decimal("triggerPrice") if take else None,
        stop_loss=stop.decimal("triggerPrice") if stop else None,
        take_profit_source=_source(take),
        stop_loss_source=_source(stop),
    )
    order = venue.exchange.orders.place(request, venue.now_ms)
    row = {
        "orderId": int(order.order_id),
        "clientOrderId": int(order.client_oid or 0),
        "algoType": "BRACKET",
        "quantity": number(order.size),
    }
    return {"rows": [row]}


def _leg_request(venue: Venue, root: Fields, leg: Fields) -> PlanRequest:
    """A take profit or stop loss of the position there is; without a quantity, of all of it."""
    kind = leg.choice("algoType", _LEGS)
    side, effect = _closing(venue, root, leg)
    pair = listing_of(root).pair
    position = venue.exchange.books.position(pair, side)
    if effect is not Effect.CLOSE or position is None or not position.size:
        raise WooError(302137, "You don’t have enough position for MKT close. Please check your open orders.")
    return PlanRequest(
        kind=kind,
        pair=pair,
        client_oid=_client_id(leg),
        side=side,
        effect=Effect.CLOSE,
        size=leg.optional_decimal("quantity") or root.optional_decimal("quantity") or position.size,
        trigger_price=leg.decimal("triggerPrice"),
        execute_price=_execute_price(leg),
        price_source=_source(leg),
    )


def _closing(venue: Venue, root: Fields, leg: Fields) -> Direction:
    """Selling closes a long; legs reduce whether they say so or not."""
    fields = Fields({**leg.raw, "positionSide": leg.raw.get("positionSide", root.raw.get("positionSide"))})
    return direction(leg.choice("side", SIDES), fields, one_way=venue.is_one_way, reduce_only=True)


def _execute_price(fields: Fields) -> Decimal | None:
    kind = fields.optional_text("type") or "MARKET"
    if kind in {"MARKET", "CLOSE_POSITION"}:
        return None
    if kind != "LIMIT":
        raise malformed("type")
    return fields.decimal("price")


def _source(fields: Fields | None) -> PriceSource:
    return (
        PriceSource.LAST if fields is None else fields.optional_choice("triggerPriceType", _SOURCES) or PriceSource.LAST
    )


def _client_id(fields: Fields) -> str:
    return client_id(fields, "clientAlgoOrderId") or client_id(fields)


def _find(venue: Venue, fields: Fields) -> Plan:
    plans = venue.exchange.books.plans
    if fields.has("algoOrderId"):
        plan = plans.get(str(fields.integer("algoOrderId", 0, 2**63 - 1)))
    else:
        named = _client_id(fields)
        if not named:
            raise missing("algoOrderId or clientAlgoOrderId")
        plan = next((plan for plan in plans.values() if plan.client_oid == named), None)
    if plan is None:
        raise not_found()
    return plan


def _newest_first(venue: Venue) -> Iterator[Plan]:
    return reversed(venue.exchange.books.plans.values())


def _has_status(plan: Plan, wanted: str) -> bool:
    return has_status(PLAN_STATUSES[plan.status], wanted, is_open=plan.status is PlanStatus.UNTRIGGERED)


def _rows(plans: list[Plan]) -> dict[str, Any]:
    return {
        "rows": [
            {
                "orderId": int(plan.order_id),
                "clientOrderId": int(plan.client_oid or 0),
                "algoType": PLAN_TYPES[plan.kind],
                "quantity": number(plan.size),
            }
            for plan in plans
        ]
    }
