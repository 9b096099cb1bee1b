"""v3 orders, fills and triggers: domain to request bodies, and replies back to domain."""

import re
from decimal import Decimal
from typing import Final

import orjson

from terminal.domain.canonical import decimal_text
from terminal.domain.fill import Fill
from terminal.domain.order import ZERO, OrderKind, OrderTerms, Side, TimeInForce
from terminal.domain.position import Position
from terminal.ports.venue import OrderReport, TriggerReport, TriggerTerms, VenueStatus
from terminal.venues.weex.mapper.terms import check_client_id, check_order, check_trigger
from terminal.venues.weex.mapper.words import (
    effect_for,
    instrument_of,
    position_side_of,
    side_for,
    side_of,
    status_of,
    tif_of,
    v3_symbol,
)
from terminal.venues.weex.wire.v3.orders import AlgoRow, FillRow, OrderRow

CLIENT_ID: Final = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII)
_KINDS: Final = {
    "LIMIT": OrderKind.LIMIT,
    "STOP": OrderKind.LIMIT,
    "TAKE_PROFIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP_MARKET": OrderKind.MARKET,
    "TAKE_PROFIT_MARKET": OrderKind.MARKET,
}


def place_body(client_order_id: str, terms: OrderTerms) -> bytes:
    """Serialise a place-order request once: these bytes are journalled, signed and sent.

    Attached stop and target always execute at market; a price for them would be ignored.

    Raises:
        RequestRejected: the terms cannot be expressed at this venue.
    """
    check_client_id(CLIENT_ID, client_order_id)
    check_order(terms)
    body = {
        "symbol": v3_symbol(terms.instrument_id),
        "side": terms.side.value,
        "positionSide": terms.position_side.value,
        "type": terms.kind.value,
        "quantity": decimal_text(terms.size),
        "newClientOrderId": client_order_id,
    }
    if terms.price is not None:
        body |= {"price": decimal_text(terms.price), "timeInForce": terms.tif.value}
    if terms.target_price is not None:
        body["tpTriggerPrice"] = decimal_text(terms.target_price)
    if terms.stop_price is not None:
        body["slTriggerPrice"] = decimal_text(terms.stop_price)
    return orjson.dumps(body)


def algo_body(client_order_id: str, terms: TriggerTerms) -> bytes:
    """Serialise a conditional order.

    Raises:
        RequestRejected: the terms cannot be expressed at this venue.
    """
    check_client_id(CLIENT_ID, client_order_id)
    check_trigger(terms)
    side = side_for(terms.effect, terms.position_side)
    # A stop follows the move (buy on a rise), a take-profit stands against it.
    follows = (terms.trigger_price > terms.reference_price) is (side is Side.BUY)
    word = "STOP" if follows else "TAKE_PROFIT"
    body = {
        "symbol": v3_symbol(terms.instrument_id),
        "side": side.value,
        "positionSide": terms.position_side.value,
        "type": word if terms.price is not None else f"{word}_MARKET",
        "quantity": decimal_text(terms.size),
        "triggerPrice": decimal_text(terms.trigger_price),
        "clientAlgoId": client_order_id,
    }
    if terms.price is not None:
        body["price"] = decimal_text(terms.price)
    return orjson.dumps(body)


def tpsl_body(client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool) -> bytes:
    """Serialise a stop or target of a whole position, at market.

    Raises:
        RequestRejected: the id cannot be expressed at this venue.
    """
    check_client_id(CLIENT_ID, client_order_id)
    body = {
        "symbol": v3_symbol(position.instrument_id),
        "clientAlgoId": client_order_id,
        "planType": "STOP_LOSS" if is_stop else "TAKE_PROFIT",
        "triggerPrice": decimal_text(trigger_price),
        "executePrice": "0",
        "quantity": decimal_text(position.size),
        "positionSide": position.side.value,
    }
    return orjson.dumps(body)


def report_from_row(row: OrderRow) -> OrderReport:
    """Give a REST order. Words we do not know give the status UNKNOWN, which freezes it.

    v3 rows name no fee (fills do) and do not mark the venue's own orders.
    """
    kind, tif = _KINDS.get(row.type.upper()), tif_of(row.time_in_force)
    side, position = side_of(row.side), position_side_of(row.position_side)
    return OrderReport(
        venue_order_id=row.order_id,
        client_order_id=row.client_order_id,
        instrument_id=instrument_of(row.symbol),
        side=side,
        effect=effect_for(side, position),
        kind=kind or OrderKind.LIMIT,
        tif=tif or TimeInForce.GTC,
        status=VenueStatus.UNKNOWN if kind is None or tif is None else status_of(row.status),
        size=row.size,
        price=row.price or None,
        filled_size=row.filled,
        average_price=row.average_price or None,
        fee=ZERO,
        is_forced=False,
        created_ms=row.time,
        updated_ms=max(row.time, row.update_time),
    )


def fill_from_row(row: FillRow) -> Fill:
    return Fill(
        trade_id=row.trade_id,
        venue_order_id=row.order_id,
        client_order_id=None,
        instrument_id=instrument_of(row.symbol),
        side=side_of(row.side),
        position_side=position_side_of(row.position_side),
        price=row.price,
        size=row.size,
        fee=row.commission,
        is_maker=row.maker,
        realized_pnl=row.realized_pnl,
        ts_event_ms=row.time,
    )


def trigger_from(row: AlgoRow) -> TriggerReport:
    side, position = side_of(row.side), position_side_of(row.position_side)
    return TriggerReport(
        venue_order_id=row.algo_id,
        client_order_id=row.client_algo_id,
        instrument_id=instrument_of(row.symbol),
        side=side,
        effect=effect_for(side, position),
        size=row.quantity,
        trigger_price=row.trigger_price,
        created_ms=row.create_time,
    )
