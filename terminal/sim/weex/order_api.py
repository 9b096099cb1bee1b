"""Order endpoints. Source: reference sections 6.1 and 6.2."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.records import Order
from terminal.sim.exchange.terms import MarginMode, Refusal
from terminal.sim.market.types import BookTif
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.replies import WeexError, empty, invalid, refusal_error
from terminal.sim.weex.shapes import fill_json, order_json
from terminal.sim.weex.symbols import DIRECTIONS, MARGIN_MODES, ORDER_TYPES, pair_of
from terminal.sim.weex.venue import Call, Venue

_MODES = {str(code): mode for code, mode in MARGIN_MODES.items()}
_NO_END = 10**15
_BATCH_MAX = 20
_HISTORY_DAYS_MS = 90 * 86_400_000


def place_order(venue: Venue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.body.text("symbol"))
    mode = margin_mode(call.body)
    request = _order_request(call.body, pair, mode)
    order = venue.exchange.orders.place(request, venue.exchange.now_ms)
    # The venue's samples show null although a client id was sent.
    return {"client_oid": None, "order_id": order.order_id}


def batch_orders(venue: Venue, call: Call) -> dict[str, Any]:
    """Each row stands alone; some may be refused while others are accepted."""
    pair = pair_of(call.body.text("symbol"))
    mode = margin_mode(call.body)
    rows = _list_of(call.body, "orderDataList", dict)
    results = [_batch_row(venue, Fields(row), pair, mode) for row in rows]
    return {"order_info": results, "result": all(row["result"] for row in results)}


def cancel_order(venue: Venue, call: Call) -> dict[str, Any]:
    if call.body.has("orderId"):
        order_id = call.body.text("orderId")
    elif call.body.has("clientOid"):
        order_id = _by_client_oid(venue, call.body.text("clientOid"))
    else:
        raise empty("orderId")
    order = venue.exchange.orders.cancel(order_id, venue.exchange.now_ms)
    return _cancelled(order.order_id, order.client_oid)


def cancel_batch(venue: Venue, call: Call) -> dict[str, Any]:
    if call.body.has("ids"):
        wanted = [(str(item), "") for item in _list_of(call.body, "ids", str)]
    elif call.body.has("cids"):
        wanted = [("", str(item)) for item in _list_of(call.body, "cids", str)]
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
    kind = call.body.choice("cancelOrderType", {"normal": "normal", "plan": "plan"})
    pair = pair_of(call.body.text("symbol")) if call.body.has("symbol") else None
    exchange = venue.exchange
    if kind == "normal":
        ended = [exchange.orders.cancel(o.order_id, exchange.now_ms).order_id for o in exchange.books.open_orders(pair)]
    else:
        ended = [exchange.plans.cancel(p.order_id, exchange.now_ms).order_id for p in exchange.books.open_plans(pair)]
    return [{"orderId": int(order_id), "success": True} for order_id in ended]


def detail(venue: Venue, call: Call) -> dict[str, Any]:
    order = venue.exchange.books.orders.get(call.query.text("orderId"))
    if order is None:
        raise WeexError("50005", "Order does not exist")
    return _show(venue, [order])[0]


def current(venue: Venue, call: Call) -> list[dict[str, Any]]:
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    page = query.optional_integer("page", 0, 0, 10_000)
    found = newest_first(venue.exchange.books.open_orders(_optional_pair(query)), query)
    return _show(venue, found[page * limit : (page + 1) * limit])


def history(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Finished orders of at most 90 days, newest first."""
    query = call.query
    pair = _optional_pair(query)
    size = query.optional_integer("pageSize", 100, 1, 100)
    oldest = max(query.time_ms("createDate") or 0, venue.exchange.now_ms - _HISTORY_DAYS_MS)
    newest = query.time_ms("endCreateDate") or _NO_END
    orders = [
        order
        for order in venue.exchange.books.orders.values()
        if order.status.is_final and pair in {None, order.pair} and oldest <= order.created_ms <= newest
    ]
    return _show(venue, orders[::-1][:size])


def fills(venue: Venue, call: Call) -> dict[str, Any]:
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    pair = _optional_pair(query)
    found = newest_first((f for f in venue.exchange.books.fills if pair in {None, f.pair}), query)
    rows = [fill_json(fill, venue.exchange.rules[fill.pair]) for fill in found[:limit]]
    return {"list": rows, "nextFlag": len(found) > limit, "totals": len(found)}


def close_positions(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Market-close every position of the symbol, or of the account when none is named."""
    pair = pair_of(call.body.text("symbol")) if call.body.has("symbol") else None
    rows = []
    for position in list(venue.exchange.books.held(pair)):
        row: dict[str, Any] = {"positionId": int(position.position_id), "success": True}
        try:
            order = venue.exchange.close_position(position.pair, position.side)
        except Refusal as refusal:
            row |= {"success": False, "successOrderId": 0, "errorMessage": refusal_error(refusal).message}
        else:
            row |= {"successOrderId": int(order.order_id), "errorMessage": ""}
        rows.append(row)
    return rows


def margin_mode(fields: Fields) -> MarginMode | None:
    """1 cross, 3 isolated, None when not stated."""
    return fields.optional_choice("marginMode", _MODES)


def newest_first(records: Iterable[Any], query: Fields) -> list[Any]:
    """Orders, fills or plans that pass the query's id and time filters."""
    wanted_id = query.optional_text("orderId")
    start_ms, end_ms = query.time_ms("startTime") or 0, query.time_ms("endTime") or _NO_END
    found = [
        record for record in records if wanted_id in {None, record.order_id} and start_ms <= record.created_ms <= end_ms
    ]
    return found[::-1]


def _order_request(fields: Fields, pair: str, mode: MarginMode | None) -> OrderRequest:
    client_oid = fields.client_oid("client_oid")
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
        shown = refusal_error(error) if isinstance(error, Refusal) else error
        return row | {"error_code": shown.code, "error_message": shown.message}
    return row | {"order_id": order.order_id, "result": True}


def _by_client_oid(venue: Venue, client_oid: str) -> str:
    for order in reversed(venue.exchange.books.orders.values()):
        if order.client_oid == client_oid:
            return order.order_id
    raise WeexError("50005", "Order does not exist")


def _cancel_row(venue: Venue, order_id: str, client_oid: str) -> dict[str, Any]:
    try:
        order = venue.exchange.orders.cancel(order_id or _by_client_oid(venue, client_oid), venue.exchange.now_ms)
    except (WeexError, Refusal) as error:
        shown = refusal_error(error) if isinstance(error, Refusal) else error
        return {"err_msg": shown.message, "order_id": order_id, "client_oid": client_oid or None, "result": False}
    return _cancelled(order.order_id, order.client_oid)


def _cancelled(order_id: str, client_oid: str) -> dict[str, Any]:
    return {"order_id": order_id, "client_oid": client_oid or None, "result": True, "err_msg": None}


def _list_of(fields: Fields, name: str, kind: type) -> list[Any]:
    if not fields.has(name):
        raise empty(name)
    items = fields.raw[name]
    if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
        raise invalid(name)
    if not 1 <= len(items) <= _BATCH_MAX:
        raise invalid(name)
    return items


def _optional_pair(query: Fields) -> str | None:
    return pair_of(query.text("symbol")) if query.has("symbol") else None


def _show(venue: Venue, orders: list[Order]) -> list[dict[str, Any]]:
    show = venue.faults.take("null_client_oid") is None
    return [order_json(order, venue.exchange.rules[order.pair], show_client_oid=show) for order in orders]
