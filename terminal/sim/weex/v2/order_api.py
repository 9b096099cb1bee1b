"""Order endpoints of v2. Source: reference sections 6.1 and 6.2."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.records import Order
from terminal.sim.exchange.terms import MarginMode, Refusal
from terminal.sim.market.types import BookTif
from terminal.sim.weex import desk_calls
from terminal.sim.weex.desk_calls import BATCH_MAX, id_of_client_id, newest_first
from terminal.sim.weex.errors import WeexError, empty, invalid
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.v2.errors import refuse
from terminal.sim.weex.v2.names import (
    CLIENT_OID_LENGTH,
    DIRECTIONS,
    MARGIN_MODES,
    ORDER_TYPES,
    optional_pair,
    pair_of,
)
from terminal.sim.weex.v2.shapes import fill_json, order_json
from terminal.sim.weex.venue import Call, Venue


def place_order(venue: Venue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.body.text("symbol"))
    mode = call.body.optional_choice("marginMode", MARGIN_MODES) or MarginMode.CROSS  # the documented default
    request = _order_request(call.body, pair, mode)
    order = venue.exchange.orders.place(request, venue.exchange.now_ms)
    # The venue's samples show null although a client id was sent.
    return {"client_oid": None, "order_id": order.order_id}


def batch_orders(venue: Venue, call: Call) -> dict[str, Any]:
    """Each row stands alone; some may be refused while others are accepted."""
    pair = pair_of(call.body.text("symbol"))
    mode = call.body.optional_choice("marginMode", MARGIN_MODES) or MarginMode.CROSS  # the documented default
    rows = call.body.items("orderDataList", dict, BATCH_MAX)
    results = [_batch_row(venue, Fields(row), pair, mode) for row in rows]
    return {"order_info": results, "result": all(row["result"] for row in results)}


def cancel_order(venue: Venue, call: Call) -> dict[str, Any]:
    if call.body.has("orderId"):
        order_id = call.body.text("orderId")
    elif call.body.has("clientOid"):
        order_id = id_of_client_id(venue, call.body.text("clientOid"))
    else:
        raise empty("orderId")
    order = venue.exchange.orders.cancel(order_id, venue.exchange.now_ms)
    return _cancelled(order.order_id, order.client_oid)


def cancel_batch(venue: Venue, call: Call) -> dict[str, Any]:
    if call.body.has("ids"):
        wanted = [(str(item), "") for item in call.body.items("ids", str, BATCH_MAX)]
    elif call.body.has("cids"):
        wanted = [("", str(item)) for item in call.body.items("cids", str, BATCH_MAX)]
    else:
        raise empty("ids")
    rows = [_cancel_row(venue, order_id, client_oid) for order_id, client_oid in wanted]
    good = [row for row in rows if row["result"]]
    return {
        "result": len(good) == len(rows),
        "orderIds": [row["order_id"] for row in good],
        "clientOids": [row["client_oid"] for row in good if row["client_oid"]],
        "cancelOrderResultList": rows,
        "failInfos": [row for row in rows if not row["result"]],
    }


def cancel_all(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """One kind per call: `normal` orders or `plan` orders."""
    plans = call.body.choice("cancelOrderType", {"normal": False, "plan": True})
    ended = desk_calls.cancel_everything(venue, optional_pair(call.body), plans=plans)
    return [{"orderId": int(order_id), "success": True} for order_id in ended]


def detail(venue: Venue, call: Call) -> dict[str, Any]:
    return _show(venue, [desk_calls.find_order(venue, call.query.text("orderId"))])[0]


def current(venue: Venue, call: Call) -> list[dict[str, Any]]:
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    page = query.optional_integer("page", 0, 0, 10_000)
    orders = venue.exchange.books.open_orders(optional_pair(query))
    found = _search(orders, query)
    return _show(venue, found[page * limit : (page + 1) * limit])


def history(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Finished orders of at most 90 days, newest first."""
    query = call.query
    size = query.optional_integer("pageSize", 100, 1, 100)
    orders = desk_calls.finished_orders(venue, optional_pair(query))
    return _show(venue, newest_first(orders, query.time_ms("createDate"), query.time_ms("endCreateDate"))[:size])


def fills(venue: Venue, call: Call) -> dict[str, Any]:
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    found = _search(desk_calls.fills_of(venue, optional_pair(query)), query)
    rows = [fill_json(fill, venue.exchange.rules[fill.pair]) for fill in found[:limit]]
    return {"list": rows, "nextFlag": len(found) > limit, "totals": len(found)}


def close_positions(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Market-close every position of the symbol, or of the account when none is named."""
    return desk_calls.close_positions(venue, optional_pair(call.body), None, refuse)


def _search(records: Iterable[Any], query: Fields) -> list[Any]:
    start_ms, end_ms = query.time_ms("startTime"), query.time_ms("endTime")
    return newest_first(records, start_ms, end_ms, query.optional_text("orderId"))


def _order_request(fields: Fields, pair: str, mode: MarginMode | None) -> OrderRequest:
    client_oid = fields.client_id("client_oid", CLIENT_OID_LENGTH)
    size = fields.decimal("size")
    side, effect = fields.choice("type", DIRECTIONS)
    tif = fields.choice("order_type", ORDER_TYPES)
    is_market = fields.choice("match_price", {"0": False, "1": True})
    price: Decimal | None = None
    if not is_market:
        price = fields.decimal("price")
        if price <= 0:
            raise invalid("price")
    return OrderRequest(
        pair=pair,
        client_oid=client_oid,
        side=side,
        effect=effect,
        size=size,
        price=price,
        # A market order reads back as ioc, whatever was asked; its price is ignored.
        tif=tif if price is not None else BookTif.IOC,
        take_profit=fields.optional_price("presetTakeProfitPrice"),
        stop_loss=fields.optional_price("presetStopLossPrice"),
        margin_mode=mode,
    )


def _batch_row(venue: Venue, fields: Fields, pair: str, mode: MarginMode | None) -> dict[str, Any]:
    sent = fields.raw.get("client_oid")
    row: dict[str, Any] = {"order_id": None, "client_oid": sent, "result": False, "error_code": "", "error_message": ""}
    try:
        order = venue.exchange.orders.place(_order_request(fields, pair, mode), venue.exchange.now_ms)
    except (WeexError, Refusal) as error:
        shown = refuse(error)
        return row | {"error_code": shown.code, "error_message": shown.message}
    return row | {"order_id": order.order_id, "result": True}


def _cancel_row(venue: Venue, order_id: str, client_oid: str) -> dict[str, Any]:
    try:
        order = venue.exchange.orders.cancel(order_id or id_of_client_id(venue, client_oid), venue.exchange.now_ms)
    except (WeexError, Refusal) as error:
        shown = refuse(error)
        return {"err_msg": shown.message, "order_id": order_id, "client_oid": client_oid or None, "result": False}
    return _cancelled(order.order_id, order.client_oid)


def _cancelled(order_id: str, client_oid: str) -> dict[str, Any]:
    return {"order_id": order_id, "client_oid": client_oid or None, "result": True, "err_msg": None}


def _show(venue: Venue, orders: list[Order]) -> list[dict[str, Any]]:
    show = venue.faults.take("null_client_oid") is None
    return [order_json(order, venue.exchange.rules[order.pair], show_client_oid=show) for order in orders]
