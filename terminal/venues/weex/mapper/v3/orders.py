"""v3 orders, fills and triggers to domain."""

from typing import Final

from terminal.domain.fill import Fill
from terminal.domain.order import ZERO, OrderKind, TimeInForce
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport, VenueStatus
from terminal.venues.weex.mapper.words import (
    effect_for,
    instrument_of,
    position_side_of,
    side_of,
    status_of,
    tif_of,
)
from terminal.venues.weex.wire.v3.orders import AlgoRow, FillRow, OrderRow

_NEVER_FIRED: Final = frozenset({"CANCELED", "CANCELLED", "EXPIRED"})
_KINDS: Final = {
    "LIMIT": OrderKind.LIMIT,
    "STOP": OrderKind.LIMIT,
    "TAKE_PROFIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP_MARKET": OrderKind.MARKET,
    "TAKE_PROFIT_MARKET": OrderKind.MARKET,
}


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


def fired_from(row: AlgoRow) -> FiredTrigger:
    """Give a trigger of the past; `fired_ms` 0 when it was cancelled. Only a fired one names the order it became."""
    side, position = side_of(row.side), position_side_of(row.position_side)
    fired_ms = row.trigger_time or 0 if row.status.upper() not in _NEVER_FIRED else 0
    return FiredTrigger(
        trigger_id=row.algo_id,
        order_id=row.actual_order_id if fired_ms and row.actual_order_id not in {None, "0"} else None,
        instrument_id=instrument_of(row.symbol),
        side=side,
        effect=effect_for(side, position),
        size=row.quantity,
        created_ms=row.create_time,
        fired_ms=fired_ms,
    )
