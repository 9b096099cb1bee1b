"""Placing and cancelling. Source: reference section 9."""

import itertools
from dataclasses import replace
from typing import Any

from terminal.sim.exchange.spot.records import SpotOrder
from terminal.sim.exchange.terms import OrderStatus, Refusal
from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError, illegal, missing
from terminal.sim.hashkey.names import SIDES, status_of
from terminal.sim.hashkey.order_terms import Dialect, refused, request_of
from terminal.sim.hashkey.params import Params, batch
from terminal.sim.hashkey.shapes import cancelled_json, placed_json
from terminal.sim.hashkey.venue import Call, Venue

BATCH_MAX = 20
IDS_MAX = 100
_SUCCESS = "0000"


def place(venue: Venue, call: Call) -> dict[str, Any]:
    return {**_place(venue, call.params, Dialect.V1_1), "concentration": ""}


def place_v1(venue: Venue, call: Call) -> dict[str, Any]:
    """The older path: a market buy's quantity is in USDT."""
    return {**_place(venue, call.params, Dialect.V1), "concentration": ""}


def check_order(venue: Venue, call: Call) -> dict[str, Any]:
    """Check an order as if it were placed."""
    request = request_of(venue, call.params, Dialect.TEST)
    try:
        venue.exchange.orders.check(request)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    return {}


def place_batch(venue: Venue, call: Call) -> dict[str, Any]:
    return _batch(venue, call, Dialect.V1_1)


def place_batch_v1(venue: Venue, call: Call) -> dict[str, Any]:
    return _batch(venue, call, Dialect.V1)


def _batch(venue: Venue, call: Call, dialect: Dialect) -> dict[str, Any]:
    orders = batch(call.body)
    if len(orders) > BATCH_MAX:
        raise HashKeyError(errors.BATCH_TOO_LARGE)
    if len({order.get("symbol") for order in orders}) > 1:
        raise illegal("symbol")
    rows: list[dict[str, Any]] = []
    for order in orders:
        try:
            rows.append({"code": _SUCCESS, "order": _place(venue, Params(order), dialect)})
        except HashKeyError as error:
            rows.append(error.body())
    return {"code": 0, "result": rows, "concentration": ""}


def _place(venue: Venue, params: Params, dialect: Dialect) -> dict[str, Any]:
    request = request_of(venue, params, dialect)
    if not request.client_oid:  # the venue makes one when none was sent
        request = replace(request, client_oid=venue.exchange.books.ids.next())
    try:
        order = venue.exchange.orders.place(request, venue.now_ms)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    return placed_json(order, venue.account_id)


def cancel(venue: Venue, call: Call) -> dict[str, Any]:
    order = named_order(venue, call.params, "clientOrderId", errors.NOT_ON_BOOK)
    status = status_of(order)
    _cancel(venue, order)
    return cancelled_json(order, venue.account_id, status)


def cancel_open(venue: Venue, call: Call) -> dict[str, Any]:
    """Cancel a symbol's open orders, 200 at most."""
    pair = venue.pair(call.params.text("symbol"), errors.UNKNOWN_INSTRUMENT)
    wanted = _open_orders(venue, call.params, pair)
    for order in itertools.islice(wanted, 200):
        venue.cancel(order)
    return {"success": True}


def cancel_all(venue: Venue, call: Call) -> dict[str, Any]:
    """Accept the cancellation of open orders, oldest first; `lastOrderId` is where to go on."""
    params = call.params
    symbol = params.optional("symbol")
    pair = None if symbol is None else venue.pair(symbol, errors.UNKNOWN_INSTRUMENT)
    first = params.integer("fromOrderId") or 0
    found = [order for order in _open_orders(venue, params, pair) if int(order.order_id) > first]
    found = found[: params.limit(100, 200)]
    for order in found:
        venue.cancel(order)
    return {
        "code": _SUCCESS,
        "message": "success",
        "timestamp": call.now_ms,
        "lastOrderId": int(found[-1].order_id) if found else 0,
    }


def cancel_by_ids(venue: Venue, call: Call) -> dict[str, Any]:
    """Cancel up to a hundred orders; the answer lists those that could not be."""
    ids = [one for one in call.params.text("ids").split(",") if one]
    if not ids or len(ids) > IDS_MAX:
        raise illegal("ids")
    failures = []
    for order_id in ids:
        try:
            _cancel(venue, _found(venue.exchange.books.orders.get(order_id), errors.ORDER_NOT_FOUND))
        except HashKeyError as error:
            failures.append({"orderId": order_id, "code": error.code})
    return {"code": _SUCCESS, "result": failures}


def named_order(venue: Venue, params: Params, client_name: str, code: str) -> SpotOrder:
    """The order a request names by the venue's id or by the client's.

    Raises:
        HashKeyError: `code` when there is none; MISSING_FIELD when neither id was sent.
    """
    books = venue.exchange.books
    order_id = params.optional("orderId")
    client_id = params.optional(client_name)
    if order_id is None and client_id is None:
        raise missing("orderId")
    return _found(books.orders.get(order_id or books.client_oids.get(client_id or "", "")), code)


def _found(order: SpotOrder | None, code: str) -> SpotOrder:
    if order is None:
        raise HashKeyError(code)
    return order


def _cancel(venue: Venue, order: SpotOrder) -> None:
    if order.status is OrderStatus.FILLED:
        raise HashKeyError(errors.ORDER_FILLED)
    if order.status is OrderStatus.CANCELED:
        raise HashKeyError(errors.ORDER_CANCELLED)
    venue.cancel(order)


def _open_orders(venue: Venue, params: Params, pair: str | None) -> list[SpotOrder]:
    side = params.optional_choice("side", SIDES, errors.BAD_SIDE)
    return [order for order in venue.exchange.books.open_orders(pair) if side in {None, order.side}]
