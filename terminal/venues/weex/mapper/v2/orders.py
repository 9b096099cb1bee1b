"""v2 orders, fills and triggers: domain to request bodies, and replies back to domain."""

import re
from decimal import Decimal
from typing import Final

import orjson

from terminal.domain.canonical import decimal_text
from terminal.domain.fill import Fill
from terminal.domain.order import OrderKind, OrderTerms, TimeInForce
from terminal.domain.position import Position
from terminal.ports.venue import OrderReport, TriggerReport, TriggerTerms, VenueStatus
from terminal.venues.weex.mapper.private import fill_price
from terminal.venues.weex.mapper.terms import check_client_id, check_order, check_trigger
from terminal.venues.weex.mapper.words import (
    TIF_CODES,
    TYPE_CODES,
    direction_of,
    instrument_of,
    plan_direction_of,
    position_side_of,
    side_of,
    status_of,
    tif_of,
    v2_symbol,
)
from terminal.venues.weex.wire.v2.orders import FillRow, OrderRow, PlanRow

CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


def place_body(client_order_id: str, terms: OrderTerms) -> bytes:
    """Serialise a place-order request once: these bytes are journalled, signed and sent.

    Raises:
        RequestRejected: the terms cannot be expressed at this venue.
    """
    check_client_id(CLIENT_ID, client_order_id)
    check_order(terms)
    market = terms.kind is OrderKind.MARKET
    body = {
        "symbol": v2_symbol(terms.instrument_id),
        "client_oid": client_order_id,
        "size": decimal_text(terms.size),
        "type": TYPE_CODES[terms.effect, terms.position_side],
        # A market order has no time in force of its own; the documents send "0".
        "order_type": "0" if market else TIF_CODES[terms.tif],
        "match_price": "1" if market else "0",
        "price": "0" if terms.price is None else decimal_text(terms.price),
    }
    if terms.target_price is not None:
        body["presetTakeProfitPrice"] = decimal_text(terms.target_price)
    if terms.stop_price is not None:
        body["presetStopLossPrice"] = decimal_text(terms.stop_price)
    return orjson.dumps(body)


def plan_body(client_order_id: str, terms: TriggerTerms) -> bytes:
    """Serialise a conditional order. The venue sees by itself whether the price must rise or fall.

    Raises:
        RequestRejected: the terms cannot be expressed at this venue.
    """
    check_client_id(CLIENT_ID, client_order_id)
    check_trigger(terms)
    body = {
        "symbol": v2_symbol(terms.instrument_id),
        "client_oid": client_order_id,
        "size": decimal_text(terms.size),
        "type": TYPE_CODES[terms.effect, terms.position_side],
        "match_type": "1" if terms.price is None else "0",
        "execute_price": "0" if terms.price is None else decimal_text(terms.price),
        "trigger_price": decimal_text(terms.trigger_price),
    }
    return orjson.dumps(body)


def tpsl_body(client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool) -> bytes:
    """Serialise a stop or target of a whole position, at market. The id is `clientOrderId` here.

    Raises:
        RequestRejected: the id cannot be expressed at this venue.
    """
    check_client_id(CLIENT_ID, client_order_id)
    body = {
        "symbol": v2_symbol(position.instrument_id),
        "clientOrderId": client_order_id,
        "planType": "loss_plan" if is_stop else "profit_plan",
        "triggerPrice": decimal_text(trigger_price),
        "executePrice": "0",
        "size": decimal_text(position.size),
        "positionSide": position.side.value.lower(),
    }
    return orjson.dumps(body)


def report_from_row(row: OrderRow) -> OrderReport:
    """Give a REST order. Words we do not know give the status UNKNOWN, which freezes it.

    The row does not say limit or market; a market order has price 0.
    """
    direction, tif = direction_of(row.type), tif_of(row.order_type)
    known = direction.known and tif is not None
    return OrderReport(
        venue_order_id=row.order_id,
        client_order_id=row.client_oid,
        instrument_id=instrument_of(row.symbol),
        side=direction.side,
        effect=direction.effect,
        kind=OrderKind.LIMIT if row.price > 0 else OrderKind.MARKET,
        tif=tif or TimeInForce.GTC,
        status=status_of(row.status) if known else VenueStatus.UNKNOWN,
        size=row.size,
        price=row.price or None,
        filled_size=row.filled_qty,
        average_price=row.price_avg or None,
        fee=row.fee,
        is_forced=direction.forced,
        created_ms=row.create_time,
        updated_ms=max(row.create_time, row.update_time),
    )


def fill_from_row(row: FillRow) -> Fill:
    """Give a fill. Price = value / size, for v2 sends no price."""
    return Fill(
        trade_id=row.trade_id,
        venue_order_id=row.order_id,
        client_order_id=None,
        instrument_id=instrument_of(row.symbol),
        side=side_of(row.order_side),
        position_side=position_side_of(row.position_side),
        price=fill_price(row.fill_value, row.fill_size),
        size=row.fill_size,
        fee=row.fill_fee,
        is_maker=row.direction.upper() == "MAKER",
        realized_pnl=row.realize_pnl,
        ts_event_ms=row.created_time,
    )


def trigger_from(row: PlanRow) -> TriggerReport:
    direction = plan_direction_of(row.type)
    return TriggerReport(
        venue_order_id=row.order_id,
        client_order_id=row.client_oid,
        instrument_id=instrument_of(row.symbol),
        side=direction.side,
        effect=direction.effect,
        size=row.size,
        trigger_price=row.trigger_price,
        created_ms=row.create_time,
    )
