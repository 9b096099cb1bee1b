"""Order endpoints of v3. Source: reference section 6.4."""

from collections.abc import Iterable
from typing import Any

from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.records import Order, Plan
from terminal.sim.exchange.terms import PriceSource, Refusal, RefusalKind
from terminal.sim.market.types import BookTif
from terminal.sim.weex import desk_calls
from terminal.sim.weex.desk_calls import BATCH_MAX, newest_first
from terminal.sim.weex.errors import Problem, WeexError, empty, invalid
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.v3.errors import refuse
from terminal.sim.weex.v3.names import (
    CLIENT_ID_LENGTH,
    TIMES_IN_FORCE,
    WORKING_TYPES,
    direction,
    either_id,
    optional_pair,
    pair_of,
    required_id,
    time_range,
)
from terminal.sim.weex.v3.shapes import (
    cancelled,
    done_row,
    fill_json,
    is_plan_over_unfired,
    not_cancelled,
    order_json,
    placed,
    plan_as_order_json,
)
from terminal.sim.weex.venue import Call, Venue

_HISTORY_DAYS = 90


def place_order(venue: Venue, call: Call) -> dict[str, Any]:
    request = _order_request(call.body)
    order = venue.exchange.orders.place(request, venue.exchange.now_ms)
    return placed(order.order_id, order.client_oid)


def cancel_order(venue: Venue, call: Call) -> dict[str, Any]:
    return _cancel(venue, *either_id(call.query))


def cancel_batch(venue: Venue, call: Call) -> dict[str, Any]:
    """The one DELETE with a body; each row stands alone."""
    body = call.body
    if body.has("orderIdList"):
        wanted = [(str(item), "") for item in body.items("orderIdList", (str, int), BATCH_MAX)]
    elif body.has("origClientOrderIdList"):
        wanted = [("", str(item)) for item in body.items("origClientOrderIdList", str, BATCH_MAX)]
    else:
        raise empty("orderIdList")
    return {"orderList": [_cancel(venue, order_id, client_id) for order_id, client_id in wanted]}


def cancel_all(venue: Venue, call: Call) -> list[dict[str, Any]]:
    ended = desk_calls.cancel_everything(venue, optional_pair(call.query), plans=False)
    return [done_row(order_id) for order_id in ended]


def order(venue: Venue, call: Call) -> dict[str, Any]:
    """One order by its id; a conditional order answers to its id too."""
    order_id = required_id(call.query)
    plan = venue.exchange.books.plans.get(order_id)
    return _show(venue, [plan or desk_calls.find_order(venue, order_id)])[0]


def open_orders(venue: Venue, call: Call) -> list[dict[str, Any]]:
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    page = query.optional_integer("page", 0, 0, 10_000)
    found = _search(venue.exchange.books.open_orders(optional_pair(query)), query)
    return _show(venue, found[page * limit : (page + 1) * limit])


def history(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Finished orders, and conditional ones that were withdrawn, newest first."""
    query = call.query
    pair = optional_pair(query)
    limit = query.optional_integer("limit", 500, 1, 1000)
    page = query.optional_integer("page", 0, 0, 10_000)
    plans = [plan for plan in desk_calls.ended_plans(venue, pair) if is_plan_over_unfired(plan)]
    both: list[Order | Plan] = [*desk_calls.finished_orders(venue, pair), *plans]
    found = _search(sorted(both, key=lambda record: int(record.order_id)), query)
    return _show(venue, found[page * limit : (page + 1) * limit])


def user_trades(venue: Venue, call: Call) -> list[dict[str, Any]]:
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    found = _search(desk_calls.fills_of(venue, optional_pair(query)), query)
    return [fill_json(fill, venue.exchange.rules[fill.pair]) for fill in found[:limit]]


def close_positions(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Market-close one position, those of a symbol, or all of the account."""
    position_id = call.body.optional_text("positionId")
    return desk_calls.close_positions(venue, optional_pair(call.body), position_id, refuse)


def working_type(fields: Fields, name: str) -> PriceSource:
    """Which price a trigger watches: the last one unless stated."""
    return fields.optional_choice(name, WORKING_TYPES) or PriceSource.LAST


def _order_request(fields: Fields) -> OrderRequest:
    pair = pair_of(fields)
    side, effect = direction(fields)
    is_limit = fields.choice("type", {"LIMIT": True, "MARKET": False}, Problem.ORDER_TYPE)
    size = fields.decimal("quantity")
    tif, price = BookTif.IOC, None  # a market order's price and time in force are ignored
    if is_limit:
        tif = fields.choice("timeInForce", TIMES_IN_FORCE, Problem.TIME_IN_FORCE)
        price = fields.decimal("price")
        if price <= 0:
            raise invalid("price")
    return OrderRequest(
        pair=pair,
        client_oid=fields.client_id("newClientOrderId", CLIENT_ID_LENGTH),
        side=side,
        effect=effect,
        size=size,
        price=price,
        tif=tif,
        take_profit=fields.optional_price("tpTriggerPrice"),
        stop_loss=fields.optional_price("slTriggerPrice"),
        take_profit_source=working_type(fields, "TpWorkingType"),
        stop_loss_source=working_type(fields, "SlWorkingType"),
    )


def _cancel(venue: Venue, order_id: str, client_id: str) -> dict[str, Any]:
    """The answer for one order; that there is none to cancel is an answer too."""
    try:
        found = venue.exchange.orders.cancel(
            order_id or desk_calls.id_of_client_id(venue, client_id), venue.exchange.now_ms
        )
    except WeexError as error:
        if error.problem is not Problem.ORDER_NOT_FOUND:
            raise
        return not_cancelled(order_id, client_id)
    except Refusal as refusal:
        if refusal.kind not in {RefusalKind.NOT_FOUND, RefusalKind.FINAL}:
            raise
        return not_cancelled(order_id, client_id)
    return cancelled(found.order_id, found.client_oid)


def _search(records: Iterable[Any], query: Fields) -> list[Any]:
    start_ms, end_ms = time_range(query, _HISTORY_DAYS)
    return newest_first(records, start_ms, end_ms, query.optional_text("orderId"))


def _show(venue: Venue, records: list[Order | Plan]) -> list[dict[str, Any]]:
    show = venue.faults.take("null_client_oid") is None
    rows = []
    for record in records:
        rules = venue.exchange.rules[record.pair]
        if isinstance(record, Order):
            rows.append(order_json(record, rules, show_client_id=show))
        else:
            rows.append(plan_as_order_json(record, rules))
    return rows
