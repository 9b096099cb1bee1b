"""A paper account in the words of the ports."""

from terminal.domain.position import Position
from terminal.ports.venue import OrderReport, TriggerReport
from terminal.venues.paper.margin import MarginView, margin_of
from terminal.venues.paper.records import PaperOrder, PaperPosition, PaperTrigger


def report_of(order: PaperOrder) -> OrderReport:
    return OrderReport(
        venue_order_id=order.venue_order_id,
        client_order_id=order.client_order_id,
        instrument_id=order.instrument_id,
        side=order.side,
        effect=order.effect,
        kind=order.kind,
        tif=order.tif,
        status=order.status,
        size=order.size,
        price=order.price,
        filled_size=order.filled_size,
        average_price=order.filled_value / order.filled_size if order.filled_size else None,
        fee=order.fee,
        is_forced=order.is_forced,
        created_ms=order.created_ms,
        updated_ms=order.updated_ms,
        is_triggered=order.must_fill and not order.is_forced,
    )


def trigger_report_of(trigger: PaperTrigger) -> TriggerReport:
    return TriggerReport(
        venue_order_id=trigger.venue_order_id,
        client_order_id=trigger.client_order_id,
        instrument_id=trigger.instrument_id,
        side=trigger.side,
        effect=trigger.effect,
        size=trigger.size,
        trigger_price=trigger.price,
        created_ms=trigger.created_ms,
    )


def position_of(position: PaperPosition, margin: MarginView) -> Position:
    """Give a position at the present mark. Raises `VenueUnavailable` without a live price."""
    return Position(
        instrument_id=position.instrument_id,
        side=position.side,
        size=position.size,
        entry_price=position.entry_price,
        leverage=position.leverage,
        margin=margin_of(position),
        unrealized_pnl=margin.unrealized_of(position),
        liquidation_price=margin.liquidation_price(position),
        updated_ms=position.updated_ms,
    )
