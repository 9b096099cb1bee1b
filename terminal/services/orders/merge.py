"""What a venue's report means for an order we know: pure, and only ever forward."""

from typing import Final

from terminal.domain.order import Order, OrderEvent, OrderState
from terminal.ports.venue import OrderReport, VenueStatus

_FINAL: Final = frozenset({VenueStatus.FILLED, VenueStatus.CANCELED})
_EVENTS: Final = {
    VenueStatus.PENDING: OrderEvent.ACK,
    VenueStatus.OPEN: OrderEvent.OPEN,
    VenueStatus.UNTRIGGERED: OrderEvent.OPEN,
    VenueStatus.FILLED: OrderEvent.FILL_ALL,
    VenueStatus.CANCELED: OrderEvent.CANCELED,
}
_BELIEVED_GONE: Final = frozenset({OrderState.NOT_ACCEPTED})


def is_older(order: Order, report: OrderReport) -> bool:
    """Tell whether a report describes an earlier moment than what we know.

    A final status is news unless the order is final already; anything else is older
    when it shows less filled, comes before the newest time we know, or describes a
    working order that we know to be done.
    """
    if report.status in _FINAL:
        return order.is_terminal and order.state not in _BELIEVED_GONE and report.updated_ms < order.updated_ms
    if report.filled_size < order.filled_size or report.updated_ms < order.updated_ms:
        return report.filled_size <= order.filled_size
    return order.is_terminal and order.state not in _BELIEVED_GONE and report.updated_ms == order.updated_ms


def event_of(order: Order, report: OrderReport) -> OrderEvent | None:
    """Give the event a report stands for; None when it says nothing new.

    `VenueStatus.UNKNOWN` has no event: the caller freezes the order.
    """
    if report.status is VenueStatus.UNKNOWN or is_older(order, report):
        return None
    if report.status is VenueStatus.CANCELING:
        already = order.state is OrderState.CANCEL_PENDING
        can_wait = order.state in {OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL}
        return OrderEvent.CANCEL_REQUEST if can_wait and not already else _proof(report)
    if report.status in _FINAL:
        return _EVENTS[report.status]
    return OrderEvent.FILL if report.filled_size > 0 else _EVENTS[report.status]


def _proof(report: OrderReport) -> OrderEvent:
    """An order being cancelled exists: that is all an order not yet acknowledged learns from it."""
    return OrderEvent.FILL if report.filled_size > 0 else OrderEvent.OPEN
