"""Pushes of the private streams to domain; both dialects send the same elements, and v2 gives such fills too."""

from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.order import Effect, OrderKind, TimeInForce
from terminal.ports.venue import OrderReport, VenueStatus
from terminal.venues.weex.mapper.words import effect_for, instrument_of, position_side_of, side_of, status_of, tif_of
from terminal.venues.weex.wire.private import OrderPush, ValuedFill

# Not documented as a list; liquidations and deleveraging are the venue's own orders.
_FORCED_SOURCES = ("LIQUIDAT", "DELEVERAG", "AGREEMENT")
# The documents name WEB and API; the phone's app is taken for a person too.
_HAND_SOURCES = frozenset({"WEB", "APP"})
_TRIGGER_TYPES = ("STOP", "TAKE_PROFIT")
_NO_PARENT = frozenset({None, "0"})


def report_from_push(push: OrderPush) -> OrderReport:
    """Give an order. Words we do not know give the status UNKNOWN, which freezes it."""
    side, tif = side_of(push.order_side), tif_of(push.time_in_force)
    kind = push.type.upper()
    known = tif is not None and kind.endswith(("LIMIT", "MARKET"))
    return OrderReport(
        venue_order_id=push.id,
        client_order_id=push.client_order_id,
        instrument_id=instrument_of(push.symbol),
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
        is_triggered=(
            push.is_position_tpsl or push.parent_order_id not in _NO_PARENT or kind.startswith(_TRIGGER_TYPES)
        ),
        is_by_hand=push.order_source.upper() in _HAND_SOURCES,
    )


def _push_effect(push: OrderPush) -> Effect:
    if push.position_side.upper() == "UNKNOWN":  # one-way accounts; ours are hedged
        return Effect.CLOSE if push.reduce_only else Effect.OPEN
    return effect_for(side_of(push.order_side), position_side_of(push.position_side))


def valued_fill(row: ValuedFill) -> Fill:
    """Give a fill. Price = value / size, for the venue sends no price."""
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


def fill_price(value: Decimal, size: Decimal) -> Decimal:
    """Give value / size without trailing zeros, so that 9.0 / 0.1 is 90, not 90.0."""
    price = value / size
    return price.quantize(Decimal(1)) if price == price.to_integral_value() else price.normalize()
