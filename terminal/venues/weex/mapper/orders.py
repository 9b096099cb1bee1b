"""Orders, fills and triggers: domain to the place-order body, and replies back to domain."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import orjson

from terminal.domain.canonical import decimal_text
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, TimeInForce
from terminal.ports.venue import OrderReport, TriggerReport, VenueStatus
from terminal.venues.weex.mapper.words import (
    TIF_CODES,
    TYPE_CODES,
    direction_of,
    effect_for,
    instrument_of,
    plan_direction_of,
    position_side_of,
    side_of,
    status_of,
    tif_of,
    venue_symbol,
)
from terminal.venues.weex.wire.orders import FillRow, OrderRow, PlanRow
from terminal.venues.weex.wire.private import FillPush, OrderPush

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
# Not documented as a list; liquidations and deleveraging are the venue's own orders.
_FORCED_SOURCES: Final = ("LIQUIDAT", "DELEVERAG", "AGREEMENT")


def place_body(client_order_id: str, terms: OrderTerms) -> bytes:
    """Serialise a place-order request once: these bytes are journalled, signed and sent.

    Raises:
        RequestRejected: the terms cannot be expressed at this venue.
    """
    symbol = venue_symbol(terms.instrument_id)
    _check(client_order_id, terms)
    market = terms.kind is OrderKind.MARKET
    body = {
        "symbol": symbol,
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


def _check(client_order_id: str, terms: OrderTerms) -> None:
    if not _CLIENT_ID.fullmatch(client_order_id):
        raise RequestRejected("The order's own id must be 1 to 40 letters and digits.", venue="WEEX")
    if not (terms.size.is_finite() and terms.size > 0):
        raise RequestRejected("The size must be above zero.", venue="WEEX")
    if (terms.kind is OrderKind.LIMIT) != (terms.price is not None):
        raise RequestRejected("A limit order needs a price and a market order has none.", venue="WEEX")
    if terms.kind is OrderKind.MARKET and terms.tif is TimeInForce.POST_ONLY:
        raise RequestRejected("A market order cannot be post-only.", venue="WEEX")
    for price in (terms.price, terms.stop_price, terms.target_price):
        if price is not None and not (price.is_finite() and price > 0):
            raise RequestRejected("Prices must be above zero.", venue="WEEX")
    _check_presets(terms)


def _check_presets(terms: OrderTerms) -> None:
    """Hold stop and target against the order's own price, as the venue does."""
    attached = [price for price in (terms.stop_price, terms.target_price) if price is not None]
    if not attached:
        return
    if terms.effect is Effect.CLOSE:
        raise RequestRejected("A closing order cannot carry a stop or a target.", venue="WEEX")
    is_long = terms.position_side is PositionSide.LONG
    below, above = (terms.stop_price, terms.target_price) if is_long else (terms.target_price, terms.stop_price)
    price = terms.expected_price
    if (below is not None and below >= price) or (above is not None and above <= price):
        raise RequestRejected(f"Stop and target must lie on both sides of the price {price}.", venue="WEEX")


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


def report_from_push(push: OrderPush) -> OrderReport:
    """Give an order of the private stream, whose enums differ from REST's."""
    side, tif = side_of(push.order_side), tif_of(push.time_in_force)
    kind = push.type.upper()
    known = tif is not None and kind.endswith(("LIMIT", "MARKET"))
    return OrderReport(
        venue_order_id=push.id,
        client_order_id=push.client_order_id,
        instrument_id=instrument_of(push.contract_id),
        side=side,
        effect=_push_effect(push),
        kind=OrderKind.MARKET if kind.endswith("MARKET") else OrderKind.LIMIT,
        tif=tif or TimeInForce.GTC,
        status=status_of(push.status) if known else VenueStatus.UNKNOWN,
        size=push.size,
        price=push.price or None,
        filled_size=push.cum_fill_size,
        average_price=push.cum_fill_value / push.cum_fill_size if push.cum_fill_size > 0 else None,
        fee=push.cum_fill_fee,
        is_forced=bool(push.cum_liquidate_fee) or any(word in push.order_source.upper() for word in _FORCED_SOURCES),
        created_ms=push.created_time,
        updated_ms=push.updated_time,
    )


def _push_effect(push: OrderPush) -> Effect:
    if push.position_side.upper() == "UNKNOWN":  # one-way accounts; ours are hedged
        return Effect.CLOSE if push.reduce_only else Effect.OPEN
    return effect_for(side_of(push.order_side), position_side_of(push.position_side))


def fill_from_row(row: FillRow) -> Fill:
    return _fill(row, trade_id=row.trade_id, symbol=row.symbol)


def fill_from_push(push: FillPush) -> Fill:
    return _fill(push, trade_id=push.id, symbol=push.contract_id)


def _fill(source: FillRow | FillPush, *, trade_id: str, symbol: str) -> Fill:
    """Give a fill. Price = value / size, for the venue sends no price."""
    return Fill(
        trade_id=trade_id,
        venue_order_id=source.order_id,
        client_order_id=None,
        instrument_id=instrument_of(symbol),
        side=side_of(source.order_side),
        position_side=position_side_of(source.position_side),
        price=fill_price(source.fill_value, source.fill_size),
        size=source.fill_size,
        fee=source.fill_fee,
        is_maker=source.direction.upper() == "MAKER",
        realized_pnl=source.realize_pnl,
        ts_event_ms=source.created_time,
    )


def fill_price(value: Decimal, size: Decimal) -> Decimal:
    """Give value / size without trailing zeros, so that 9.0 / 0.1 is 90, not 90.0."""
    price = value / size
    return price.quantize(Decimal(1)) if price == price.to_integral_value() else price.normalize()


def oldest_first(fills: Iterable[Fill]) -> tuple[Fill, ...]:
    """Sort fills by time, then by trade id as a number."""
    return tuple(sorted(fills, key=lambda fill: (fill.ts_event_ms, int(fill.trade_id))))


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
