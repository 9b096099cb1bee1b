"""v2 orders and triggers to domain."""

from terminal.domain.order import OrderKind, TimeInForce
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport, VenueStatus
from terminal.venues.weex.mapper.words import direction_of, instrument_of, plan_direction_of, status_of, tif_of
from terminal.venues.weex.wire.v2.orders import OrderRow, PlanRow

_NEVER_FIRED = frozenset({"-1", "canceled", "cancelled"})


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


def fired_from(row: PlanRow) -> FiredTrigger:
    """Give a finished trigger; `fired_ms` 0 when it was cancelled. v2 does not name the order it became."""
    direction = plan_direction_of(row.type)
    fired = row.status.lower() not in _NEVER_FIRED
    return FiredTrigger(
        trigger_id=row.order_id,
        order_id=None,
        instrument_id=instrument_of(row.symbol),
        side=direction.side,
        effect=direction.effect,
        size=row.size,
        created_ms=row.create_time,
        fired_ms=row.trigger_time or 0 if fired else 0,
    )
