"""Asking for orders, fills, coins and fees. Source: reference section 9."""

from typing import Any

from terminal.sim.exchange.spot.records import SpotOrder
from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.filters import MAKER_FEE, TAKER_FEE
from terminal.sim.hashkey.names import QUOTE, SIDES, symbol_of
from terminal.sim.hashkey.order_api import named_order
from terminal.sim.hashkey.params import Params
from terminal.sim.hashkey.shapes import balance_json, fill_json, flow_json, order_json
from terminal.sim.hashkey.venue import Call, Venue
from terminal.sim.serving.digits import text

_DAY_MS = 86_400_000
_MONTH_MS = 30 * _DAY_MS
_HISTORY_MS = 90 * _DAY_MS
_END_MS = 10**15


def order(venue: Venue, call: Call) -> dict[str, Any]:
    return _row(venue, named_order(venue, call.params, "origClientOrderId", errors.ORDER_NOT_FOUND))


def open_orders(venue: Venue, call: Call) -> list[dict[str, Any]]:
    params = call.params
    pair = _pair(venue, params)
    side = params.optional_choice("side", SIDES, errors.BAD_SIDE)
    first = params.integer("fromOrderId") or 0
    found = [
        one for one in venue.exchange.books.open_orders(pair) if side in {None, one.side} and int(one.order_id) > first
    ]
    return [_row(venue, one) for one in found[: params.limit(500, 1_000)]]


def trade_orders(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Finished orders of the last 90 days, oldest first; `fromOrderId` asks for older ones."""
    params = call.params
    pair = _pair(venue, params)
    start, end = _span(params, call.now_ms, _HISTORY_MS, errors.OLDER_THAN_THREE_MONTHS)
    side = params.optional_choice("side", SIDES, errors.BAD_SIDE)
    before = params.integer("fromOrderId") or _END_MS * 10**6
    found = [
        one
        for one in venue.exchange.books.orders.values()
        if one.status.is_final
        and pair in {None, one.pair}
        and side in {None, one.side}
        and start <= one.created_ms <= end
        and int(one.order_id) < before
    ]
    return [_row(venue, one) for one in found[-params.limit(500, 1_000) :]]


def trades(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Fills of the last 30 days, newest first."""
    params = call.params
    pair = _pair(venue, params)
    start, end = _span(params, call.now_ms, _MONTH_MS, errors.OLDER_THAN_A_MONTH)
    client_id = params.optional("clientOrderId")
    first = params.integer("fromId") or 0
    last = params.integer("toId") or _END_MS * 10**6
    found = [
        fill
        for fill in reversed(venue.exchange.books.fills)
        if pair in {None, fill.pair}
        and client_id in {None, fill.client_oid}
        and start <= fill.created_ms <= end
        and first <= int(fill.trade_id) <= last
    ]
    return [fill_json(fill) for fill in found[: params.limit(500, 1_000)]]


def account(venue: Venue, _call: Call) -> dict[str, Any]:
    holdings = venue.exchange.books.holdings.values()
    rows = [balance_json(one) for one in holdings if one.total or one.asset == QUOTE]
    return {"balances": rows, "userId": venue.user_id}


def account_types(venue: Venue, _call: Call) -> list[dict[str, Any]]:
    """The one trading account there is."""
    return [
        {"accountId": venue.account_id, "accountLabel": "Main Trading Account", "accountType": 1, "accountIndex": 0}
    ]


def check_api_key(_venue: Venue, _call: Call) -> dict[str, Any]:
    return {"accountType": "Master"}


def balance_flow(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Changes of the coins, newest first."""
    params = call.params
    start, end = _span(params, call.now_ms, _MONTH_MS, errors.OLDER_THAN_A_MONTH)
    flows = [flow_json(flow, venue.account_id) for flow in reversed(venue.exchange.books.flows)]
    wanted = params.integer("flowType")
    found = [row for row in flows if start <= int(row["created"]) <= end and wanted in {None, row["flowTypeValue"]}]
    return found[: params.limit(100, 500)]


def vip_info(venue: Venue, call: Call) -> dict[str, Any]:
    rows = [
        {
            "symbol": symbol_of(pair),
            "productType": "Token-Token",
            "buyMakerFeeCurrency": pair,
            "buyTakerFeeCurrency": pair,
            "sellMakerFeeCurrency": QUOTE,
            "sellTakerFeeCurrency": QUOTE,
            "actualMakerRate": text(MAKER_FEE),
            "actualTakerRate": text(TAKER_FEE),
        }
        for pair in venue.filters
    ]
    return {
        "code": 0,
        "vipLevel": "0",
        "tradeVol30Day": "0",
        "totalAssetBal": "0",
        "data": rows,
        "updateTimestamp": str(call.now_ms // _DAY_MS * _DAY_MS),  # a daily snapshot
    }


def _row(venue: Venue, one: SpotOrder) -> dict[str, Any]:
    return order_json(one, venue.rules[one.pair], venue.account_id)


def _pair(venue: Venue, params: Params) -> str | None:
    symbol = params.optional("symbol")
    return None if symbol is None else venue.pair(symbol, errors.UNKNOWN_INSTRUMENT)


def _span(params: Params, now_ms: int, reach_ms: int, code: str) -> tuple[int, int]:
    """(start, end) of a history request; no start = as far as the venue keeps.

    Raises:
        HashKeyError: `code` for a start too long ago, SPAN_TOO_LONG.
    """
    start, end = params.integer("startTime"), params.integer("endTime")
    oldest = now_ms - reach_ms
    if start is not None and start < oldest - _DAY_MS:
        raise HashKeyError(code)
    if start is not None and end is not None and end - start > reach_ms:
        raise HashKeyError(errors.SPAN_TOO_LONG)
    return max(start or 0, oldest), _END_MS if end is None else end
